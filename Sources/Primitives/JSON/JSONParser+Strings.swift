// Strings (RFC 8259 §7), which are most of every document.
extension JSONParser {
    /// A string where it stands, without its quotes.
    struct StringRange {
        let kind: Node.Kind
        let start: Int
        let end: Int
    }

    /// Reads from the opening quote to behind the closing one.
    mutating func parseString() throws(JSONError) -> StringRange {
        offset += 1
        let start = offset
        var hasEscapes = false
        while true {
            offset = text.endOfPlainText(from: offset)
            switch text[offset] {
            case UInt8(ascii: "\""):
                offset += 1
                return StringRange(kind: hasEscapes ? .escapedString : .string, start: start, end: offset - 1)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try skipEscape()
            case 0..<0x20:
                throw JSONError(offset < text.count ? .controlCharacter : .unexpectedEnd, at: offset)
            default: try skipMultibyteCharacter()
            }
        }
    }

    private mutating func skipEscape() throws(JSONError) {
        let start = offset
        offset += 1
        switch text[offset] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            offset += 1
        case UInt8(ascii: "u"):
            offset += 1
            let unit = try skipHexQuad(escapeStart: start)
            if UTF16.isTrailSurrogate(unit) { throw JSONError(.loneSurrogate, at: start) }
            guard UTF16.isLeadSurrogate(unit) else { return }
            guard skip(UInt8(ascii: "\\")), skip(UInt8(ascii: "u")),
                UTF16.isTrailSurrogate(try skipHexQuad(escapeStart: start))
            else { throw JSONError(.loneSurrogate, at: start) }
        default: throw offset < text.count ? JSONError(.invalidEscape, at: start) : unexpected()
        }
    }

    private mutating func skipHexQuad(escapeStart: Int) throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = Hex.value(of: text[offset]) else {
                throw offset < text.count ? JSONError(.invalidEscape, at: escapeStart) : unexpected()
            }
            unit = unit << 4 | UInt16(digit)
            offset += 1
        }
        return unit
    }

    /// One character of two to four bytes (RFC 3629 §4): no overlong form, no surrogate, nothing above U+10FFFF.
    private mutating func skipMultibyteCharacter() throws(JSONError) {
        let (length, second): (Int, ClosedRange<UInt8>) =
            switch text[offset] {
            case 0xC2...0xDF: (2, 0x80...0xBF)
            case 0xE0: (3, 0xA0...0xBF)
            case 0xE1...0xEC, 0xEE...0xEF: (3, 0x80...0xBF)
            case 0xED: (3, 0x80...0x9F)
            case 0xF0: (4, 0x90...0xBF)
            case 0xF1...0xF3: (4, 0x80...0xBF)
            case 0xF4: (4, 0x80...0x8F)
            default: throw JSONError(.invalidUTF8, at: offset)
            }
        // The zero behind the end is none of these, so a character that is cut there is refused before it is passed.
        guard second.contains(text[offset + 1]), length < 3 || (0x80...0xBF).contains(text[offset + 2]),
            length < 4 || (0x80...0xBF).contains(text[offset + 3])
        else { throw JSONError(.invalidUTF8, at: offset) }
        offset += length
    }
}
