import Kubernetes
import Manifests
import Primitives
import Testing

@Suite struct ManifestReaderTests {
    private func value(_ scalar: String) throws -> String {
        text(try manifests("apiVersion: v1\nkind: A\nx: \(scalar)\n")[0].value["x"])
    }

    static let scalars: [(yaml: String, json: String)] = [
        ("abc", #""abc""#), (#""yes""#, #""yes""#), ("'no'", #""no""#), ("yes", "true"), ("Yes", "true"),
        ("on", "true"),
        ("y", "true"), ("n", "false"), ("off", "false"), ("NO", "false"), ("true", "true"), ("False", "false"),
        ("yEs", #""yEs""#), ("", "null"), ("~", "null"), ("null", "null"), ("Null", "null"), ("nUll", #""nUll""#),
        ("12", "12"), ("+12", "12"), ("-12", "-12"), ("0", "0"), ("010", "8"), ("0o10", "8"), ("0x1F", "31"),
        ("0b101", "5"),
        ("-0x10", "-16"), ("1_000", "1000"), ("08", "8"), ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775808", "-9223372036854775808"), ("18446744073709551615", "18446744073709551615"),
        ("1.5", "1.5"), (".5", "0.5"), ("5.", "5"), ("1e3", "1000"), ("1.0", "1"), ("-1.25", "-1.25"),
        ("1e999", #""1e999""#),
        ("1:30", #""1:30""#), ("2001-01-01", #""2001-01-01""#), ("1.2.3", #""1.2.3""#), ("0x", #""0x""#),
        ("+", #""+""#),
        ("--1", #""--1""#), ("0x-1", #""0x-1""#), ("nginx:1", #""nginx:1""#), ("12e", #""12e""#),
        (#""a\tb\u00e9""#, "\"a\\tbé\""), ("|\n  a\n  b\n", #""a\nb\n""#), (">-\n  a\n  b\n", #""a b""#),
        ("[1, a, {b: c}]", #"[1,"a",{"b":"c"}]"#), ("{}", "{}"), ("[]", "[]"), ("abc # comment", #""abc""#),
        (#"!!str "1""#, #""1""#),
    ]

    @Test("A scalar is what kubectl makes of it", arguments: scalars)
    func readsScalars(yaml: String, json: String) throws {
        #expect(try value(yaml) == json)
    }

    static let refused: [(yaml: String, message: String)] = [
        ("a: 1\na: 2\n", #"a.yaml, line 1: the same key twice in one mapping: "a""#),
        ("a: 1\n\"a\": 2\n", "the same key twice in one mapping"),
        ("x: {b: 1, b: 2}\n", #"the same key twice in one mapping: "b""#),
        ("x: &a 1\n", "a.yaml, line 1: anchors and aliases (& and *) are not read here"),
        ("x: &a [1]\ny: *a\n", "anchors and aliases"),
        ("x: &a {b: 1}\n", "anchors and aliases"),
        ("x: *a\n", "undefined alias"),
        ("&a x: 1\n", "anchors and aliases"),
        ("<<: {a: 1}\n", "the merge key << is not read here"),
        ("x: !!int \"3\"\n", #"the tag "tag:yaml.org,2002:int" is not read here"#),
        ("x: !!str 3\n", #"the tag "tag:yaml.org,2002:str" is not read here"#),
        ("x: !mine 3\n", #"the tag "!mine" is not read here"#),
        ("x: !!binary aGk=\n", "the tag"),
        ("x: !!seq [1]\n", "the tag"),
        ("x: !!map {a: 1}\n", "the tag"),
        ("yes: 1\n", #"the key "yes" is not text: quote it"#),
        ("12: 1\n", #"the key "12" is not text"#),
        ("? [a]\n: 1\n", "is not text"),
        ("? {a: b}\n: 1\n", "is not text"),
        ("~: 1\n", "is not text"),
        ("x: .inf\n", #"".inf" is not a number in JSON"#),
        ("x: .NaN\n", "is not a number in JSON"),
        ("x: [\n", "a.yaml, line"),
        ("x: \"abc\n", "a.yaml, line"),
        ("\tx: 1\n", "a.yaml, line 1: not YAML"),
        ("x: a: b\n", "a.yaml, line 1: not YAML"),
        ("a: 1\n--- \nb: @x\n", "a.yaml, line 3: not YAML"),
        ("{\"a\": 1, \"a\": 2}", #"a.yaml: duplicate key "a" in a JSON object"#),
        ("{\"a\": }", "a.yaml: unexpected '}' in JSON"),
        ("a: 1\n", "a.yaml, line 1: apiVersion: required, but missing"),
        ("\n\napiVersion: v1\n", "a.yaml, line 3: kind: required, but missing"),
        ("apiVersion: 1\nkind: A\n", "apiVersion: a string is expected here, found a number"),
        ("- a\n", "a.yaml, line 1: the whole object: an object is expected here, found an array"),
        ("just text\n", "the whole object: an object is expected here, found a string"),
        ("apiVersion: v1\nkind: List\nitems: {}\n", "List: items: an array is expected here, found an object"),
        ("apiVersion: v1\nkind: List\nitems: [null]\n", "a.yaml, line 1, item 1: items[0]: required, but missing"),
        (
            "apiVersion: v1\nkind: List\nitems: [{kind: A}]\n",
            "a.yaml, line 1, item 1: apiVersion: required, but missing"
        ),
    ]

    @Test("What is ambiguous, costly or no manifest is refused, saying where", arguments: refused)
    func refuses(yaml: String, message: String) {
        let error = #expect(throws: ManifestError.self) { try manifests(yaml) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
        #expect(error?.description.hasPrefix("a.yaml") == true)
        #expect(error?.description.contains("\n") == false)
    }

    @Test("Text that is not UTF-8 is refused")
    func refusesOtherEncodings() {
        let error = #expect(throws: ManifestError.self) {
            try ManifestReader.parse([0x61, 0x3A, 0xFF], file: "b.yaml")
        }
        #expect(error?.description == "b.yaml: not UTF-8 text")
        #expect(throws: ManifestError.self) {
            try ManifestReader.parse([0x61, 0x3A, 0x20, 0x00, 0x0A], file: "b.yaml")
        }
    }

    @Test("A text over the limit is refused")
    func refusesHugeText() {
        let bytes = [UInt8](repeating: UInt8(ascii: "\n"), count: Limits.fileBytes + 1)
        #expect(throws: ManifestError.tooLarge(file: "b", limit: Limits.fileBytes)) {
            try ManifestReader.parse(bytes, file: "b")
        }
    }

    @Test("A bomb of aliases is refused before it goes off", .timeLimit(.minutes(1)))
    func refusesAliasBomb() {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<30 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            bomb += "a\(level): &a\(level) [\(aliases)]\n"
        }
        let error = #expect(throws: ManifestError.self) { try manifests(bomb) }
        #expect(error?.description.contains("anchors and aliases") == true)
    }

    @Test("A bomb of aliases in a key is refused too", .timeLimit(.minutes(1)))
    func refusesAliasBombInKey() {
        var bomb = "? &a0 [x, x, x]\n: 1\n"
        for level in 1..<60 { bomb += "? &a\(level) [*a\(level - 1), *a\(level - 1), *a\(level - 1)]\n: 1\n" }
        let error = #expect(throws: ManifestError.self) { try manifests(bomb) }
        #expect(error?.description == "a.yaml: anchors and aliases (& and *) are not read here: write the value out")
    }

    @Test("Words that only look like aliases are text")
    func readsTextLikeAliases() throws {
        let code = String(repeating: "    if (&node && *node) { next(*node, &other) }\n", count: 20)
        let documents = try manifests("apiVersion: v1\nkind: A\nx: '&a *a'\ncode: |\n\(code)z: a && *\n")
        #expect(documents[0].value["x"]?.string == "&a *a")
    }

    @Test("Deep nesting is refused, not run into", arguments: ["[", "{a: ", "- ", "? "])
    func refusesDeepNesting(open: String) {
        #expect(throws: ManifestError.self) { try manifests("x:\n  " + String(repeating: open, count: 100_000)) }
        #expect(throws: ManifestError.self) {
            try manifests("x: " + String(repeating: "[", count: 600) + String(repeating: "]", count: 600))
        }
    }

    @Test("Every prefix of a file is read or refused, never run into")
    func survivesEveryPrefix() throws {
        let file = """
            apiVersion: v1
            kind: List
            items:
            - apiVersion: v1
              kind: Secret
              metadata: {name: "a\\u00e9", labels: {x: 'y'}}
              stringData:
                key: |
                  -----BEGIN
            ---
            apiVersion: v1
            kind: A
            """
        let bytes = Array(file.utf8)
        for length in 0..<bytes.count {
            do throws(ManifestError) {
                _ = try ManifestReader.parse(Array(bytes.prefix(length)), file: "p")
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }

    @Test("Documents are told apart and know their line; empty ones are none")
    func splitsDocuments() throws {
        let documents = try manifests(
            "# nothing\n---\napiVersion: v1\nkind: A\n---\n---\n# empty\n---\nkind: B\napiVersion: g/v2\n...\n")
        #expect(documents.map(\.source.description) == ["a.yaml, line 3", "a.yaml, line 9"])
        #expect(documents.map(\.kind) == ["A", "B"])
        #expect(documents.map(\.apiVersion) == ["v1", "g/v2"])
        #expect(documents[1].type.group == "g")
        #expect(try manifests("").isEmpty)
        #expect(try manifests("# only a comment\n").isEmpty)
        #expect(try manifests("---\n...\n").isEmpty)
    }

    @Test("Short texts are read as long ones are", arguments: ["kind: A", "a: b", "{", "[", "x"])
    func readsShortTexts(short: String) {
        #expect(throws: ManifestError.self) { try manifests(short) }
    }

    @Test("A List is taken apart, also one in another and one of a type of its own")
    func unpacksLists() throws {
        let documents = try manifests(
            """
            apiVersion: v1
            kind: List
            items:
            - {apiVersion: v1, kind: A}
            - apiVersion: example.com/v1
              kind: BList
              metadata: {resourceVersion: "1"}
              items: [{apiVersion: example.com/v1, kind: B}, {apiVersion: example.com/v1, kind: C}]
            - {apiVersion: v1, kind: D}
            ---
            {apiVersion: v1, kind: List, items: null}
            """)
        #expect(documents.map(\.kind) == ["A", "B", "C", "D"])
        #expect(documents[3].source.description == "a.yaml, line 1, item 3")
    }

    @Test("JSON is read strictly, alone or with YAML's separators")
    func readsJSON() throws {
        let object = #"{"apiVersion":"v1","kind":"A","x":"\u00e9\/"}"#
        #expect(try text(manifests("\n " + object + "\n")[0].value["x"]) == "\"\\u00e9\\/\"")
        #expect(try manifests(object + "\n---\n" + object).count == 2)
    }

    @Test("Windows' line ends and a byte order mark change nothing")
    func readsOtherLineEnds() throws {
        #expect(try manifests("\u{FEFF}apiVersion: v1\r\nkind: A\r\nx: y\r\n")[0].value["x"]?.boolean == true)
    }
}
