import Kubernetes
import Primitives
import Testing

@Suite struct QuotedTextTests {
    @Test(
        "Text is quoted as Go's %q does",
        arguments: [
            ("nginx:1", #""nginx:1""#), ("", #""""#), (#"a"b\c"#, #""a\"b\\c""#), ("a\nb\r\t", #""a\nb\r\t""#),
            ("\u{0}\u{1B}\u{7F}", #""\x00\x1b\x7f""#), ("é漢", #""é漢""#), ("\u{202E}\u{2028}", #""\u202e\u2028""#),
            ("\u{85}", #""\u0085""#), ("\u{E0001}", #""\U000e0001""#),
        ])
    func quotes(text: String, quoted: String) {
        #expect(QuotedText.make(from: text) == quoted)
    }

    @Test("Long text is cut, visibly")
    func cuts() {
        #expect(QuotedText.make(from: "abcdef", limit: 3) == #""abc…""#)
        #expect(QuotedText.make(from: "abc", limit: 3) == #""abc""#)
    }
}

@Suite struct JSONPointerTests {
    @Test(
        "Tokens are escaped (RFC 6901 §3, §5)",
        arguments: [
            ([], ""), (["foo", "0"], "/foo/0"), ([""], "/"), (["a/b"], "/a~1b"), (["m~n"], "/m~0n"), (["~1"], "/~01"),
            (["c%d", " "], "/c%d/ "),
        ] as [([String], String)])
    func escapes(tokens: [String], text: String) {
        #expect(JSONPointer(tokens).description == text)
    }
}

@Suite struct FieldPathTests {
    @Test("A path reads as Kubernetes' messages do")
    func describes() {
        let path = FieldPath().appending("spec").appending("repositories").appending(2).appending("policy")
        #expect(path.description == "spec.repositories[2].policy")
        #expect(path.pointer.description == "/spec/repositories/2/policy")
        #expect(FieldPath().description == "the whole object")
        #expect(FieldPath().appending("metadata").appending("a.b/c\n").description == #"metadata["a.b/c\n"]"#)
    }
}
