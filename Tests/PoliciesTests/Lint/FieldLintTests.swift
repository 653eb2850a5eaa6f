import Kubernetes
import Primitives
import Testing

@testable import Policies

@Suite struct FieldLintTests {
    /// `code field` of each finding.
    private func findings(_ spec: String, root: String = "") throws -> [String] {
        let object = try json(
            #"{"apiVersion":"portieris.cloud.ibm.com/v1","kind":"ImagePolicy","metadata":{"name":"a"},"spec":\#(spec)\#(root)}"#
        )
        return FieldLint.findings(in: object, defaultNamespace: "shop").map { "\($0.code.rawValue) \($0.path)" }
    }

    private func findings(policy: String) throws -> [String] {
        try findings(#"{"repositories":[{"name":"a","policy":\#(policy)}]}"#).map {
            $0.replacing("spec.repositories[0].policy.", with: "")
        }
    }

    static let policies: [(policy: String, findings: [String])] = [
        ("{}", []), ("null", []), (#"{"mutateImage":false,"pin":"name@digest"}"#, []),
        (#"{"va":{"enabled":true}}"#, ["unknown-field va"]), (#"{"Simple":{}}"#, ["unknown-field Simple"]),
        (#"{"simpleStore":{"url":"a"}}"#, ["unknown-field simpleStore"]),
        (#"{"requirements":[]}"#, ["misplaced-field requirements"]),
        (#"{"storeURL":"a"}"#, ["misplaced-field storeURL"]),
        (#"{"keySecret":"a"}"#, ["misplaced-field keySecret"]), (#"{"enabled":true}"#, ["misplaced-field enabled"]),
        (#"{"simple":{"signedIdentity":{}}}"#, ["misplaced-field simple.signedIdentity"]),
        (#"{"vulnerability":{"enabled":true}}"#, ["misplaced-field vulnerability.enabled"]),
        (
            #"{"foo":1,"bar":2,"simple":{"baz":3}}"#,
            ["unknown-field foo", "unknown-field bar", "unknown-field simple.baz"]
        ),
        (
            #"{"mutateImage":1,"pin":1,"trust":{"enabled":1}}"#,
            ["wrong-type trust.enabled", "wrong-type mutateImage", "wrong-type pin"]
        ),
        (
            #"{"trust":{"enabled":true},"vulnerability":{"ICCRVA":{"enabled":true}},"simple":{"requirements":[{"type":"reject"}]}}"#,
            ["not-enforced trust", "not-enforced vulnerability"]
        ),
        (
            #"{"simple":{"storeURL":"ftp://a","requirements":[{"type":"signedBy"},{"type":"x"},{"type":"signedBy","keySecret":true},{"type":"reject","y":1}]}}"#,
            [
                "invalid-value simple.storeURL", "invalid-value simple.requirements[0]",
                "invalid-value simple.requirements[1].type", "wrong-type simple.requirements[2].keySecret",
                "unknown-field simple.requirements[3].y",
            ]
        ),
        (
            #"{"simple":{"requirements":[null,{"type":"signedBy","keySecret":"k","signedIdentity":{}},{"signedIdentity":{"type":"remapIdentity"}}]}}"#,
            [
                "missing-field simple.requirements[0]", "missing-field simple.requirements[1].signedIdentity.type",
                "invalid-value simple.requirements[2].signedIdentity.prefix",
                "invalid-value simple.requirements[2].type",
            ]
        ),
        (
            #"{"simple":{"requirements":[{"type":"signedBy","keySecret":"k","keySecretNamespace":"other"}]}}"#,
            ["invalid-value simple.requirements[0].keySecretNamespace"]
        ),
    ]

    @Test("All that is wrong with an entry is found at once", arguments: policies)
    func findsAll(policy: String, findings expected: [String]) throws {
        #expect(try findings(policy: policy) == expected)
    }

    @Test("Entries do not hide each other, and a flaw around them hides none of theirs")
    func findsInAllEntries() throws {
        let spec = #"{"repositories":[{"name":"a","trust":{}},{"name":"b","policy":{"x":1}},{"name":"c"}],"y":1}"#
        #expect(
            try findings(spec, root: #","z":1"#) == [
                "unknown-field z", "misplaced-field spec.repositories[0].trust",
                "unknown-field spec.repositories[1].policy.x", "unknown-field spec.y",
            ])
    }

    @Test(
        "A policy that cannot be read whole is searched as far as it can be",
        arguments: [
            ("7", ["wrong-type spec"]), (#"{"repositories":{}}"#, ["wrong-type spec.repositories"]),
            (
                #"{"repositories":[7,{"name":1},{"policy":{"x":1}}]}"#,
                [
                    "wrong-type spec.repositories[0]", "wrong-type spec.repositories[1].name",
                    "unknown-field spec.repositories[2].policy.x",
                ]
            ),
        ] as [(String, [String])])
    func findsInUnreadable(spec: String, expected: [String]) throws {
        #expect(try findings(spec) == expected)
    }

    @Test("A policy without a name is said to have none, once")
    func findsMissingName() throws {
        let object = try json(
            #"{"apiVersion":"portieris.cloud.ibm.com/v1","kind":"ClusterImagePolicy","spec":{"x":1}}"#)
        let findings = FieldLint.findings(in: object, defaultNamespace: "shop")
        #expect(findings.map(\.path.description) == ["metadata.name"])
    }

    static let advice: [(policy: String, part: String)] = [
        (#"{"va":{}}"#, "vulnerability.ICCRVA"), (#"{"simpleStore":{}}"#, "storeURL and storeSecret"),
        (#"{"MutateImage":true}"#, "it is spelled mutateImage"), (#"{"keyData":""}"#, "keySecret names one"),
        (#"{"trustServer":""}"#, "belongs under spec.repositories[].policy.trust;"),
        (#"{"type":""}"#, "requirements[] or spec.repositories[].policy.simple.requirements[].signedIdentity;"),
        (#"{"nothing":""}"#, "there is no such field here"),
    ]

    @Test("A finding says where the field belongs", arguments: advice)
    func advises(policy: String, part: String) throws {
        let object = try json(
            #"{"apiVersion":"portieris.cloud.ibm.com/v1","kind":"ClusterImagePolicy","metadata":{"name":"a"},"spec":{"repositories":[{"policy":\#(policy)}]}}"#
        )
        let findings = FieldLint.findings(in: object, defaultNamespace: "shop")
        #expect(findings.count == 1)
        #expect(findings.first?.message.contains(part) == true, "\(findings)")
    }

    @Test("The table of fields is what the parser reads", arguments: FieldNames.levels.map(\.level))
    func agreesWithParser(level: String) throws {
        let keys = FieldNames.levels.first { $0.level == level }?.keys ?? []
        for key in keys + ["other"] {
            let object = try json(Self.object(with: key, at: level))
            let isKnown =
                switch Result(catching: { () throws(PolicyError) in try PolicyParser.parse(object) }) {
                case .success(let policy): !policy.flaws.contains { "\($0)".hasSuffix("\(key): unknown field") }
                case .failure(let error): !"\(error)".hasSuffix("unknown field")
                }
            #expect(isKnown == (key != "other"), "\(level).\(key)")
        }
    }

    /// A policy in which the object at this level has nothing but this member.
    private static func object(with key: String, at level: String) -> String {
        var text = #"{"\#(key)":null}"#
        for word in level.split(separator: ".").reversed() {
            text = word.hasSuffix("[]") ? #"{"\#(word.dropLast(2))":[\#(text)]}"# : #"{"\#(word)":\#(text)}"#
        }
        let head = #""apiVersion":"portieris.cloud.ibm.com/v1","kind":"ClusterImagePolicy","metadata":{"name":"a"}"#
        guard !level.isEmpty else { return key == "other" ? "{\(head),\"other\":1}" : "{\(head)}" }
        return "{\(head)," + text.dropFirst()
    }
}
