// The tokens of RFC 8259: each reader takes the offset where its token begins and returns the one behind it.
extension JSONText {
    /// The offset of the first byte from `start` on that is not white space.
    @inline(always)
    func endOfWhitespace(from start: Int) -> Int {
        self[start] > 0x20 ? start : skipWhitespace(from: start)
    }

    /// (A function of its own: what the API server sends has no white space.)
    @inline(never)
    private func skipWhitespace(from start: Int) -> Int {
        var offset = start
        while true {
            switch self[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            default: return offset
            }
        }
    }

    /// Behind a byte that must stand here.
    @inline(always)
    func end(of byte: UInt8, at offset: Int) throws(JSONError) -> Int {
        guard self[offset] == byte else { throw unexpected(at: offset) }
        return offset &+ 1
    }

    /// Reads a number, `true`, `false` or `null`.
    ///
    /// - Returns: the kind of node it makes, and the offset behind it.
    @inline(never)
    func word(at start: Int) throws(JSONError) -> (kind: JSONDocument.Node.Kind, end: Int) {
        switch self[start] {
        case UInt8(ascii: "t"): (.true, try end(of: "true", at: start))
        case UInt8(ascii: "f"): (.false, try end(of: "false", at: start))
        case UInt8(ascii: "n"): (.null, try end(of: "null", at: start))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): (.number, try endOfNumber(at: start))
        default: throw unexpected(at: start)
        }
    }

    private func end(of word: StaticString, at start: Int) throws(JSONError) -> Int {
        var offset = start
        for expected in word.description.utf8 { offset = try end(of: expected, at: offset) }
        return offset
    }

    /// RFC 8259 §6: `[-] int [frac] [exp]`, no leading zero.
    private func endOfNumber(at start: Int) throws(JSONError) -> Int {
        let integer = skip(UInt8(ascii: "-"), at: start)
        var offset = endOfDigits(at: integer)
        guard offset > integer, offset == integer + 1 || self[integer] != UInt8(ascii: "0") else {
            throw JSONError(.invalidNumber, at: start)
        }
        if self[offset] == UInt8(ascii: ".") {
            let fraction = offset + 1
            offset = endOfDigits(at: fraction)
            guard offset > fraction else { throw JSONError(.invalidNumber, at: start) }
        }
        if self[offset] | 0x20 == UInt8(ascii: "e") {
            let sign = offset + 1
            let exponent = self[sign] == UInt8(ascii: "+") ? sign + 1 : skip(UInt8(ascii: "-"), at: sign)
            offset = endOfDigits(at: exponent)
            guard offset > exponent else { throw JSONError(.invalidNumber, at: start) }
        }
        return offset
    }

    /// What is wrong at a byte that no token begins or goes on with.
    func unexpected(at offset: Int) -> JSONError {
        offset < count ? JSONError(.unexpectedByte(self[offset]), at: offset) : JSONError(.unexpectedEnd, at: offset)
    }

    private func skip(_ byte: UInt8, at offset: Int) -> Int { self[offset] == byte ? offset + 1 : offset }

    private func endOfDigits(at start: Int) -> Int {
        var offset = start
        while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self[offset]) { offset += 1 }
        return offset
    }
}

// Strings (RFC 8259 §7), which are most of every document.
extension JSONText {
    /// Reads a string from its opening quote on.
    ///
    /// - Returns: the kind of node it makes, and the offset of the closing quote.
    @inline(always)
    func string(at quote: Int) throws(JSONError) -> (kind: JSONDocument.Node.Kind, end: Int) {
        var kind = JSONDocument.Node.Kind.string
        var offset = quote &+ 1
        while true {
            offset = endOfPlainText(from: offset)
            switch self[offset] {
            case UInt8(ascii: "\""): return (kind, offset)
            case UInt8(ascii: "\\"):
                kind = .escapedString
                offset = try endOfEscape(at: offset)
            case 0..<0x20:
                throw JSONError(offset < count ? .controlCharacter : .unexpectedEnd, at: offset)
            default: offset = try endOfMultibyteCharacter(at: offset)
            }
        }
    }

    private func endOfEscape(at start: Int) throws(JSONError) -> Int {
        switch self[start + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return start + 2
        case UInt8(ascii: "u"): return try endOfUnicodeEscape(at: start)
        default: throw start + 1 < count ? JSONError(.invalidEscape, at: start) : unexpected(at: start + 1)
        }
    }

    /// One or, for a character beyond U+FFFF, two escapes `\uXXXX`.
    private func endOfUnicodeEscape(at start: Int) throws(JSONError) -> Int {
        let unit = try hexQuad(at: start + 2, escapeStart: start)
        if UTF16.isTrailSurrogate(unit) { throw JSONError(.loneSurrogate, at: start) }
        guard UTF16.isLeadSurrogate(unit) else { return start + 6 }
        guard self[start + 6] == UInt8(ascii: "\\"), self[start + 7] == UInt8(ascii: "u"),
            UTF16.isTrailSurrogate(try hexQuad(at: start + 8, escapeStart: start))
        else { throw JSONError(.loneSurrogate, at: start) }
        return start + 12
    }

    private func hexQuad(at start: Int, escapeStart: Int) throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for offset in start..<start + 4 {
            guard let digit = Hex.value(of: self[offset]) else {
                throw offset < count ? JSONError(.invalidEscape, at: escapeStart) : unexpected(at: offset)
            }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    /// One character of two to four bytes (RFC 3629 §4): no overlong form, no surrogate, nothing above U+10FFFF.
    private func endOfMultibyteCharacter(at start: Int) throws(JSONError) -> Int {
        let (length, second): (Int, ClosedRange<UInt8>) =
            switch self[start] {
            case 0xC2...0xDF: (2, 0x80...0xBF)
            case 0xE0: (3, 0xA0...0xBF)
            case 0xE1...0xEC, 0xEE...0xEF: (3, 0x80...0xBF)
            case 0xED: (3, 0x80...0x9F)
            case 0xF0: (4, 0x90...0xBF)
            case 0xF1...0xF3: (4, 0x80...0xBF)
            case 0xF4: (4, 0x80...0x8F)
            default: throw JSONError(.invalidUTF8, at: start)
            }
        // The zero behind the end is none of these, so a character that is cut there is refused before it is passed.
        guard second.contains(self[start + 1]), length < 3 || (0x80...0xBF).contains(self[start + 2]),
            length < 4 || (0x80...0xBF).contains(self[start + 3])
        else { throw JSONError(.invalidUTF8, at: start) }
        return start + length
    }
}
