import Primitives
import Testing

/// Two readers that disagree about which of two equal keys counts are how a signed document comes to say one thing to
/// the verifier and another to the user of its result; so a duplicate is no JSON here at all.
@Suite("JSONDocument keys")
struct JSONKeysTests {
    @Test(
        "refuses a key that stands twice in an object",
        arguments: [
            (#"{"a":1,"a":1}"#, "a", 7), (#"{"a":1,"b":2,"a":3}"#, "a", 13), (#"{"":1,"":2}"#, "", 6),
            (#"{"critical":1,"cr\u0069tical":2}"#, "critical", 14),
            (#"{"cr\u0069tical":1,"critical":2}"#, "critical", 19),
            (#"{"\u0061":1,"\u0061":2}"#, "a", 12), (#"{"a/":1,"a\/":2}"#, "a/", 8), (#"{"é":1,"\u00e9":2}"#, "é", 8),
            (#"{"\uD834\uDD1E":1,"𝄞":2}"#, "𝄞", 18), (#"[{"x":{"a":[{}],"a":0}}]"#, "a", 16),
            (#"{"a":{"a":{"a":1}},"a":2}"#, "a", 19), (#"{"\n":1,"\u000a":2}"#, "\n", 8),
        ] as [(String, String, Int)])
    func refusesDuplicates(_ text: String, key: String, offset: Int) {
        #expect(throws: JSONError(.duplicateKey(key), at: offset)) { try JSONDocument(parsing: Array(text.utf8)) }
    }

    @Test(
        "refuses a duplicate in an object of any size, wherever the twins stand",
        arguments: [2, 11, 12, 13, 14, 15, 40])
    func refusesDuplicatesAmongMany(_ count: Int) throws {
        let members = (0..<count).map { #""k\#($0)":{"k0":[\#($0)]}"# }
        _ = try JSONDocument(parsing: Array("{\(members.joined(separator: ","))}".utf8))
        for position in 0..<count {
            for twin in [#""k\#(position)":0"#, #""\u006B\#(position)":0"#] {
                let atEnd = "{\((members + [twin]).joined(separator: ","))}"
                let atStart = "{\(([twin] + members).joined(separator: ","))}"
                for text in [atEnd, atStart] {
                    let error = #expect(throws: JSONError.self) { try JSONDocument(parsing: Array(text.utf8)) }
                    #expect(error?.reason == .duplicateKey("k\(position)"))
                }
            }
        }
    }

    @Test("tells keys apart that Swift's strings hold for equal")
    func comparesBytes() throws {
        let text = "{\"caf\u{E9}\":1,\"cafe\u{301}\":2}"
        let root = try JSONDocument(parsing: Array(text.utf8)).root
        #expect(root.count == 2)
        #expect(root["caf\u{E9}"]?.integer == 1)
        #expect(root["cafe\u{301}"]?.integer == 2)
        let many = (0..<20).map { #""k\#($0)":0,"# }.joined()
        _ = try JSONDocument(parsing: Array("{\(many)\"\u{E9}\":1,\"e\u{301}\":2}".utf8))
    }

    @Test("takes keys of another case for other keys")
    func isCaseSensitive() throws {
        let root = try JSONDocument(parsing: Array(#"{"critical":1,"Critical":2}"#.utf8)).root
        #expect(root["critical"]?.integer == 1)
        #expect(root["Critical"]?.integer == 2)
        #expect(root["CRITICAL"] == nil)
    }

    @Test("reads a huge object in time that grows with its size", .timeLimit(.minutes(1)))
    func isLinear() throws {
        let members = (0..<200_000).map { "\"k\($0)\":0" }.joined(separator: ",")
        let document = try JSONDocument(parsing: Array("{\(members)}".utf8))
        #expect(document.root.count == 200_000)
    }

    @Test("keeps the message about a long or odd key in one short line")
    func printsKeysShort() {
        let key = String(repeating: "\u{202E}x\u{1B}\n", count: 5_000)
        let name = String(decoding: (JSON.string(key)).serialized(), as: UTF8.self)
        let error = #expect(throws: JSONError.self) {
            try JSONDocument(parsing: Array("{\(name):1,\(name):2}".utf8))
        }
        let message = error?.description ?? ""
        #expect(message.utf8.count < 700)
        #expect(message.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "\u{202E}" })
    }
}
