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

    /// Appends a quoted string. Control characters (also U+0080 to U+009F, which drive some terminals as ESC does),
    /// quotes and backslashes are escaped, and so are `<`, `>`, `&`,
    /// U+2028 and U+2029, which some readers of logs and of the API server's answers treat as markup or line ends.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            let utf8 = unsafe utf8.span
            append(utf8, to: &bytes)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func append(_ text: Span<UInt8>, to bytes: inout [UInt8]) {
        bytes.reserveCapacity(bytes.count + text.count + 2)
        var index = 0
        while index < text.count {
            let byte = text[index]
            if !mustBeEscaped[Int(byte)] {
                bytes.append(byte)
            } else if byte == 0xE2 {
                index += appendSeparator(at: index, of: text, to: &bytes)
            } else if byte == 0xC2 {
                index += appendControl(at: index, of: text, to: &bytes)
            } else {
                bytes.append(contentsOf: escape(of: byte).utf8)
            }
            index += 1
        }
    }

    /// U+2028 and U+2029 are E2 80 A8 and E2 80 A9. Returns how many bytes beyond the first were taken.
    private static func appendSeparator(at index: Int, of text: Span<UInt8>, to bytes: inout [UInt8]) -> Int {
        guard index + 2 < text.count, text[index + 1] == 0x80, text[index + 2] & 0xFE == 0xA8 else {
            bytes.append(text[index])
            return 0
        }
        bytes.append(contentsOf: (text[index + 2] == 0xA8 ? #"\u2028"# : #"\u2029"#).utf8)
        return 2
    }

    /// U+0080 to U+009F are C2 80 to C2 9F. Returns how many bytes beyond the first were taken.
    private static func appendControl(at index: Int, of text: Span<UInt8>, to bytes: inout [UInt8]) -> Int {
        guard index + 1 < text.count, text[index + 1] < 0xA0 else {
            bytes.append(text[index])
            return 0
        }
        bytes.append(contentsOf: (#"\u00"# + Hex.encode([text[index + 1]])).utf8)
        return 1
    }

    private static func escape(of byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "\""): #"\""#
        case UInt8(ascii: "\\"): #"\\"#
        case UInt8(ascii: "\n"): #"\n"#
        case UInt8(ascii: "\r"): #"\r"#
        case UInt8(ascii: "\t"): #"\t"#
        default: #"\u00"# + Hex.encode([byte])
        }
    }

    /// Whether a byte cannot stand as it is, or may begin what cannot.
    private static let mustBeEscaped: [Bool] = (0...255).map { (byte: UInt8) in
        byte < 0x20 || byte == 0x7F || byte == 0xC2 || byte == 0xE2 || Array("\"\\<>&".utf8).contains(byte)
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
