private import Synchronization

/// Numbers that operators watch, in Prometheus' text format.
///
/// Label values come from closed sets only (a decision, a kind of failure), never from requests, so that the number of
/// series is bounded.
package final class Metrics: Sendable {
    /// One family of series.
    package struct Family: Hashable, Sendable {
        package enum Kind: String, Sendable { case counter, gauge, histogram }

        package let name: String
        package let help: String
        package let kind: Kind

        package init(_ kind: Kind, _ name: String, help: String) {
            self.name = name
            self.help = help
            self.kind = kind
        }
    }

    /// Upper bounds of the histogram's buckets, in seconds: from a warm review to the API server's longest wait.
    package static let durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

    private struct Series: Hashable {
        let name: String
        let labels: String
    }

    private struct Histogram {
        var counts = [UInt64](repeating: 0, count: Metrics.durationBuckets.count)
        var count: UInt64 = 0
        var sum = 0.0
    }

    private struct State {
        var numbers: [Series: Double] = [:]
        var histograms: [Series: Histogram] = [:]
    }

    private let families: [Family]
    private let state = Mutex(State())

    /// - Parameter families: all there will be, in the order in which they are printed.
    package init(_ families: [Family]) {
        self.families = families
    }

    /// Adds to a counter or gauge.
    package func add(_ amount: Double = 1, to family: Family, _ labels: [(String, String)] = []) {
        let series = Series(name: family.name, labels: Self.text(of: labels))
        state.withLock { $0.numbers[series, default: 0] += amount }
    }

    /// Sets a gauge.
    package func set(_ value: Double, of family: Family, _ labels: [(String, String)] = []) {
        let series = Series(name: family.name, labels: Self.text(of: labels))
        state.withLock { $0.numbers[series] = value }
    }

    /// Notes one duration in a histogram.
    package func observe(_ duration: Duration, in family: Family, _ labels: [(String, String)] = []) {
        let series = Series(name: family.name, labels: Self.text(of: labels))
        let seconds = duration / .seconds(1)
        state.withLock { state in
            var histogram = state.histograms[series] ?? Histogram()
            for (index, bound) in Self.durationBuckets.enumerated() where seconds <= bound {
                histogram.counts[index] += 1
            }
            histogram.count += 1
            histogram.sum += seconds
            state.histograms[series] = histogram
        }
    }

    /// The text that a scrape gets.
    package func exposition() -> String {
        let (numbers, histograms) = state.withLock { ($0.numbers, $0.histograms) }
        var lines: [String] = []
        for family in families {
            lines.append("# HELP \(family.name) \(family.help)")
            lines.append("# TYPE \(family.name) \(family.kind.rawValue)")
            let own = numbers.filter { $0.key.name == family.name }.sorted { $0.key.labels < $1.key.labels }
            lines += own.map { "\(family.name)\(Self.braced($0.key.labels)) \(Self.text(of: $0.value))" }
            let timed = histograms.filter { $0.key.name == family.name }.sorted { $0.key.labels < $1.key.labels }
            lines += timed.flatMap { Self.lines(of: $0.value, family.name, $0.key.labels) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func lines(of histogram: Histogram, _ name: String, _ labels: String) -> [String] {
        let prefix = labels.isEmpty ? "" : labels + ","
        let buckets = zip(durationBuckets, histogram.counts).map { bound, count in
            "\(name)_bucket{\(prefix)le=\"\(text(of: bound))\"} \(count)"
        }
        return buckets + [
            "\(name)_bucket{\(prefix)le=\"+Inf\"} \(histogram.count)",
            "\(name)_sum\(braced(labels)) \(histogram.sum)",
            "\(name)_count\(braced(labels)) \(histogram.count)",
        ]
    }

    private static func braced(_ labels: String) -> String { labels.isEmpty ? "" : "{\(labels)}" }

    private static func text(of value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }

    private static func text(of labels: [(String, String)]) -> String {
        labels.map { name, value in
            let escaped = value.flatMap { character -> String in
                switch character {
                case "\\": "\\\\"
                case "\"": "\\\""
                case "\n": "\\n"
                default: String(character)
                }
            }
            return "\(name)=\"\(escaped)\""
        }.joined(separator: ",")
    }
}
