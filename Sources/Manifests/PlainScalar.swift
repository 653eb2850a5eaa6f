internal import Primitives

/// What a scalar without quotes stands for: YAML 1.1 as the Go library reads it that `kubectl` uses, so that a value is
/// the same here as in the cluster. `yes` is a boolean and `010` is eight.
enum PlainScalar {
    /// The value; nil for infinities and what is not a number, which JSON does not have.
    static func value(of text: String) -> JSON? {
        if nulls.contains(text) { return .null }
        if truths.contains(text) { return true }
        if falsehoods.contains(text) { return false }
        if nonNumbers.contains(text) { return nil }
        guard let first = text.utf8.first, isDigit(first) || "+-.".utf8.contains(first) else { return .string(text) }
        let digits = String(text.filter { $0 != "_" })
        return integer(digits) ?? decimal(digits) ?? .string(text)
    }

    private static let nulls: Set<String> = ["", "~", "null", "Null", "NULL"]
    private static let truths: Set<String> = [
        "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON",
    ]
    private static let falsehoods: Set<String> = [
        "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF",
    ]
    private static let nonNumbers: Set<String> = [
        ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF",
    ]

    /// An integer of 64 bits: decimal, `0x` hexadecimal, `0b` binary, `0o` or `0` octal.
    private static func integer(_ text: String) -> JSON? {
        let isNegative = text.utf8.first == UInt8(ascii: "-")
        let unsigned = isNegative || text.utf8.first == UInt8(ascii: "+") ? text.dropFirst() : text[...]
        let (digits, radix) = splitRadix(unsigned)
        guard let first = digits.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-"),
            let magnitude = UInt64(digits, radix: radix)
        else { return nil }
        if isNegative {
            return magnitude <= UInt64(Int64.max) + 1 ? .integer(Int64(truncatingIfNeeded: 0 &- magnitude)) : nil
        }
        return Int64(exactly: magnitude).map { .integer($0) } ?? literal(String(magnitude))
    }

    private static func splitRadix(_ text: Substring) -> (digits: Substring, radix: Int) {
        guard text.utf8.count > 1, text.utf8.first == UInt8(ascii: "0") else { return (text, 10) }
        return switch text.dropFirst().first {
        case "x", "X": (text.dropFirst(2), 16)
        case "b", "B": (text.dropFirst(2), 2)
        case "o", "O": (text.dropFirst(2), 8)
        default: (text.dropFirst(), 8)
        }
    }

    /// A decimal number that a double can hold; a larger one is text.
    private static func decimal(_ text: String) -> JSON? {
        guard isDecimal(Array(text.utf8)), let number = Double(text), number.isFinite else { return nil }
        if let whole = Int64(exactly: number), whole.magnitude < 1 << 53 { return .integer(whole) }
        return literal("\(number)")
    }

    /// `[+-] (digits [. digits] | . digits) [e [+-] digits]`, with the fraction's digits optional behind a whole part.
    private static func isDecimal(_ text: [UInt8]) -> Bool {
        var rest = text[...]
        skipSign(&rest)
        let whole = skipDigits(&rest)
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            let fraction = skipDigits(&rest)
            if whole + fraction == 0 { return false }
        } else if whole == 0 {
            return false
        }
        guard let marker = rest.first else { return true }
        guard marker == UInt8(ascii: "e") || marker == UInt8(ascii: "E") else { return false }
        rest.removeFirst()
        skipSign(&rest)
        return skipDigits(&rest) > 0 && rest.isEmpty
    }

    private static func skipSign(_ text: inout ArraySlice<UInt8>) {
        if text.first == UInt8(ascii: "+") || text.first == UInt8(ascii: "-") { text.removeFirst() }
    }

    private static func skipDigits(_ text: inout ArraySlice<UInt8>) -> Int {
        let rest = text.drop(while: isDigit)
        defer { text = rest }
        return text.count - rest.count
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// A number that stands in JSON as it is written here.
    private static func literal(_ text: String) -> JSON? {
        do throws(JSONError) {
            return .verbatim(try JSONDocument(parsing: Array(text.utf8)).root)
        } catch {
            return nil
        }
    }
}
