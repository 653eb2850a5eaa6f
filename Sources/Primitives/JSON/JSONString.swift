/// The escapes of JSON strings (RFC 8259 §7).
enum JSONString {
    /// The bytes that a string's text stands for. The text was checked by `JSONParser`.
    static func decode(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(text.count)
        var rest = text
        while let escape = rest.firstIndex(of: UInt8(ascii: "\\")) {
            decoded.append(contentsOf: rest[..<escape])
            rest = rest[(escape + 1)...]
            decodeEscape(&rest, to: &decoded)
        }
        decoded.append(contentsOf: rest)
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

    /// Takes one escape from the front of `rest`, which stands behind the backslash.
    private static func decodeEscape(_ rest: inout ArraySlice<UInt8>, to decoded: inout [UInt8]) {
        switch rest.popFirst() {
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "u"): decoded.append(contentsOf: String(takeCharacter(&rest)).utf8)
        case let literal?: decoded.append(literal)
        case nil: break
        }
    }

    private static func takeCharacter(_ rest: inout ArraySlice<UInt8>) -> Unicode.Scalar {
        var value = takeHexQuad(&rest)
        if (0xD800...0xDBFF).contains(value) {
            rest = rest.dropFirst(2)
            value = 0x10000 + ((value & 0x3FF) << 10 | takeHexQuad(&rest) & 0x3FF)
        }
        return Unicode.Scalar(value) ?? "\u{FFFD}"
    }

    private static func takeHexQuad(_ rest: inout ArraySlice<UInt8>) -> UInt32 {
        defer { rest = rest.dropFirst(4) }
        return rest.prefix(4).reduce(0) { $0 << 4 | UInt32(Hex.value(of: $1) ?? 0) }
    }
}
