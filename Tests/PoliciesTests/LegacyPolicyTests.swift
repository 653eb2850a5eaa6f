import HTTP
import Policies
import Primitives
import Registry
import Testing

@Suite struct LegacyPolicyTests {
    private func object(policy: String) -> String {
        #"{"apiVersion":"securityenforcement.admission.cloud.ibm.com/v1beta1","kind":"ImagePolicy","#
            + #""metadata":{"name":"a"},"spec":{"repositories":[{"name":"*","policy":\#(policy)}]}}"#
    }

    private func text(_ json: JSON) -> String { String(decoding: json.serialized(), as: UTF8.self) }

    static let policies: [(legacy: String, current: String)] = [
        ("null", "null"), ("{}", "{}"),
        (
            #"{"trust":{"enabled":true,"signerSecrets":[{"name":"s"}]}}"#,
            #"{"trust":{"enabled":true,"signerSecrets":[{"name":"s"}]}}"#
        ),
        (#"{"simple":{"requirements":[],"storeURL":"u"}}"#, #"{"simple":{"requirements":[],"storeURL":"u"}}"#),
        (#"{"simple":[{"type":"reject"}]}"#, #"{"simple":{"requirements":[{"type":"reject"}]}}"#),
        (
            #"{"simple":[{"type":"reject"}],"simpleStore":{"url":"u","secret":"s"}}"#,
            #"{"simple":{"requirements":[{"type":"reject"}],"storeURL":"u","storeSecret":"s"}}"#
        ),
        (
            #"{"simpleStore":{"url":"u"},"simple":{"requirements":[]}}"#,
            #"{"simple":{"requirements":[],"storeURL":"u"}}"#
        ),
        (#"{"simpleStore":{"url":"u"}}"#, #"{"simple":{"storeURL":"u"}}"#),
        (#"{"va":{"enabled":true}}"#, #"{"vulnerability":{"ICCRVA":{"enabled":true}}}"#),
        // What has no one place is left for its reader to refuse.
        (
            #"{"simple":[],"simpleStore":{"url":"u","auth":"x"}}"#,
            #"{"simple":{"requirements":[]},"simpleStore":{"url":"u","auth":"x"}}"#
        ),
        (
            #"{"simple":{"storeURL":"a"},"simpleStore":{"url":"b"}}"#,
            #"{"simple":{"storeURL":"a"},"simpleStore":{"url":"b"}}"#
        ),
        (#"{"simple":7,"simpleStore":{"url":"b"}}"#, #"{"simple":7,"simpleStore":{"url":"b"}}"#),
        (#"{"simpleStore":"u"}"#, #"{"simpleStore":"u"}"#),
        (#"{"va":{"enabled":true},"vulnerability":{}}"#, #"{"va":{"enabled":true},"vulnerability":{}}"#),
        (#"{"other":[1]}"#, #"{"other":[1]}"#), ("[1]", "[1]"),
    ]

    @Test("Fields get their names of today, and nothing is lost", arguments: policies)
    func modernises(legacy: String, current: String) throws {
        let expected = object(policy: current).replacing(LegacyPolicy.apiVersion, with: PolicyParser.apiVersion)
        #expect(text(LegacyPolicy.modernised(try json(object(policy: legacy)))) == expected)
    }

    @Test(
        "An object of another shape stays what it is, and its status goes",
        arguments: [
            ("[]", "[]"), (#"{"kind":"A","status":{}}"#, #"{"kind":"A"}"#), (#"{"spec":7}"#, #"{"spec":7}"#),
            (#"{"spec":{"repositories":{}}}"#, #"{"spec":{"repositories":{}}}"#),
            (#"{"spec":{"repositories":[7,{"policy":[]}]}}"#, #"{"spec":{"repositories":[7,{"policy":[]}]}}"#),
        ])
    func keepsOtherShapes(legacy: String, current: String) throws {
        #expect(text(LegacyPolicy.modernised(try json(legacy))) == current)
    }

    @Test("The earliest shape is read as the requirement it was meant to be")
    func readsEarliestShape() throws {
        let legacy = object(
            policy: #"{"simple":[{"type":"signedBy","keySecret":"k"}],"simpleStore":{"url":"https://s.e.com"}}"#)
        let current = try json(text(LegacyPolicy.modernised(json(legacy))))
        let requirement = try PolicyParser.parse(current, defaultNamespace: "shop").entries[0].requirement.get()
        #expect(requirement.simple?.stores.map(\.description) == ["https://s.e.com/"])
        #expect(requirement.simple?.requirements.count == 1)
    }
}
