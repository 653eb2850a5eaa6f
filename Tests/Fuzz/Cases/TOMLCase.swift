import Manifests

/// TOML as hosts.toml has it.
enum TOMLCase {
    static func check(_ input: [UInt8]) throws(BrokenPromise) {
        guard let table = accepted({ try TOMLParser.parse(input) }) else { return }
        let text = table.entries.map { "\(quoted($0.key)) = \(written($0.value))\n" }.joined()
        switch reread(text) {
        case .success(let again): try promise(again == table, "what was read and written again is something else")
        // Headers reach deeper than braces.
        case .failure(let error): try promise(error.reason == .tooDeep, "what was read cannot be read again: \(error)")
        }
    }

    private static func reread(_ text: String) -> Result<TOMLTable, TOMLError> {
        do throws(TOMLError) { return .success(try TOMLParser.parse(Array(text.utf8))) } catch {
            return .failure(error)
        }
    }

    private static func written(_ value: TOMLValue) -> String {
        switch value {
        case .string(let text): quoted(text)
        case .boolean(let value): "\(value)"
        case .integer(let number): "\(number)"
        case .array(let values): "[\(values.map(written).joined(separator: ", "))]"
        case .table(let table):
            "{\(table.entries.map { "\(quoted($0.key)) = \(written($0.value))" }.joined(separator: ", "))}"
        }
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            let digits = String(scalar.value, radix: 16)
            return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
        }
        return "\"\(escaped.joined())\""
    }
}
