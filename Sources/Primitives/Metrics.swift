private import Synchronization

/// The numbers that operators watch, in Prometheus' text format.
///
/// Every series is made once, at the start, and handed to whoever counts in it: its labels come from closed sets (a
/// decision, a kind of failure), never from requests, so that the number of series is bounded and counting is cheap.
package final class Metrics: Sendable {
    private struct Family {
        let name: String
        let help: String
        let type: String
        var series: [(labels: String, value: any MetricValue)] = []
    }

    private let families = Mutex<[Family]>([])

    package init() {}

    /// A new counter of a family; families are printed in the order of their first series.
    package func counter(_ name: String, help: String, labels: [(String, String)] = []) -> Counter {
        register(Counter(), "counter", name, help, labels)
    }

    /// A new gauge of a family.
    package func gauge(_ name: String, help: String, labels: [(String, String)] = []) -> Gauge {
        register(Gauge(), "gauge", name, help, labels)
    }

    /// A new gauge whose number is kept elsewhere, and asked for when somebody looks.
    package func gauge(
        _ name: String, help: String, labels: [(String, String)] = [], reading: @escaping @Sendable () -> Int64
    ) {
        _ = register(Elsewhere(read: reading), "gauge", name, help, labels)
    }

    /// What the numbers of a family are.
    package enum Kind: String, Sendable {
        case counter, gauge
    }

    /// One number that is kept elsewhere.
    package struct Reading: Sendable {
        fileprivate let labels: String
        fileprivate let number: Int64

        package init(_ labels: [(String, String)], _ number: Int64) {
            self.labels = Metrics.text(of: labels)
            self.number = number
        }
    }

    /// A family whose series are known only when somebody looks. Whoever tells them bounds how many there are: their labels
    /// come from the configuration, never from requests.
    ///
    /// - Parameter read: each series with other labels.
    package func readings(
        _ name: String, of kind: Kind, help: String, read: @escaping @Sendable () -> [Reading]
    ) {
        _ = register(Readings(read: read), kind.rawValue, name, help, [])
    }

    /// A new histogram of durations, in seconds.
    package func histogram(_ name: String, help: String, labels: [(String, String)] = []) -> Histogram {
        register(Histogram(), "histogram", name, help, labels)
    }

    /// The text that a scrape gets.
    package func exposition() -> String {
        let families = families.withLock { $0 }
        let lines = families.flatMap { family in
            let series = family.series.flatMap { $0.value.lines(name: family.name, labels: $0.labels) }
            let head = [
                "# HELP \(family.name) \(Self.escaped(family.help, quotes: false))",
                "# TYPE \(family.name) \(family.type)",
            ]
            return series.isEmpty ? [] : head + series
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func register<Value: MetricValue>(
        _ value: Value, _ type: String, _ name: String, _ help: String, _ labels: [(String, String)]
    ) -> Value {
        let text = Self.text(of: labels)
        families.withLock { families in
            let index = families.firstIndex { $0.name == name } ?? families.endIndex
            if index == families.endIndex { families.append(Family(name: name, help: help, type: type)) }
            precondition(families[index].type == type, "\(name) is of two types")
            precondition(!families[index].series.contains { $0.labels == text }, "\(name){\(text)} was made before")
            families[index].series.append((labels: text, value: value))
        }
        return value
    }

    fileprivate static func text(of labels: [(String, String)]) -> String {
        labels.map { "\($0)=\"\(escaped($1))\"" }.joined(separator: ",")
    }

    /// A label's value is quoted, a help text is not.
    private static func escaped(_ value: String, quotes: Bool = true) -> String {
        String(
            value.flatMap { character -> String in
                switch character {
                case "\\": "\\\\"
                case "\"" where quotes: "\\\""
                case "\n": "\\n"
                default: String(character)
                }
            })
    }
}

/// What one series holds.
private protocol MetricValue: Sendable {
    /// Its lines in the text format; `labels` without the braces.
    func lines(name: String, labels: String) -> [String]
}

extension MetricValue {
    fileprivate func line(_ name: String, _ labels: String, _ value: String) -> String {
        labels.isEmpty ? "\(name) \(value)" : "\(name){\(labels)} \(value)"
    }
}

/// A number that only grows.
package final class Counter: Sendable, MetricValue {
    private let count = Atomic<UInt64>(0)

    fileprivate init() {}

    /// What was counted so far.
    package var value: UInt64 { count.load(ordering: .relaxed) }

    /// Counts `amount` more.
    package func add(_ amount: UInt64 = 1) {
        count.wrappingAdd(amount, ordering: .relaxed)
    }

    fileprivate func lines(name: String, labels: String) -> [String] { [line(name, labels, String(value))] }
}

/// A number that goes up and down.
package final class Gauge: Sendable, MetricValue {
    private let number = Atomic<Int64>(0)

    fileprivate init() {}

    /// Sets the number.
    package func set(_ value: Int64) {
        number.store(value, ordering: .relaxed)
    }

    /// Changes the number.
    package func add(_ amount: Int64) {
        number.wrappingAdd(amount, ordering: .relaxed)
    }

    fileprivate func lines(name: String, labels: String) -> [String] {
        [line(name, labels, String(number.load(ordering: .relaxed)))]
    }
}

/// A gauge that is read elsewhere.
private struct Elsewhere: MetricValue {
    let read: @Sendable () -> Int64

    func lines(name: String, labels: String) -> [String] { [line(name, labels, String(read()))] }
}

/// Series that are kept elsewhere.
private struct Readings: MetricValue {
    let read: @Sendable () -> [Metrics.Reading]

    func lines(name: String, labels: String) -> [String] { read().map { line(name, $0.labels, String($0.number)) } }
}

/// Durations, counted by their length.
package final class Histogram: Sendable, MetricValue {
    private struct State {
        /// One a bound, and one for what is longer than all.
        var counts = [UInt64](repeating: 0, count: Histogram.bounds.count + 1)
        var sum = Duration.zero
    }

    /// Upper bounds, from a warm review to the longest that an API server waits.
    private static let bounds: [(text: String, duration: Duration)] = [
        ("0.001", .milliseconds(1)), ("0.0025", .microseconds(2500)), ("0.005", .milliseconds(5)),
        ("0.01", .milliseconds(10)), ("0.025", .milliseconds(25)), ("0.05", .milliseconds(50)),
        ("0.1", .milliseconds(100)), ("0.25", .milliseconds(250)), ("0.5", .milliseconds(500)), ("1", .seconds(1)),
        ("2.5", .milliseconds(2500)), ("5", .seconds(5)), ("10", .seconds(10)), ("30", .seconds(30)),
    ]

    private let state = Mutex(State())

    fileprivate init() {}

    /// Notes one duration.
    package func observe(_ duration: Duration) {
        let bucket = Self.bounds.firstIndex { duration <= $0.duration } ?? Self.bounds.count
        state.withLock { state in
            state.counts[bucket] += 1
            state.sum += duration
        }
    }

    fileprivate func lines(name: String, labels: String) -> [String] {
        let state = state.withLock { $0 }
        let prefix = labels.isEmpty ? "" : labels + ","
        var total: UInt64 = 0
        var lines: [String] = []
        for (bound, count) in zip(Self.bounds.map(\.text) + ["+Inf"], state.counts) {
            total += count
            lines.append("\(name)_bucket{\(prefix)le=\"\(bound)\"} \(total)")
        }
        return lines + [
            line(name + "_sum", labels, String(state.sum / .seconds(1))), line(name + "_count", labels, String(total)),
        ]
    }
}
