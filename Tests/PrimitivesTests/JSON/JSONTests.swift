import Primitives
import Support
import Testing

@Suite("JSON")
struct JSONTests {
    private func written(_ json: JSON) -> String { String(decoding: json.serialized(), as: UTF8.self) }

    @Test("writes compact text in the order given")
    func writesCompactText() {
        let json: JSON = ["b": [1, -2, true, false, .null, "x"], "a": [:], "c": [], "d": ["e": ["f": 0]]]
        #expect(written(json) == #"{"b":[1,-2,true,false,null,"x"],"a":{},"c":[],"d":{"e":{"f":0}}}"#)
        #expect(written(.integer(.min)) == "-9223372036854775808")
        #expect(written(.optional(nil)) == "null")
        #expect(written(.optional("a")) == "\"a\"")
    }

    @Test(
        "writes thousandths exactly, and no digit too many",
        arguments: [
            (0, "0"), (1, "0.001"), (10, "0.01"), (100, "0.1"), (1000, "1"), (1010, "1.01"), (999_999, "999.999"),
            (-1, "-0.001"), (-1500, "-1.5"), (.max, "9223372036854775.807"), (.min, "-9223372036854775.808"),
        ] as [(Int64, String)])
    func writesThousandths(_ number: Int64, _ text: String) {
        #expect(written(.thousandths(number)) == text)
    }

    @Test(
        "escapes what would end the string or be taken for markup",
        arguments: [
            ("\"\\/", #""\"\\/""#), ("\n\r\t", #""\n\r\t""#), ("\0\u{1F}\u{7F}", #""\u0000\u001f\u007f""#),
            ("<a>&", #""\u003ca\u003e\u0026""#), ("\u{80}\u{9B}\u{9F}\u{A0}", "\"\\u0080\\u009b\\u009f\u{A0}\""),
            ("\u{2028}\u{2029}", #""\u2028\u2029""#), ("é語𝄞", "\"é語𝄞\""),
            ("", "\"\""),
        ])
    func escapes(_ text: String, expected: String) {
        #expect(written(.string(text)) == expected)
        #expect(written(.object([(key: text, value: .null)])) == "{\(expected):null}")
    }

    @Test("writes any text so that it reads back as the same bytes")
    func roundTrips() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<2_000 {
            let scalars = (0..<Int.random(in: 0..<12, using: &random)).map { _ in
                Unicode.Scalar(UInt32.random(in: 0..<0x300, using: &random)) ?? "?"
            }
            let text = String(String.UnicodeScalarView(scalars))
            let document = try JSONDocument(parsing: JSON.object([(key: text, value: .string(text))]).serialized())
            #expect(document.root.members.map { Array($0.key.utf8) } == [Array(text.utf8)])
            #expect(document.root[text]?.isString(text) == true)
        }
    }

    @Test(
        "copies parsed values as they stand",
        arguments: [
            #"{"a": [1.50 , -0, 1E400]}"#, #""\u0041\/é""#, "\"\"", "[ ]", "null", "1.0",
        ])
    func copiesVerbatim(_ text: String) throws {
        let root = try JSONDocument(parsing: Array(" \(text) ".utf8)).root
        #expect(written(["v": .verbatim(root)]) == "{\"v\":\(text)}")
    }
}
