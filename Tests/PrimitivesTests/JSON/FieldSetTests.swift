import Support
import Testing

@testable import Primitives

/// Sets of fields in `managedFields` are skipped where they are written as Kubernetes writes them. Nothing that is refused
/// otherwise may come through for it.
@Suite("FieldSet")
struct FieldSetTests {
    private func parse(_ text: String, skips: Bool = true) throws(JSONError) -> JSONValue {
        try JSONDocument(parsing: Array(text.utf8), skipsFieldSets: skips).root
    }

    /// What comes of a text: why it is refused, or all that can be seen of it but the parts of sets.
    private func outcome(_ text: String, skips: Bool) -> String {
        do throws(JSONError) {
            return describe(try parse(text, skips: skips))
        } catch {
            return error.description
        }
    }

    private func describe(_ value: JSONValue) -> String {
        switch value.kind {
        case .object:
            value.members.map { member in
                let isSet = member.key.hasSuffix("fieldsV1") && holdsObjectsOnly(member.value)
                return
                    "\(member.key): \(isSet ? String(decoding: member.value.text, as: UTF8.self) : describe(member.value))"
            }.description
        case .array: value.elements.map(describe).description
        default: String(decoding: value.text, as: UTF8.self)
        }
    }

    private func holdsObjectsOnly(_ value: JSONValue) -> Bool {
        value.kind == .object && value.members.allSatisfy { holdsObjectsOnly($0.value) }
    }

    @Test("A set has its text, and no parts")
    func skipped() throws {
        let set = #"{"f:metadata":{"f:labels":{".":{},"f:app":{}}},"f:spec":{"k:{\"name\":\"web\"}":{"f:image":{}}}}"#
        let root = try parse(#"{"before":1,"fieldsV1":\#(set),"behind":[{"fieldsV1":\#(set)},2]}"#)
        #expect(root.count == 3)
        #expect(root["before"]?.integer == 1)
        let found = try #require(root["fieldsV1"])
        #expect(found.kind == .object && found.count == 0)
        #expect(String(decoding: found.text, as: UTF8.self) == set)
        #expect(root["behind"]?.elements.map(\.count) == [1, 0])
        #expect(try parse(#"{"fieldsV1":\#(set)}"#, skips: false)["fieldsV1"]?["f:spec"]?.count == 1)
    }

    @Test(
        "What is not written so is read as everything else is",
        arguments: [
            #"{"b":{},"a":{}}"#, #"{"a": {}}"#, #"{"a":{"b":"image"}}"#, #"{"a":[{}]}"#, #"{"a":1}"#, #"{"\u0061":{}}"#,
            #"{"a\/":{}}"#, #"{"ä":{}}"#, #"{"a":null}"#,
            String(repeating: #"{"a":"#, count: 30) + "{}" + String(repeating: "}", count: 30),
        ])
    func kept(set: String) throws {
        let root = try parse(#"{"fieldsV1":\#(set)}"#)
        #expect(try root["fieldsV1"]?.count == parse(set).count)
        #expect(root["fieldsV1"]?.members.map(\.key).isEmpty == false)
    }

    @Test(
        "A key that is there twice is refused in a set too",
        arguments: [
            (#"{"a":{},"a":{}}"#, "a"), (#"{"a":{"x":{}},"a":{}}"#, "a"), (#"{"a":{},"b":{},"a":{}}"#, "a"),
            (#"{"a":{},"\u0061":{}}"#, "a"), (#"{"\u0061":{},"a":{}}"#, "a"), (#"{"":{},"":{}}"#, ""),
            (#"{"k:{\"n\":1}":{},"k:{\"n\":1}":{"x":{}}}"#, #"k:{"n":1}"#),
            (#"{"x":{"abcdefgh":{},"abcdefgh":{}}}"#, "abcdefgh"),
            (#"{"f:terminationMessagePath":{"a":{}},"f:terminationMessagePath":{}}"#, "f:terminationMessagePath"),
        ])
    func twins(set: String, key: String) {
        let error = #expect(throws: JSONError.self) { try parse(#"{"fieldsV1":\#(set)}"#) }
        #expect(error?.reason == .duplicateKey(key))
    }

    @Test("Whatever a text holds, it is refused or read as without skipping", .timeLimit(.minutes(1)))
    func same() {
        var random = SeededGenerator(seed: 0x5E7)
        let pieces = ["{", "}", "[", "]", ",", ":", "\"", "\\", "\\\"", "{}", "\"a\":{}", " ", "1", "é", "\u{1}"]
        var (read, refused) = (0, 0)
        for _ in 0..<20_000 {
            var text = Array(#"{"x":[{"fieldsV1":\#(set(&random, 0))}]}"#.unicodeScalars)
            if Bool.random(using: &random) {
                let place = Int.random(in: 0...text.count, using: &random)
                let end = min(text.count, place + Int.random(in: 0...2, using: &random))
                text.replaceSubrange(
                    place..<end, with: pieces.randomElement(using: &random)?.unicodeScalars.map { $0 } ?? [])
            }
            let string = String(String.UnicodeScalarView(text))
            let (skipping, keeping) = (outcome(string, skips: true), outcome(string, skips: false))
            #expect(skipping == keeping, "\(string)")
            if keeping.contains("(byte") { refused += 1 } else { read += 1 }
        }
        #expect(read > 1000 && refused > 1000)
    }

    /// A set whose keys are nearly always in order.
    private func set(_ random: inout SeededGenerator, _ depth: Int) -> String {
        let all = [
            ".", "f:a", "f:b", "f:terminationMessagePath", "f:terminationMessagePolicy", #"k:{\"name\":\"x\"}"#,
            #"a\\"#, "",
            #"\u0061"#, "a", "!", "a b", "fieldsV1", "fieldsV1", String(repeating: "y", count: 70),
        ]
        var keys = (0..<Int.random(in: 0...(depth < 4 ? 3 : 0), using: &random)).compactMap { _ in
            all.randomElement(using: &random)
        }
        if Int.random(in: 0..<5, using: &random) > 0 {
            keys = Set(keys).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }
        let members = keys.map { key in
            let value = Int.random(in: 0..<40, using: &random) == 0 ? "1" : set(&random, depth + 1)
            return "\"\(key)\":\(value)"
        }
        return "{" + members.joined(separator: ",") + "}"
    }
}
