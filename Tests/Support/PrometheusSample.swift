/// One line of a page: a series and its value.
package struct PrometheusSample: Sendable {
    package let name: String
    package let labels: [String: String]
    package let value: Double

    /// `name{label="value",…} number`, without a timestamp.
    init(parsing line: String) throws(PrometheusText.Fault) {
        var rest = line[...]
        name = String(rest.prefix { $0 != "{" && $0 != " " })
        guard Self.isName(name) else { throw PrometheusText.Fault("no name of a metric", line) }
        rest.removeFirst(name.count)
        labels = rest.first == "{" ? try Self.labels(of: &rest, in: line) : [:]
        guard rest.first == " ", let value = Self.number(String(rest.dropFirst())) else {
            throw PrometheusText.Fault("not one number", line)
        }
        self.value = value
    }

    /// Whether a text may name a metric.
    static func isName(_ text: String) -> Bool {
        isLabel(text.replacing(":", with: "_"), reserved: "")
    }

    /// A number as Go writes it; nil for anything else.
    static func number(_ text: String) -> Double? {
        switch text {
        case "+Inf": .infinity
        case "-Inf": -.infinity
        case "NaN": .nan
        case _ where text.allSatisfy { "0123456789.e+-".contains($0) }: Double(text)
        default: nil
        }
    }

    private static func isLabel(_ text: String, reserved prefix: String = "__") -> Bool {
        guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return false
        }
        return (prefix.isEmpty || !text.hasPrefix(prefix))
            && text.allSatisfy { $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
    }

    /// Takes the labels, with their braces.
    private static func labels(
        of rest: inout Substring, in line: String
    ) throws(PrometheusText.Fault) -> [String: String] {
        var labels: [String: String] = [:]
        repeat {
            rest.removeFirst()
            let name = String(rest.prefix { $0 != "=" })
            rest.removeFirst(name.count)
            guard isLabel(name), rest.hasPrefix("=\"") else { throw PrometheusText.Fault("no label", line) }
            rest.removeFirst(2)
            let value = try quoted(&rest, in: line)
            guard labels.updateValue(value, forKey: name) == nil else {
                throw PrometheusText.Fault("the same label again", line)
            }
        } while rest.first == ","
        guard rest.first == "}" else { throw PrometheusText.Fault("labels without an end", line) }
        rest.removeFirst()
        return labels
    }

    /// Takes a value up to its closing mark, which goes too.
    private static func quoted(_ rest: inout Substring, in line: String) throws(PrometheusText.Fault) -> String {
        var value = ""
        while let character = rest.popFirst() {
            switch character {
            case "\"": return value
            case "\\":
                guard let escaped = rest.popFirst(), let plain = ["\\": "\\", "\"": "\"", "n": "\n"][escaped] else {
                    throw PrometheusText.Fault("an unknown escape", line)
                }
                value += plain
            default: value.append(character)
            }
        }
        throw PrometheusText.Fault("a value without an end", line)
    }
}
