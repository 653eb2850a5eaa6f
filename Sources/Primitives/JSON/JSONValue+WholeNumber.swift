extension JSONValue {
    /// A number whose value is whole and fits, however it is written: `1`, `1.0`, `1e9` and `150e-1`.
    ///
    /// Nil for `1.5`, `1e300`, and for values that are not numbers. The digits are counted, never rounded: a reader that
    /// goes through floating point takes 9007199254740993 for its neighbour.
    package var wholeNumber: Int64? {
        guard kind == .number else { return nil }
        return ExactDecimal(text)?.wholeNumber
    }
}

/// `digits × 10^power`, with no zeros at either end of the digits, and a sign.
private struct ExactDecimal {
    private let sign: String
    private let digits: ArraySlice<UInt8>
    private let power: Int

    /// Takes a literal apart that the parser has accepted; nil if its exponent is out of all proportion.
    init?(_ literal: ArraySlice<UInt8>) {
        sign = literal.first == UInt8(ascii: "-") ? "-" : ""
        let parts = literal.dropFirst(sign.utf8.count).split { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }
        guard let exponent = parts.count < 2 ? 0 : Int32(String(decoding: parts[1], as: UTF8.self)) else { return nil }
        let mantissa = parts[0].split(separator: UInt8(ascii: "."))
        let fraction = mantissa.dropFirst().first ?? []
        let leading = Array(mantissa[0] + fraction).drop { $0 == UInt8(ascii: "0") }
        let trailingZeros = leading.reversed().prefix { $0 == UInt8(ascii: "0") }.count
        digits = leading.dropLast(trailingZeros)
        power = Int(exponent) - fraction.count + trailingZeros
    }

    var wholeNumber: Int64? {
        if digits.isEmpty { return 0 }
        guard power >= 0, digits.count + power <= Self.longestInteger else { return nil }
        return Int64(sign + String(decoding: digits, as: UTF8.self) + String(repeating: "0", count: power))
    }

    /// Digits of the largest `Int64`.
    private static let longestInteger = 19
}
