/// The escapes of JSON strings (RFC 8259 §7).
enum JSONString {
    /// The bytes that a string's text stands for. The text was checked by `JSONParser`.
    static func decode(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(text.count)
        decode(text.indices, of: { text[$0] }) { decoded.append($0) }
        return decoded
    }

    /// Hands over the bytes that a string's text stands for, one by one.
    ///
    /// - Parameters:
    ///   - range: where the text stands, without its quotes.
    ///   - text: the byte at an offset.
    @inline(always)
    static func decode(_ range: Range<Int>, of text: (Int) -> UInt8, _ body: (UInt8) -> Void) {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let byte = text(offset)
            offset += 1
            guard byte == UInt8(ascii: "\\") else {
                body(byte)
                continue
            }
            let escape = text(offset)
            offset += 1
            switch escape {
            case UInt8(ascii: "b"): body(0x08)
            case UInt8(ascii: "f"): body(0x0C)
            case UInt8(ascii: "n"): body(0x0A)
            case UInt8(ascii: "r"): body(0x0D)
            case UInt8(ascii: "t"): body(0x09)
            case UInt8(ascii: "u"): for byte in String(character(at: &offset, of: text)).utf8 { body(byte) }
            default: body(escape)
            }
        }
    }

    /// Appends a quoted string. Control characters (also U+0080 to U+009F, which drive some terminals as ESC does),
    /// quotes and backslashes are escaped, and so are `<`, `>`, `&`,
    /// U+2028 and U+2029, which some readers of logs and of the API server's answers treat as markup or line ends.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        let text = text.utf8.span
        guard endOfPlain(text, from: 0) < text.count else { return append(plain: text, to: &bytes) }
        bytes.append(UInt8(ascii: "\""))
        append(text, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Most strings have nothing in them that must be escaped.
    private static func append(plain text: Span<UInt8>, to bytes: inout [UInt8]) {
        bytes.append(addingCapacity: text.count + 2) { room in
            room.append(UInt8(ascii: "\""))
            for index in text.indices { room.append(text[index]) }
            room.append(UInt8(ascii: "\""))
        }
    }

    private static func append(_ text: Span<UInt8>, to bytes: inout [UInt8]) {
        var index = 0
        while index < text.count {
            let start = index
            index = endOfPlain(text, from: start)
            unsafe text.extracting(start..<index).withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
            guard index < text.count else { return }
            let byte = text[index]
            if byte == 0xE2 {
                index += appendSeparator(at: index, of: text, to: &bytes)
            } else if byte == 0xC2 {
                index += appendControl(at: index, of: text, to: &bytes)
            } else {
                bytes.append(contentsOf: escape(of: byte).utf8)
            }
            index += 1
        }
    }

    /// Where the first byte stands, from an offset on, that cannot stand as it is; the end of the text when none does.
    private static func endOfPlain(_ text: Span<UInt8>, from start: Int) -> Int {
        let mustBeEscaped = mustBeEscaped
        for index in start..<text.count where mustBeEscaped[Int(text[index])] { return index }
        return text.count
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

    /// The character of `XXXX`, or of a surrogate pair, `XXXX\uXXXX`, and the offset behind it.
    private static func character(at offset: inout Int, of text: (Int) -> UInt8) -> Unicode.Scalar {
        var value = hexQuad(at: &offset, of: text)
        if (0xD800...0xDBFF).contains(value) {
            offset += 2
            value = 0x10000 + ((value & 0x3FF) << 10 | hexQuad(at: &offset, of: text) & 0x3FF)
        }
        return Unicode.Scalar(value) ?? "\u{FFFD}"
    }

    private static func hexQuad(at offset: inout Int, of text: (Int) -> UInt8) -> UInt32 {
        defer { offset += 4 }
        return (offset..<offset + 4).reduce(0) { $0 << 4 | UInt32(Hex.value(of: text($1)) ?? 0) }
    }
}
