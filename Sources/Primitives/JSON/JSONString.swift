/// The escapes of JSON strings (RFC 8259 §7).
enum JSONString {
    /// The bytes that a string's text stands for. The text was checked by `JSONParser`.
    static func decode(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(text.count)
        var reader = ByteReader(text)
        while let byte = try? reader.readByte() {
            if byte == UInt8(ascii: "\\"), let character = try? decodeEscape(&reader) {
                decoded.append(contentsOf: character)
            } else {
                decoded.append(byte)
            }
        }
        return decoded
    }

    /// Appends a quoted string. Control characters, quotes and backslashes are escaped, and so are `<`, `>`, `&`,
    /// U+2028 and U+2029, which some readers of logs and of the API server's answers treat as markup or line ends.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(UInt8(scalar.value))
            case "\n": bytes.append(contentsOf: Array(#"\n"#.utf8))
            case "\r": bytes.append(contentsOf: Array(#"\r"#.utf8))
            case "\t": bytes.append(contentsOf: Array(#"\t"#.utf8))
            case "\u{0}"..<" ", "\u{7F}", "<", ">", "&", "\u{2028}", "\u{2029}":
                let value = UInt16(scalar.value)
                let digits = Hex.encode([UInt8(value >> 8), UInt8(value & 0xFF)])
                bytes.append(contentsOf: Array(#"\u"#.utf8))
                bytes.append(contentsOf: Array(digits.utf8))
            default: bytes.append(contentsOf: Array(String(scalar).utf8))
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func decodeEscape(_ reader: inout ByteReader) throws(ByteReader.Truncated) -> [UInt8] {
        switch try reader.readByte() {
        case UInt8(ascii: "b"): [0x08]
        case UInt8(ascii: "f"): [0x0C]
        case UInt8(ascii: "n"): [0x0A]
        case UInt8(ascii: "r"): [0x0D]
        case UInt8(ascii: "t"): [0x09]
        case UInt8(ascii: "u"): try decodeUnicodeEscape(&reader)
        case let literal: [literal]
        }
    }

    private static func decodeUnicodeEscape(_ reader: inout ByteReader) throws(ByteReader.Truncated) -> [UInt8] {
        var units = [try readHexQuad(&reader)]
        if UTF16.isLeadSurrogate(units[0]) {
            _ = try reader.read(2)
            units.append(try readHexQuad(&reader))
        }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }

    private static func readHexQuad(_ reader: inout ByteReader) throws(ByteReader.Truncated) -> UInt16 {
        var unit: UInt16 = 0
        for digit in try reader.read(4) { unit = unit << 4 | UInt16(Hex.value(of: digit) ?? 0) }
        return unit
    }
}
