import Primitives
import Testing

@testable import Registry

@Suite struct SignatureListTests {
    private static func entry(_ content: String, version: String = "2", type: String = #""atomic""#) -> String {
        #"{"schemaVersion":\#(version),"name":"sha256:00@00","type":\#(type),"content":"\#(content)"}"#
    }

    private func contents(_ entries: String...) throws -> [String] {
        try SignatureList(parsing: Array(#"{"signatures":[\#(entries.joined(separator: ","))]}"#.utf8))
            .contents.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("The contents of all entries are read in their order")
    func reads() throws {
        #expect(try contents(Self.entry("YQ=="), Self.entry("YmM="), Self.entry("")) == ["a", "bc", ""])
    }

    @Test("Entries of another version or type are passed over, whatever their content is")
    func passesOver() throws {
        let others = [
            Self.entry("?", version: "1"), Self.entry("?", version: "3"), Self.entry("?", version: #""2""#),
            Self.entry("?", type: #""cosign""#), Self.entry("?", type: "null"),
            #"{"version":2,"type":"atomic","content":"YQ=="}"#, "{}",
        ]
        for other in others { #expect(try contents(other, Self.entry("YQ==")) == ["a"]) }
    }

    @Test("An empty list, and Go's way to write it, is a list without signatures", arguments: ["[]", "null"])
    func readsNothing(_ list: String) throws {
        #expect(try SignatureList(parsing: Array(#"{"signatures":\#(list)}"#.utf8)).contents.isEmpty)
    }

    @Test(
        "What is no such list is a failure, and never a list without signatures",
        arguments: [
            "", "null", "[]", "{}", #"{"Signatures":[]}"#, #"{"signatures":{}}"#, #"{"signatures":""}"#,
            #"{"signatures":[],"signatures":[]}"#, #"{"signatures":[]} x"#, #"{"signatures":[1]}"#,
            #"{"signatures":[null]}"#, #"{"signatures":[[]]}"#, #"{"errors":[{"code":"UNKNOWN"}]}"#, "<html>",
            #"{"signatures":[\#(entry("YQ"))]}"#, #"{"signatures":[\#(entry("Y Q=="))]}"#,
            #"{"signatures":[\#(entry("Y_-="))]}"#, #"{"signatures":[\#(entry("YR=="))]}"#,
            #"{"signatures":[{"schemaVersion":2,"type":"atomic"}]}"#,
            #"{"signatures":[{"schemaVersion":2,"type":"atomic","content":7}]}"#,
            #"{"signatures":[{"schemaVersion":2,"type":"atomic","content":"YQ==","content":"YQ=="}]}"#,
        ])
    func refuses(_ text: String) {
        #expect(throws: SignatureList.Problem.self) { try SignatureList(parsing: Array(text.utf8)) }
    }

    @Test("No beginning of a list is a list")
    func truncated() {
        let list = Array(#"{"signatures":[\#(Self.entry("YQ=="))]}"#.utf8)
        for length in 0..<list.count {
            #expect(throws: SignatureList.Problem.self) { try SignatureList(parsing: Array(list.prefix(length))) }
        }
    }

    @Test("As many signatures as an image may have are read, and not one more; other entries do not count")
    func bounded() throws {
        let list = Array(repeating: Self.entry("YQ=="), count: Limits.signaturesPerImage)
        let others = Array(repeating: Self.entry("YQ==", version: "1"), count: 200)
        let text = { (entries: [String]) in Array(#"{"signatures":[\#(entries.joined(separator: ","))]}"#.utf8) }
        #expect(try SignatureList(parsing: text(list + others)).contents.count == Limits.signaturesPerImage)
        #expect(throws: SignatureList.Problem.tooMany) {
            try SignatureList(parsing: text(list + [Self.entry("YQ==")]))
        }
    }
}
