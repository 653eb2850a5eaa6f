import Testing

@testable import Manifests

@Suite("TOMLParser") struct TOMLParserTests {
    private static func parse(_ text: String) throws(TOMLError) -> TOMLTable { try TOMLParser.parse(Array(text.utf8)) }

    @Test("Values of every kind that is read here")
    func values() throws {
        let table = try Self.parse(
            """
            # a comment
            text = "a\\tb\\"\\\\\\u00e9\\U0001F600" # behind
            literal = 'C:\\no'
            on = true
            off = false
            number = -12
            plus = +7
            list = [ "a", # one
              ["b", 'c',],
              1 ]
            inline = { a = 1, "b c" = "x", d.e = true }
            empty = {}
            none = []
            "quoted key" = 1
            dotted.key . here = 2
            1234 = 3
            """)
        #expect(table["text"] == .string("a\tb\"\\é😀"))
        #expect(table["literal"] == .string("C:\\no"))
        #expect(table["on"] == .boolean(true))
        #expect(table["off"] == .boolean(false))
        #expect(table["number"] == .integer(-12))
        #expect(table["plus"] == .integer(7))
        #expect(table["list"] == .array([.string("a"), .array([.string("b"), .string("c")]), .integer(1)]))
        guard case .table(let inline) = table["inline"], case .table(let dotted) = table["dotted"],
            case .table(let key) = dotted["key"]
        else {
            Issue.record("\(table)")
            return
        }
        #expect(inline.entries.map(\.key) == ["a", "b c", "d"])
        #expect(key["here"] == .integer(2))
        #expect(table["quoted key"] == .integer(1))
        #expect(table["1234"] == .integer(3))
    }

    @Test("Tables keep the order of the file, whatever it is, and lines may end as Windows has them")
    func order() throws {
        let table = try Self.parse(
            "[host.z]\r\na = 1\r\n[host]\r\n[host.\"b.test\"]\r\n[host.a.c]\r\nx = 1\r\n[other]\r\n")
        guard case .table(let host) = table["host"] else {
            Issue.record("\(table)")
            return
        }
        #expect(host.entries.map(\.key) == ["z", "b.test", "a"])
        #expect(table.entries.map(\.key) == ["host", "other"])
    }

    @Test(
        "Everything else is refused, with its line",
        arguments: [
            ("a", 1), ("a =", 1), ("a = b", 1), ("\na = 1 2", 2), ("a = \"x", 1), ("a = 'x\n'", 1), ("a = \"\\x\"", 1),
            ("a = \"\\u12\"", 1), ("a = \"\\ud800\"", 1), ("a = 1\na = 2", 2), ("[a]\n[a]", 2), ("a = 1\n[a]", 2),
            ("a.b = 1\na = 2", 2), ("a = {b = 1}\na.c = 2", 2), ("a = {b = 1}\n[a]", 2), ("a = {b = 1}\n[a.c]", 2),
            ("a = {b = 1, b = 2}", 1), ("[[a]]", 1), ("a = \"\"\"x\"\"\"", 1), ("a = '''x'''", 1), ("a = 1.5", 1),
            ("a = 1979-05-27", 1), ("a = 012", 1), ("a = inf", 1), ("a = [1", 1), ("a = [1 2]", 1), ("a = [,]", 1),
            ("a = {b = 1,}", 1), ("a = {b = 1\n}", 1), ("[a", 1), ("[]", 1), ("[a.]", 1), ("[a] b = 1", 1), ("= 1", 1),
            ("a = 1 # \u{1}", 1), ("a = \"\u{7F}\"", 1), ("é = 1", 1), ("a = 1\rb = 2", 1), ("a..b = 1", 1),
            ("a = 99999999999999999999", 1), ("a = True", 1), ("\u{FEFF}a = 1", 1),
        ])
    func bad(text: String, line: Int) {
        let error = #expect(throws: TOMLError.self) { try Self.parse(text) }
        #expect(error?.line == line)
    }

    @Test("What is no UTF-8 is refused, and so is what is nested too deep")
    func bounds() {
        #expect(throws: TOMLError.self) { try TOMLParser.parse([0x61, 0x3D, 0x22, 0xFF, 0x22]) }
        for text in [
            "a = " + String(repeating: "[", count: 100_000), String(repeating: "a.", count: 100_000) + "a = 1",
        ] {
            #expect(throws: TOMLError.self) { try Self.parse(text) }
        }
    }

    @Test("Every part of a document from its start is read or refused")
    func truncation() {
        let text = Array(
            "server = \"https://a\"\n[host.\"https://b\"]\nca = [['a', \"b\\u00e9\"]]\nh = {x = [1, true]}\n".utf8)
        for length in 0..<text.count { _ = try? TOMLParser.parse(Array(text[..<length])) }
        #expect(throws: Never.self) { try TOMLParser.parse(text) }
    }
}
