import Primitives
import Testing

@Suite("JSONValue")
struct JSONValueTests {
    private func parse(_ text: String) throws -> JSONValue {
        try JSONDocument(parsing: Array(text.utf8)).root
    }

    @Test(
        "knows its kind",
        arguments: [
            ("null", .null), ("true", .boolean), ("false", .boolean), ("1", .number), ("\"\"", .string),
            (#""\n""#, .string),
            ("[]", .array), ("{}", .object),
        ] as [(String, JSONValue.Kind)])
    func knowsItsKind(_ text: String, kind: JSONValue.Kind) throws {
        let value = try parse(text)
        #expect(value.kind == kind)
        #expect(value.isNull == (kind == .null))
        #expect((value.boolean != nil) == (kind == .boolean))
        #expect((value.string != nil) == (kind == .string))
        #expect((value.numberLiteral != nil) == (kind == .number))
    }

    @Test(
        "gives nothing for questions to another kind", arguments: ["null", "true", "7", "\"a\"", #""\u0061""#, "[1]"])
    func answersOtherKindsWithNothing(_ text: String) throws {
        let value = try parse(text)
        #expect(value["a"] == nil)
        #expect(Array(value.members).isEmpty)
        if value.kind != .array { #expect(Array(value.elements).isEmpty) }
        #expect(try Array(parse(#"{"a":1}"#).elements).isEmpty)
    }

    @Test(
        "decodes the escapes of strings",
        arguments: [
            (#""""#, ""), (#""plain""#, "plain"), (#""\"\\\/""#, "\"\\/"), (#""\b\f\n\r\t""#, "\u{8}\u{C}\n\r\t"),
            (#""\u0041\u00e9\u8A9e""#, "Aé語"), (#""\uD834\uDD1E!""#, "𝄞!"), (#""\u0000""#, "\0"),
            (#""a\\u0041""#, #"a\u0041"#),
            ("\"é\\né\"", "é\né"),
        ])
    func decodesStrings(_ text: String, decoded: String) throws {
        let value = try parse(text)
        #expect(value.string.map { Array($0.utf8) } == Array(decoded.utf8))
        #expect(value.isString(decoded))
        #expect(!value.isString(decoded + "x"))
    }

    @Test("compares strings byte by byte")
    func comparesBytes() throws {
        #expect(try parse("\"caf\u{E9}\"").isString("caf\u{E9}"))
        #expect(try !parse("\"caf\u{E9}\"").isString("cafe\u{301}"))
        #expect(try !parse("7").isString("7"))
    }

    @Test(
        "reads only plain integers that fit",
        arguments: [
            ("0", 0), ("-0", 0), ("-1", -1), ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("9223372036854775808", nil), ("-9223372036854775809", nil), ("1.0", nil), ("1e0", nil), ("1E400", nil),
            ("\"1\"", nil), ("true", nil), ("null", nil),
        ] as [(String, Int64?)])
    func readsIntegers(_ text: String, integer: Int64?) throws {
        #expect(try parse(text).integer == integer)
    }

    @Test("walks members and elements in the order of the text, past all that they contain")
    func walksInOrder() throws {
        let root = try parse(#"{"z":[1,[2,{"x":3}],"s"],"a":{"q":{"r":[]}},"\u006d":null,"":true}"#)
        #expect(root.members.map(\.key) == ["z", "a", "m", ""])
        #expect(root.count == 4)
        #expect(root["z"]?.elements.map(\.kind) == [.number, .array, .string])
        #expect(root["z"]?.count == 3)
        #expect(root["a"]?["q"]?["r"]?.kind == .array)
        #expect(root["m"]?.isNull == true)
        #expect(root[""]?.boolean == true)
        #expect(root["q"] == nil)
        #expect(root.members.first { $0.hasKey("m") }?.value.isNull == true)
    }

    @Test("shows its exact text, of a string without the quotes")
    func showsItsText() throws {
        let root = try parse(#" {"a" : [ 1.50 , "\u0041" ] , "b":"é"} "#)
        #expect(root["a"].map { String(decoding: $0.text, as: UTF8.self) } == #"[ 1.50 , "\u0041" ]"#)
        #expect(root["a"]?.elements.map { String(decoding: $0.text, as: UTF8.self) } == ["1.50", #"\u0041"#])
        #expect(root["b"].map { String(decoding: $0.text, as: UTF8.self) } == "é")
        #expect(String(decoding: root.text, as: UTF8.self) == #"{"a" : [ 1.50 , "\u0041" ] , "b":"é"}"#)
    }

    @Test(
        "reads a whole number however it is written, and never rounds",
        arguments: [
            ("0", 0), ("-0", 0), ("0.000", 0), ("0e5", 0), ("-0.0e-7", 0), ("1", 1), ("1.0", 1), ("-1.00", -1),
            ("1e9", 1_000_000_000), ("1E+9", 1_000_000_000), ("1.5e1", 15), ("150e-1", 15), ("1200", 1200),
            ("0.0012e6", 1200), ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("922337203685477580.7e1", .max), ("9007199254740993", 9_007_199_254_740_993),
            ("1e18", 1_000_000_000_000_000_000),
            ("1.5", nil), ("15e-2", nil), ("1e-1", nil), ("9223372036854775808", nil), ("-9223372036854775809", nil),
            ("1e19", nil), ("1e300", nil), ("1E400", nil), ("1e-400", nil), ("1e99999999999999999999", nil),
            ("1.00000000000000000000001", nil), ("100000000000000000000", nil), ("\"1\"", nil), ("true", nil),
            ("[1]", nil),
        ] as [(String, Int64?)])
    func readsWholeNumbers(_ text: String, number: Int64?) throws {
        #expect(try parse(text).wholeNumber == number)
    }
}
