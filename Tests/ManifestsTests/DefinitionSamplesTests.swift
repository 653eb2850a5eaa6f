import Manifests
import Primitives
import Testing

/// Policies as people have them, and as they get them wrong, held against the schema.
@Suite("Policies under the definitions")
struct DefinitionSamplesTests {
    private func object(_ kind: String, spec: String) throws -> JSONValue {
        try manifests(
            """
            apiVersion: portieris.cloud.ibm.com/v1
            kind: \(kind)
            metadata: {name: a, namespace: b, labels: {c: d}}
            \(spec)
            """)[0].value
    }

    private func policy(_ policy: String) throws -> JSONValue {
        try object("ImagePolicy", spec: #"spec: {repositories: [{name: "*", policy: \#(policy)}]}"#)
    }

    @Test("The examples of this project may be stored")
    func examples() throws {
        let documents = try Repository.files(in: "policies").flatMap { try ManifestReader.read($0) }
        let policies = documents.filter { $0.kind.hasSuffix("ImagePolicy") }
        #expect(policies.count >= 2)
        for document in policies {
            let definition = try #require(ResourceDefinition.allCases.first { $0.kind == document.kind })
            #expect(try definition.problems(with: document.value) == [], "\(document.source)")
        }
    }

    /// What Portieris' chart installs, what its documentation shows and what its users keep.
    static let ofPortieris = [
        #"spec: {repositories: [{name: "*", policy: }]}"#,
        #"spec: {repositories: [{name: "*", policy: {}}, {name: "*"}, {}, {name: "icr.io/a*", policy: null}]}"#,
        #"spec: {repositories: [{name: ""}]}"#,
        #"spec: {repositories: [{name: "a", policy: {mutateImage: false, trust: {enabled: false}}}]}"#,
        """
        spec:
          repositories:
          - name: "icr.io/*"
            policy:
              trust:
                enabled: true
                trustServer: "https://notary.example.com:4443"
                signerSecrets:
                - name: alice
                - name: bob
              vulnerability:
                ICCRVA:
                  enabled: true
                  account: "0123456789abcdef0123456789abcdef"
        """,
        """
        spec:
          repositories:
          - name: "registry.example.com/*"
            policy:
              mutateImage: true
              simple:
                storeURL: http://store.example.com
                storeSecret: store
                requirements:
                - type: signedBy
                  keySecret: one
                  keySecretNamespace: keys
                - type: signedBy
                  keySecret: two
                  signedIdentity: {type: matchExactReference, dockerReference: "a.example.com:5000/b@sha256:abc"}
                - type: signedBy
                  keySecret: three
                  signedIdentity: {type: remapIdentity, prefix: mirror.example.com, signedPrefix: origin.example.com}
                - type: signedBy
                  keySecret: four
                  signedIdentity: {type: matchExactRepository, dockerRepository: registry.example.com/a}
                - type: signedBy
                  keySecret: five
                  signedIdentity: {type: ""}
                - type: insecureAcceptAnything
                - type: reject
                  signedIdentity: {type: matchRepository, dockerReference: ignored}
        """,
        #"spec: {repositories: [{name: a, policy: {simple: {requirements: null, storeURL: ""}}}]}"#,
        #"spec: {repositories: [{name: a, policy: {simple: null, trust: null, vulnerability: {ICCRVA: null}}}]}"#,
        #"spec: {repositories: [{name: a, policy: {simple: {requirements: [{type: reject, signedIdentity: null}]}}}]}"#,
    ]

    @Test("What works with Portieris may be stored, as either kind", arguments: ofPortieris)
    func takesPortierisObjects(spec: String) throws {
        for definition in ResourceDefinition.allCases {
            #expect(try definition.problems(with: object(definition.kind, spec: spec)) == [])
        }
    }

    static let ours = [
        "{onUnavailable: refuse}", "{onUnavailable: lastGood, maxAge: 24h}", #"{pin: "name@digest"}"#,
        #"{pin: "name:tag@digest", mutateImage: true}"#,
        "{simple: {requirements: [{type: signedBy, keySecret: k, signedIdentity: {type: matchRepoDigestOrExact}}]}}",
        """
        {simple: {requirements: [{type: signedBy, keySecret: k,
        signedIdentity: {type: exactReference, dockerReference: "a:1"}}]}}
        """,
        """
        {simple: {requirements: [{type: signedBy, keySecret: k,
        signedIdentity: {type: exactRepository, dockerRepository: a}}]}}
        """,
    ]

    @Test("What Portieris does not know and Ostiary does may be stored", arguments: ours)
    func takesOurs(text: String) throws {
        #expect(try ResourceDefinition.imagePolicies.problems(with: policy(text)) == [])
    }

    @Test("A status with a condition may be stored; one without a reason or with another word for it may not")
    func statuses() throws {
        func problems(_ condition: String) throws -> [String] {
            let spec = "spec: {repositories: [{}]}\nstatus: {observedGeneration: 2, conditions: [{\(condition)}]}"
            return try ResourceDefinition.imagePolicies.problems(with: object("ImagePolicy", spec: spec))
        }
        let time = "lastTransitionTime: \"2026-01-02T03:04:05Z\", message: \"\""
        #expect(try problems("type: Ready, status: \"True\", reason: Usable, \(time)") == [])
        #expect(
            try problems("type: Ready, status: Yes, \(time)") == [
                "status.conditions[0].status: no string", "status.conditions[0].reason: missing",
            ])
        #expect(
            try problems("type: Ready, status: Maybe, reason: not a word, lastTransitionTime: now, message: \"\"") == [
                "status.conditions[0].status: enum", "status.conditions[0].reason: pattern",
                "status.conditions[0].lastTransitionTime: format",
            ])
    }

    static let requirement = "spec.repositories[0].policy.simple.requirements[0]"

    static let wrongPolicies: [(policy: String, problems: [String])] = [
        // The traps of Portieris' documentation and tests, which its own definitions drop without a sound.
        ("{va: {enabled: true}}", ["spec.repositories[0].policy.va: unknown"]),
        ("{simpleStore: {url: a}}", ["spec.repositories[0].policy.simpleStore: unknown"]),
        ("{}, trust: {enabled: true}", ["spec.repositories[0].trust: unknown"]),
        ("{vulnerability: {enabled: true}}", ["spec.repositories[0].policy.vulnerability.enabled: unknown"]),
        ("{trust: {enabled: \"true\"}}", ["spec.repositories[0].policy.trust.enabled: no boolean"]),
        ("{trust: {signerSecrets: [a]}}", ["spec.repositories[0].policy.trust.signerSecrets[0]: no object"]),
        ("{trust: {signerSecrets: [null]}}", ["spec.repositories[0].policy.trust.signerSecrets[0]: null"]),
        ("{trust: []}", ["spec.repositories[0].policy.trust: no object"]),
        ("{simple: {storeConfigMap: a}}", ["spec.repositories[0].policy.simple.storeConfigMap: unknown"]),
        ("{simple: {requirements: {}}}", ["spec.repositories[0].policy.simple.requirements: no array"]),
        ("{simple: {requirements: [{}]}}", ["\(requirement).type: missing"]),
        ("{simple: {requirements: [{type: null}]}}", ["\(requirement).type: missing"]),
        ("{simple: {requirements: [{type: signedby}]}}", ["\(requirement).type: enum"]),
        ("{simple: {requirements: [{type: signedBy, keyData: a}]}}", ["\(requirement).keyData: unknown"]),
        ("{simple: {requirements: [{type: signedBy, keySecret: 12}]}}", ["\(requirement).keySecret: no string"]),
        (
            "{simple: {requirements: [{type: reject, signedIdentity: {}}]}}",
            ["\(requirement).signedIdentity.type: missing"]
        ),
        (
            "{simple: {requirements: [{type: reject, signedIdentity: {type: exact}}]}}",
            ["\(requirement).signedIdentity.type: enum"]
        ),
        ("{onUnavailable: admit}", ["spec.repositories[0].policy.onUnavailable: enum"]),
        ("{onUnavailable: lastGood, maxAge: 1d}", ["spec.repositories[0].policy.maxAge: pattern"]),
        ("{onUnavailable: lastGood, maxAge: 0h}", ["spec.repositories[0].policy.maxAge: pattern"]),
        ("{pin: digest}", ["spec.repositories[0].policy.pin: enum"]),
        ("{pin: \"\"}", ["spec.repositories[0].policy.pin: enum"]),
    ]

    @Test("What is wrong in a policy is told by field", arguments: wrongPolicies)
    func refusesWrongPolicies(text: String, problems: [String]) throws {
        #expect(try ResourceDefinition.imagePolicies.problems(with: policy(text)) == problems)
    }

    static let references: [(reference: String, isTaken: Bool)] = [
        ("a:1", true), ("a@sha256:0", true), ("localhost:5000/a:1", true), ("a.example.com/b/c:d@sha256:0", true),
        ("a", false), ("localhost:5000/a", false), ("a:", false), ("a:1/", false),
        // The rule beside it has the better words for a missing one.
        ("", true),
    ]

    @Test("An exact reference needs a tag or a digest", arguments: references)
    func exactReferences(reference: String, isTaken: Bool) throws {
        for type in ["matchExactReference", "exactReference"] {
            let identity = "{type: \(type), dockerReference: \"\(reference)\"}"
            let object = try policy("{simple: {requirements: [{type: reject, signedIdentity: \(identity)}]}}")
            let problems = isTaken ? [] : ["\(Self.requirement).signedIdentity: anyOf"]
            #expect(try ResourceDefinition.imagePolicies.problems(with: object) == problems)
        }
    }

    static let bounds: [(path: String, limit: Int)] = [
        ("spec.repositories[].name", 1024), ("spec.repositories[].policy.simple.storeURL", 2048),
        ("spec.repositories[].policy.simple.storeSecret", 253), ("spec.repositories", 10_000),
        ("spec.repositories[].policy.trust.signerSecrets", 64),
    ]

    @Test("What is as long as it may be is taken, and one more is not", arguments: bounds)
    func keepsBounds(path: String, limit: Int) throws {
        for size in [limit, limit + 1] {
            let isList = PolicyFields.all.contains { $0.path == path && $0.type == "array" }
            let value: JSON =
                isList
                ? .array(Array(repeating: [:], count: size)) : .string(String(repeating: "é", count: size))
            let place = path.replacing("[]", with: "[0]")
            let problems = size > limit ? ["\(place): \(isList ? "maxItems" : "maxLength")"] : []
            let object = try PolicyFields.object(with: value, at: path)
            #expect(try ResourceDefinition.clusterImagePolicies.problems(with: object) == problems)
        }
    }
}
