/// A page in Prometheus' text format (0.0.4), read as strictly as its linter does.
///
/// It refuses what a scraper may forgive: families without HELP or TYPE, in several pieces or under names against the
/// conventions, the same series twice, and histograms that do not add up.
package struct PrometheusText: Sendable {
    /// What is wrong, and with which line or series.
    package struct Fault: Error, CustomStringConvertible {
        package let description: String

        init(_ problem: String, _ place: some StringProtocol) {
            description = "\(problem): \(place)"
        }
    }

    /// A metric with all of its series.
    package struct Family: Sendable {
        package let name: String
        package let type: String
        package fileprivate(set) var samples: [PrometheusSample] = []
    }

    /// In the order of the page.
    package private(set) var families: [Family] = []

    /// - Parameter unconventional: names that are kept for compatibility, against the conventions.
    package init(parsing text: String, unconventional: Set<String> = []) throws(Fault) {
        guard text.utf8.last == UInt8(ascii: "\n") else { throw Fault("no newline at the end", text.suffix(20)) }
        var help: String?
        for line in text.utf8.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let line = String(Substring(line))
            if line.hasPrefix("#") { try comment(line, &help) } else { try sample(line, help) }
        }
        if let help { throw Fault("HELP without TYPE", help) }
        for family in families { try family.check(unconventional) }
    }

    /// The value of a series, written as in the page: `name{label="value"}`.
    package func value(of series: String) throws(Fault) -> Double? {
        let wanted = try PrometheusSample(parsing: "\(series) 0")
        return families.lazy.flatMap(\.samples).first { $0.name == wanted.name && $0.labels == wanted.labels }?.value
    }

    /// `# HELP name text` and behind it `# TYPE name type`, once a family.
    private mutating func comment(_ line: String, _ help: inout String?) throws(Fault) {
        let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        guard words.count == 4, words[0] == "#", !words[3].isEmpty else { throw Fault("neither HELP nor TYPE", line) }
        let name = String(words[2])
        switch words[1] {
        case "HELP":
            guard help == nil, !families.contains(where: { $0.name == name }) else { throw Fault("HELP again", line) }
            guard PrometheusSample.isName(name) else { throw Fault("no name of a metric", line) }
            help = name
        case "TYPE":
            guard help == name else { throw Fault("TYPE without HELP", line) }
            guard ["counter", "gauge", "histogram"].contains(words[3]) else { throw Fault("unknown type", line) }
            families.append(Family(name: name, type: String(words[3])))
            help = nil
        default: throw Fault("neither HELP nor TYPE", line)
        }
    }

    private mutating func sample(_ line: String, _ help: String?) throws(Fault) {
        guard help == nil, let family = families.last else { throw Fault("a sample before its TYPE", line) }
        let sample = try PrometheusSample(parsing: line)
        let suffixes = family.type == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
        guard suffixes.contains(where: { sample.name == family.name + $0 }) else {
            throw Fault("a sample of another family than \(family.name)", line)
        }
        guard !family.samples.contains(where: { $0.name == sample.name && $0.labels == sample.labels }) else {
            throw Fault("the same series again", line)
        }
        families[families.count - 1].samples.append(sample)
    }
}

extension PrometheusText.Family {
    fileprivate func check(_ unconventional: Set<String>) throws(PrometheusText.Fault) {
        guard !samples.isEmpty else { throw PrometheusText.Fault("a family without samples", name) }
        let labels = Set(samples.map { Set($0.labels.keys).subtracting(["le"]) })
        guard labels.count == 1 else { throw PrometheusText.Fault("series with different labels", name) }
        if type == "histogram" { try checkHistogram() }
        if type == "counter", let negative = samples.first(where: { !($0.value >= 0) }) {
            throw PrometheusText.Fault("a counter below zero", negative.name)
        }
        guard !unconventional.contains(name) else { return }
        guard name.hasSuffix("_total") == (type == "counter") else {
            throw PrometheusText.Fault("_total is for counters, and they need it", name)
        }
        if let suffix = ["_count", "_sum", "_bucket"].first(where: name.hasSuffix) {
            throw PrometheusText.Fault("\(suffix) is for parts of histograms", name)
        }
    }

    /// For each set of labels: bounds that rise, counts that do not fall, the last of all, and the sum and the count.
    private func checkHistogram() throws(PrometheusText.Fault) {
        let groups = Dictionary(grouping: samples) { sample in sample.labels.filter { $0.key != "le" } }
        for (labels, samples) in groups {
            let place = "\(name)\(labels)"
            let buckets = samples.filter { $0.name == "\(name)_bucket" }
            let bounds = buckets.compactMap { $0.labels["le"].flatMap(PrometheusSample.number) }
            guard bounds.count == buckets.count, zip(bounds, bounds.dropFirst()).allSatisfy(<) else {
                throw PrometheusText.Fault("bounds that do not rise", place)
            }
            let counts = buckets.map(\.value)
            guard zip(counts, counts.dropFirst()).allSatisfy(<=) else {
                throw PrometheusText.Fault("counts that fall", place)
            }
            guard bounds.last == .infinity else { throw PrometheusText.Fault("no bucket +Inf", place) }
            guard samples.first(where: { $0.name == "\(name)_count" })?.value == counts.last else {
                throw PrometheusText.Fault("a count that is not that of the bucket +Inf", place)
            }
            guard samples.contains(where: { $0.name == "\(name)_sum" }) else {
                throw PrometheusText.Fault("no sum", place)
            }
        }
    }
}
