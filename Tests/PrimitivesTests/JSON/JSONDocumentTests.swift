import Primitives
import Support
import Testing

@Suite("JSONDocument")
struct JSONDocumentTests {
    @Test(
        "accepts what RFC 8259 allows",
        arguments: [
            "null", "true", "false", "0", "-0", "\"\"", "[]", "{}", " [ ] ", "\t\r\n{\t\r\n}\n",
            "[1,2]", "[ 1 , [ ] , { } , \"\" ]", #"{"a":1,"b":{"a":1}}"#, #"{"":0}"#, #"[[[[]]]]"#,
            #""\"\\\/\b\f\n\r\t\u00e9\uD834\udd1E""#, "\"\u{7F}\u{80}\u{7FF}\u{800}\u{FFFF}\u{10000}\u{10FFFF}\"",
            #"{"a":{"x":1},"b":{"x":1},"A":0}"#, #"[{"a":1},{"a":2}]"#, #""\u0000""#,
            #"{"a\u0062":1,"ab\u0000":2}"#,
        ])
    func accepts(_ text: String) throws {
        _ = try JSONDocument(parsing: Array(text.utf8))
    }

    @Test(
        "refuses what is not one JSON value, and says where",
        arguments: [
            ("", .empty, 0), (" \n", .empty, 2), ("\u{FEFF}{}", .unexpectedByte(0xEF), 0),
            ("[", .unexpectedEnd, 1), ("{", .unexpectedEnd, 1), ("[1", .unexpectedEnd, 2), ("[1,", .unexpectedEnd, 3),
            ("{\"a\"", .unexpectedEnd, 4), ("{\"a\":", .unexpectedEnd, 5), ("{\"a\":1", .unexpectedEnd, 6),
            ("[1 2]", .unexpectedByte(0x32), 3), ("[,1]", .unexpectedByte(0x2C), 1), ("[1,]", .unexpectedByte(0x5D), 3),
            ("[1}", .unexpectedByte(0x7D), 2), ("{]", .unexpectedByte(0x5D), 1), ("]", .unexpectedByte(0x5D), 0),
            ("{\"a\":1,}", .unexpectedByte(0x7D), 7), ("{,}", .unexpectedByte(0x2C), 1),
            ("{\"a\" 1}", .unexpectedByte(0x31), 5),
            ("{a:1}", .unexpectedByte(0x61), 1), ("{1:1}", .unexpectedByte(0x31), 1),
            ("{'a':1}", .unexpectedByte(0x27), 1),
            ("{\"a\"::1}", .unexpectedByte(0x3A), 5), ("{\"a\":}", .unexpectedByte(0x7D), 5),
            ("[] []", .trailingText, 3), ("{}x", .trailingText, 2), ("{}\0", .trailingText, 2),
            ("1 1", .trailingText, 2),
            ("nul", .unexpectedEnd, 3), ("nulL", .unexpectedByte(0x4C), 3), ("True", .unexpectedByte(0x54), 0),
            ("nullx", .trailingText, 4), ("NaN", .unexpectedByte(0x4E), 0), ("Infinity", .unexpectedByte(0x49), 0),
            ("// x\n1", .unexpectedByte(0x2F), 0), ("[1/**/]", .unexpectedByte(0x2F), 2),
            ("'a'", .unexpectedByte(0x27), 0),
            ("\u{A0}1", .unexpectedByte(0xC2), 0), ("\u{0B}1", .unexpectedByte(0x0B), 0), ("\0", .unexpectedByte(0), 0),
        ] as [(String, JSONError.Reason, Int)])
    func refuses(_ text: String, reason: JSONError.Reason, offset: Int) {
        #expect(throws: JSONError(reason, at: offset)) { try JSONDocument(parsing: Array(text.utf8)) }
    }

    @Test(
        "keeps numbers exactly as they are written",
        arguments: [
            "0", "-0", "1", "-1", "10", "1.0", "1.50", "0.1", "-0.0", "1e1", "1E400", "1e+9", "1e-9", "0e0", "0E+00",
            "9223372036854775808", "123456789012345678901234567890",
        ])
    func keepsNumbers(_ literal: String) throws {
        #expect(try JSONDocument(parsing: Array(literal.utf8)).root.numberLiteral == literal)
        #expect(try JSONDocument(parsing: Array("[\(literal)]".utf8)).root.elements.map(\.numberLiteral) == [literal])
    }

    @Test(
        "refuses malformed numbers",
        arguments: [
            "01", "-01", "00", "1.", "-", "-.1", "1.e1", "1e", "1e+", "1E-", "-a", "1.-1", "0.", "--1",
        ])
    func refusesNumbers(_ literal: String) {
        #expect(throws: JSONError(.invalidNumber, at: 0)) { try JSONDocument(parsing: Array(literal.utf8)) }
        #expect(throws: JSONError(.invalidNumber, at: 1)) { try JSONDocument(parsing: Array("[\(literal)]".utf8)) }
    }

    @Test(
        "refuses text that only begins like a number",
        arguments: ["+1", ".1", "0x1", "1_0", "1a", "00x", "1e1.5", "1e5e5"])
    func refusesNumberLike(_ literal: String) {
        #expect(throws: JSONError.self) { try JSONDocument(parsing: Array(literal.utf8)) }
    }

    @Test("refuses raw control characters in strings", arguments: [UInt8](0..<0x20))
    func refusesControlCharacters(_ byte: UInt8) {
        let text = [UInt8(ascii: "\""), UInt8(ascii: "a"), byte, UInt8(ascii: "\"")]
        #expect(throws: JSONError(.controlCharacter, at: 2)) { try JSONDocument(parsing: text) }
    }

    @Test(
        "refuses bad escapes and halves of surrogate pairs",
        arguments: [
            (#""\x""#, .invalidEscape), (#""\'""#, .invalidEscape), (#""\U0041""#, .invalidEscape),
            (#""\u00g0""#, .invalidEscape), (#""\u 041""#, .invalidEscape), (#""\u+041""#, .invalidEscape),
            (#""\u004"#, .unexpectedEnd), (#""\"#, .unexpectedEnd), (#""\u12"#, .unexpectedEnd),
            (#""\u12""#, .invalidEscape),
            (#""\uD800""#, .loneSurrogate), (#""\uDC00""#, .loneSurrogate), (#""\uD800\uD800""#, .loneSurrogate),
            (#""\uD800x""#, .loneSurrogate), (#""\uD800\n""#, .loneSurrogate), (#""\uDC00\uD800""#, .loneSurrogate),
            (#""\uD800\u0041""#, .loneSurrogate),
        ] as [(String, JSONError.Reason)])
    func refusesEscapes(_ text: String, reason: JSONError.Reason) {
        let error = #expect(throws: JSONError.self) { try JSONDocument(parsing: Array(text.utf8)) }
        #expect(error?.reason == reason)
    }

    @Test(
        "refuses bytes that are not UTF-8",
        arguments: [
            [0x80], [0xBF], [0xFF], [0xFE], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x80, 0x80],
            [0xE0, 0x9F, 0xBF], [0xE1, 0x80], [0xE1, 0x80, 0x41], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
            [0xED, 0xA0, 0xB4, 0xED, 0xB4, 0x9E], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF0, 0x90, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xE2, 0x28, 0xA1],
        ] as [[UInt8]])
    func refusesBadUTF8(_ bytes: [UInt8]) {
        let inString = Array("[\"a".utf8) + bytes + Array("\"]".utf8)
        #expect(throws: JSONError(.invalidUTF8, at: 3)) { try JSONDocument(parsing: inString) }
        let atEnd = Array("[\"a".utf8) + bytes
        #expect(throws: JSONError(.invalidUTF8, at: 3)) { try JSONDocument(parsing: atEnd) }
        let inKey = Array("{\"a".utf8) + bytes + Array("\":0}".utf8)
        #expect(throws: JSONError(.invalidUTF8, at: 3)) { try JSONDocument(parsing: inKey) }
    }

    @Test("finds bad bytes at every distance from the quote", arguments: 0..<150)
    func findsBadBytesAnywhere(_ distance: Int) {
        let before = Array("\"".utf8) + [UInt8](repeating: UInt8(ascii: "a"), count: distance)
        for (bad, reason) in [(0x1F, .controlCharacter), (0x80, .invalidUTF8)] as [(UInt8, JSONError.Reason)] {
            let text = before + [bad] + Array("aaaaaaaaaaaaaaaaaaaa\"".utf8)
            #expect(throws: JSONError(reason, at: before.count)) { try JSONDocument(parsing: text) }
        }
        #expect(throws: JSONError(.unexpectedEnd, at: before.count)) { try JSONDocument(parsing: before) }
    }

    @Test("nests as deep as the limit and no deeper")
    func limitsDepth() throws {
        func nested(_ depth: Int, _ open: String, _ close: String) -> [UInt8] {
            Array((String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)).utf8)
        }
        let limit = Limits.jsonDepth
        _ = try JSONDocument(parsing: nested(limit, "[", "]"))
        _ = try JSONDocument(parsing: nested(limit, "{\"a\":", "}"))
        #expect(throws: JSONError(.tooDeep(limit: limit), at: limit)) {
            try JSONDocument(parsing: nested(limit + 1, "[", "]"))
        }
        #expect(throws: JSONError(.tooDeep(limit: limit), at: 5 * limit)) {
            try JSONDocument(parsing: nested(100_000, "{\"a\":", "}"))
        }
    }

    @Test("holds as many values as the limit and no more: the table of them is larger than the text")
    func limitsValues() throws {
        let limit = Limits.jsonValues
        let text = Array(("[0" + String(repeating: ",0", count: limit)).utf8)
        #expect(throws: JSONError(.tooManyValues(limit: limit), at: 2 * limit - 1)) { try JSONDocument(parsing: text) }
        // Not even where the text is so long that a larger table would be made at once.
        let long = [UInt8](repeating: UInt8(ascii: " "), count: 7 << 20) + text
        #expect(throws: JSONError(.tooManyValues(limit: limit), at: (7 << 20) + 2 * limit - 1)) {
            try JSONDocument(parsing: long, limit: .max)
        }
    }

    @Test("is as long as the limit and no longer")
    func limitsSize() throws {
        _ = try JSONDocument(parsing: Array("[1,23]".utf8), limit: 6)
        #expect(throws: JSONError(.tooLarge(limit: 5), at: 5)) {
            try JSONDocument(parsing: Array("[1,23]".utf8), limit: 5)
        }
    }

    @Test("refuses a rich document cut short at any byte")
    func refusesTruncation() {
        let text = Array(Self.rich.utf8)
        for length in 0..<text.count {
            #expect(throws: JSONError.self) { try JSONDocument(parsing: Array(text.prefix(length))) }
        }
        #expect(throws: Never.self) { try JSONDocument(parsing: text) }
    }

    @Test("never traps on a mutated document, and what it accepts can be walked and written", .timeLimit(.minutes(1)))
    func survivesMutation() throws {
        var random = SeededGenerator(seed: 0x0571_A24)
        let text = Array(Self.rich.utf8)
        var accepted = 0
        for _ in 0..<20_000 {
            var mutated = text
            for _ in 0...Int.random(in: 0...2, using: &random) { mutate(&mutated, using: &random) }
            do throws(JSONError) {
                let document = try JSONDocument(parsing: mutated)
                accepted += 1
                walk(document.root)
            } catch {
                #expect((0...mutated.count).contains(error.offset) && !error.description.isEmpty)
            }
        }
        #expect(accepted > 0)
    }

    private func mutate(_ bytes: inout [UInt8], using random: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        let position = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[position] = .random(in: 0...255, using: &random)
        case 1: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes.remove(at: position)
        case 3: bytes.insert(Self.structural.randomElement(using: &random) ?? 0, at: position)
        default: bytes.removeSubrange(position..<min(bytes.count, position + 9))
        }
    }

    /// Touches all that a reader may ask of a value.
    private func walk(_ value: JSONValue) {
        _ = (value.string, value.integer, value.boolean, value.numberLiteral, value.text.count)
        #expect(value.elements.reduce(0) { count, _ in count + 1 } == (value.kind == .array ? value.count : 0))
        #expect(value.members.reduce(0) { count, _ in count + 1 } == (value.kind == .object ? value.count : 0))
        value.elements.forEach(walk)
        value.members.forEach { walk($0.value) }
        #expect(throws: Never.self) { try JSONDocument(parsing: JSON.verbatim(value).serialized()) }
    }

    private static let structural = Array("{}[]\",:\\u0123456789abcdefEe+-. \ttrue".utf8)

    private static let rich = #"""
         {"kind":"AdmissionReview", "n":[0,-0,1.5e+10,-2E-3,9223372036854775807], "w":[true,false,null],
          "text":"a\"\\\/\b\f\n\r\t\u00e9\ud834\uDD1E é 語 𝄞 long enough to be scanned by the word", "": {"a\u0062":{}},
          "deep":[[{"x":[{"y":[]}]}]], "many":{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":10,"k":11,
          "l":12,"m":13,"n\u006e":14}}
        """#
}
