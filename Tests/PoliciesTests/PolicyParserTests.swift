import HTTP
import Kubernetes
import Primitives
import Registry
import Testing

@testable import Policies

@Suite struct PolicyParserTests {
    private func requirement(
        _ text: String, kind: PolicyIdentity.Kind = .clusterImagePolicy
    ) throws -> Requirement {
        try policy(kind, policy: text).entries[0].requirement.get()
    }

    private func identity(_ text: String) throws -> SignedIdentity? {
        let requirement = try requirement(
            #"{"simple":{"requirements":[{"type":"signedBy","keySecret":"k","signedIdentity":\#(text)}]}}"#)
        guard case .signedBy(let signedBy)? = requirement.simple?.requirements.first else { return nil }
        return signedBy.identity
    }

    @Test(
        "A policy that asks for nothing allows unchecked",
        arguments: [
            "null", "{}", #"{"simple":null}"#, #"{"simple":{}}"#, #"{"simple":{"requirements":null}}"#,
            #"{"simple":{"requirements":[]}}"#, #"{"trust":null}"#, #"{"trust":{}}"#, #"{"trust":{"enabled":false}}"#,
            #"{"trust":{"trustServer":"https://n.example.com","signerSecrets":[{"name":"a"}]}}"#,
            #"{"vulnerability":{}}"#, #"{"vulnerability":{"ICCRVA":{"enabled":false,"account":"a"}}}"#,
            #"{"simple":{"storeURL":"","storeSecret":""}}"#, #"{"simple":{"storeSecret":"s"}}"#,
            #"{"trust":{"trustServer":"no URL","signerSecrets":[{}]}}"#, #"{"pin":"name:tag@digest"}"#,
        ])
    func readsEmptyPolicies(text: String) throws {
        let requirement = try requirement(text)
        #expect(requirement.isEmpty)
        #expect(requirement.blocks == [])
    }

    @Test("Entries that are all unusable are read in time that grows with their number", .timeLimit(.minutes(1)))
    func readsManyUnusableEntries() throws {
        let entry = #"{"name":"a","policy":{"trust":{"enabled":true},"colour":1}}"#
        let entries = Array(repeating: entry, count: 40_000).joined(separator: ",")
        let policy = try policy(spec: #"{"repositories":[\#(entries)]}"#)
        #expect(policy.entries.count == 40_000)
        #expect(policy.flaws.count == 40_000)
        #expect(policy.flaws.last.map { "\($0)".contains("repositories[39999].policy.colour") } ?? false)
    }

    @Test("An entry without a policy allows unchecked too")
    func readsMissingPolicy() throws {
        let entry = try policy(spec: #"{"repositories":[{"name":"a"}]}"#).entries[0]
        #expect(try entry.requirement.get().isEmpty)
        #expect(entry.pattern.description == "a")
    }

    @Test("Every field of simple signing is read")
    func readsSimpleSigning() throws {
        let requirement = try requirement(
            """
            {"mutateImage":false,"simple":{"storeURL":"https://store.example.com/signatures","requirements":[
             {"type":"signedBy","keySecret":"release","keySecretNamespace":"keys",
              "signedIdentity":{"type":"matchRepository"}},
             {"type":"insecureAcceptAnything"},{"type":"reject"}]}}
            """)
        #expect(!requirement.mutatesImage)
        #expect(requirement.blocks == ["simple"])
        #expect(requirement.simple?.stores == [.server(try URL(parsing: "https://store.example.com/signatures"))])
        #expect(
            requirement.simple?.requirements == [
                .signedBy(
                    SignedBy(
                        keySecrets: [NamedSecret(name: "release", location: .namespace("keys"))],
                        identity: .matchRepository)),
                .insecureAcceptAnything, .reject,
            ])
    }

    @Test(
        "Images are bound to their digest unless the policy says otherwise",
        arguments: [
            (#"{"simple":{"requirements":[{"type":"reject"}]}}"#, true), (#"{"mutateImage":true}"#, true),
            (#"{"mutateImage":null}"#, true), (#"{"mutateImage":false}"#, false),
        ])
    func readsMutateImage(text: String, mutates: Bool) throws {
        #expect(try requirement(text).mutatesImage == mutates)
    }

    @Test(
        "The digest is written without the tag unless the policy wants both",
        arguments: [
            ("{}", .nameAtDigest), (#"{"pin":null}"#, .nameAtDigest), (#"{"pin":"name@digest"}"#, .nameAtDigest),
            (#"{"pin":"name:tag@digest"}"#, .nameTagAtDigest),
        ] as [(String, PinStyle)])
    func readsPin(text: String, style: PinStyle) throws {
        #expect(try requirement(text).pinStyle == style)
    }

    @Test(
        "The index of an image for several platforms is enough unless the policy wants all of its manifests",
        arguments: [
            ("{}", .index), (#"{"multiArch":null}"#, .index), (#"{"multiArch":"index"}"#, .index),
            (#"{"multiArch":"all"}"#, .all),
        ] as [(String, MultiArch)])
    func readsMultiArch(text: String, multiArch: MultiArch) throws {
        #expect(try requirement(text).multiArch == multiArch)
    }

    @Test(
        "The registry is asked without credentials first unless the policy forbids it",
        arguments: [
            ("{}", true), (#"{"anonymousPull":null}"#, true), (#"{"anonymousPull":true}"#, true),
            (#"{"anonymousPull":false}"#, false),
        ])
    func readsAnonymousPull(text: String, isAnonymous: Bool) throws {
        #expect(try requirement(text).pullsAnonymously == isAnonymous)
    }

    @Test(
        "What was found out before counts only where the policy says for how long",
        arguments: [
            ("{}", nil), (#"{"onUnavailable":null,"maxAge":null}"#, nil), (#"{"onUnavailable":"refuse"}"#, nil),
            (#"{"onUnavailable":"refuse","maxAge":""}"#, nil),
            (#"{"onUnavailable":"lastGood","maxAge":"1s"}"#, .seconds(1)),
            (#"{"onUnavailable":"lastGood","maxAge":"90m"}"#, .seconds(5400)),
            (#"{"onUnavailable":"lastGood","maxAge":"168h"}"#, .seconds(604800)),
            (#"{"onUnavailable":"lastGood","maxAge":"604800s"}"#, .seconds(604800)),
        ] as [(String, Duration?)])
    func readsLastGood(text: String, age: Duration?) throws {
        #expect(try requirement(text).lastGood == age)
    }

    @Test("Several stores are read from either field, each once, and folders only in policies from files")
    func readsStores() throws {
        func stores(_ text: String, source: String? = nil) throws -> [String]? {
            let identity = PolicyIdentity(
                kind: .clusterImagePolicy, key: ObjectKey(namespace: "", name: "a"), source: source)
            let policy = #"{"simple":{\#(text),"requirements":[{"type":"reject"}]}}"#
            return try RequirementParser(identity: identity).requirement(Field(json(policy))).simple?
                .stores.map(\.description)
        }
        #expect(try stores(#""storeURL":"https://a/x""#) == ["https://a/x"])
        #expect(try stores(#""storeURL":"""#) == [])
        #expect(try stores(#""storeURL":["https://a","https://b","https://a"]"#) == ["https://a/", "https://b/"])
        #expect(try stores(#""storeURL":"https://a","storeURLs":["https://b"]"#) == ["https://a/", "https://b/"])
        #expect(try stores(#""storeURL":"file:///var/lib/sigs""#, source: "a.yaml") == ["file:///var/lib/sigs"])
        for path in ["file://sigs", "file:///a/../b", "file:///a%2F", "file://"] {
            #expect(throws: FieldError.self) { try stores(#""storeURL":"\#(path)""#, source: "a.yaml") }
        }
    }

    @Test("Several key Secrets and a threshold are read; the store's Secret is looked for where the policy may")
    func readsSecrets() throws {
        let text = #"""
            {"simple":{"storeSecret":"s","requirements":[{"type":"signedBy","keySecrets":["a","b","a"],"threshold":2}]}}
            """#
        let simple = try #require(try requirement(text).simple)
        #expect(simple.storeSecret == NamedSecret(name: "s", location: .ownThenWorkload))
        guard case .signedBy(let signedBy) = simple.requirements[0] else { throw CancellationError() }
        #expect(signedBy.keySecrets.map(\.name) == ["a", "b"])
        #expect(signedBy.threshold == 2)
        let rule = KeyNamespaceRule(ownNamespace: "own", isStrict: true)
        let identity = try policy(spec: "{}").identity
        let lookups = simple.secretLookups(in: identity, workloadNamespace: "shop", rule: rule)
        #expect(lookups.map(\.name) == ["a", "b", "s"])
        #expect(lookups.map { $0.places.map(\.namespace) } == [["own"], ["own"], ["own", "shop"]])
        #expect(lookups.allSatisfy { $0.places.allSatisfy { $0.warning == nil } })
    }

    @Test("What is not enforced is read all the same, whole and typed")
    func readsUnenforcedBlocks() throws {
        let object = try json(
            """
            {"trust":{"enabled":true,"trustServer":"https://notary.e.com:4443","signerSecrets":[{"name":"a"},{"name":"b"}]},
             "vulnerability":{"ICCRVA":{"enabled":true,"account":"0123"}},
             "simple":{"requirements":[{"type":"reject"}]}}
            """)
        let identity = try policy(spec: "{}").identity
        let requirement = try RequirementParser(identity: identity).requirement(Field(object))
        let server = try URL(parsing: "https://notary.e.com:4443")
        #expect(requirement.trust == NotaryTrust(server: server, signerSecrets: ["a", "b"]))
        #expect(requirement.vulnerability == VulnerabilityCheck(account: "0123"))
        #expect(requirement.blocks == ["simple", "trust", "vulnerability"])
        #expect(UnenforcedBlock.first(in: requirement) == .trust)
    }

    @Test("All six identities are read, in the schema's spelling and in the documentation's")
    func readsIdentities() throws {
        let reference = try ImageReference(parsing: "example.com/a:1")
        let repository = try ImageReference(parsing: "nginx")
        #expect(try identity("null") == .matchRepoDigestOrExact)
        #expect(try identity(#"{"type":""}"#) == .matchRepoDigestOrExact)
        #expect(try identity(#"{"type":"matchRepoDigestOrExact"}"#) == .matchRepoDigestOrExact)
        #expect(
            try identity(#"{"type":"exactReference","dockerReference":"example.com/a:1"}"#)
                == .exactReference(reference))
        #expect(
            try identity(#"{"type":"exactRepository","dockerRepository":"nginx"}"#) == .exactRepository(repository))
        #expect(try identity(#"{"type":"matchExact"}"#) == .matchExact)
        #expect(try identity(#"{"type":"matchRepository"}"#) == .matchRepository)
        #expect(
            try identity(#"{"type":"matchExactReference","dockerReference":"example.com/a:1"}"#)
                == .exactReference(reference))
        #expect(
            try identity(#"{"type":"matchExactRepository","dockerRepository":"nginx"}"#) == .exactRepository(repository)
        )
        #expect(
            try identity(
                #"{"type":"remapIdentity","prefix":"mirror.example.com:5000","signedPrefix":"docker.io/acme"}"#)
                == .remapIdentity(prefix: "mirror.example.com:5000", signedPrefix: "docker.io/acme"))
    }

    @Test("A cluster policy that names no namespace leaves the key's open")
    func readsKeyLocation() throws {
        let text = #"{"simple":{"requirements":[{"type":"signedBy","keySecret":"k"}]}}"#
        func location(_ kind: PolicyIdentity.Kind, _ text: String) throws -> NamedSecret.Location? {
            guard case .signedBy(let by)? = try requirement(text, kind: kind).simple?.requirements.first else {
                return nil
            }
            return by.keySecrets.first?.location
        }
        #expect(try location(.clusterImagePolicy, text) == .ownThenWorkload)
        #expect(try location(.imagePolicy, text) == .namespace("shop"))
        let own = text.replacing(#""k""#, with: #""k","keySecretNamespace":"shop""#)
        #expect(try location(.imagePolicy, own) == .namespace("shop"))
        #expect(try location(.clusterImagePolicy, own) == .namespace("shop"))
    }

    static let p = "spec.repositories[0].policy"
    static let r = p + ".simple.requirements[0]"

    static func requirement(_ text: String) -> String { #"{"simple":{"requirements":[\#(text)]}}"# }
    static func identity(_ text: String) -> String {
        requirement(#"{"type":"signedBy","keySecret":"k","signedIdentity":\#(text)}"#)
    }

    static let bad: [(policy: String, message: String)] = [
        (#"{"trust":{"enabled":true}}"#, "\(p).trust: trust (Notary v1) is not enforced by this version"),
        (#"{"trust":{"enabled":"false"}}"#, "\(p).trust.enabled: a boolean is expected here, found a string"),
        (#"{"trust":{"enable":false}}"#, "\(p).trust.enable: unknown field"),
        (#"{"trust":{"trustServer":1}}"#, "\(p).trust.trustServer: a string is expected here, found a number"),
        (
            #"{"trust":{"signerSecrets":["a"]}}"#,
            "\(p).trust.signerSecrets[0]: an object is expected here, found a string"
        ),
        (#"{"trust":{"signerSecrets":[{"names":"a"}]}}"#, "\(p).trust.signerSecrets[0].names: unknown field"),
        (#"{"trust":true}"#, "\(p).trust: an object is expected here, found a boolean"),
        (
            #"{"vulnerability":{"ICCRVA":{"enabled":true}}}"#,
            "\(p).vulnerability: vulnerability checks are not enforced"
        ),
        (#"{"vulnerability":{"enabled":true}}"#, "\(p).vulnerability.enabled: unknown field"),
        (#"{"vulnerability":{"ICCRVA":{"accounts":1}}}"#, "\(p).vulnerability.ICCRVA.accounts: unknown field"),
        (#"{"va":{"enabled":true}}"#, "\(p).va: unknown field"),
        (#"{"simpleStore":{"url":"https://a"}}"#, "\(p).simpleStore: unknown field"),
        (#"{"Simple":{}}"#, "\(p).Simple: unknown field"),
        (#"{"unknown":null}"#, "\(p).unknown: unknown field"),
        ("[]", "\(p): an object is expected here, found an array"),
        (#"{"mutateImage":"no"}"#, "\(p).mutateImage: a boolean is expected here, found a string"),
        (#"{"simple":[]}"#, "\(p).simple: an object is expected here, found an array"),
        (#"{"simple":{"requirements":{}}}"#, "\(p).simple.requirements: an array is expected here, found an object"),
        (#"{"simple":{"requirement":[]}}"#, "\(p).simple.requirement: unknown field"),
        (#"{"simple":{"storeSecret":1}}"#, "\(p).simple.storeSecret: a string is expected here, found a number"),
        (
            #"{"trust":{"enabled":true,"signerSecrets":[{}]}}"#,
            "\(p).trust.signerSecrets[0].name: required, but missing"
        ),
        (
            #"{"trust":{"enabled":true,"trustServer":"notary.e.com"}}"#,
            "\(p).trust.trustServer: expecting https:// or http:// URL, got: notary.e.com"
        ),
        (#"{"pin":"name:tag"}"#, "\(p).pin: invalid pin: name:tag (there are name@digest and name:tag@digest)"),
        (#"{"multiArch":"All"}"#, "\(p).multiArch: invalid multiArch: All (there are index and all)"),
        (#"{"multiArch":true}"#, "\(p).multiArch: "),
        (#"{"anonymousPull":"no"}"#, "\(p).anonymousPull: a boolean is expected here, found a string"),
        (
            #"{"onUnavailable":"admit"}"#,
            "\(p).onUnavailable: invalid onUnavailable: admit (there are refuse and lastGood)"
        ),
        (#"{"onUnavailable":"lastGood"}"#, "\(p).maxAge: required, but missing"),
        (#"{"onUnavailable":"lastGood","maxAge":""}"#, "\(p).maxAge: required, but missing"),
        (#"{"onUnavailable":"lastGood","maxAge":24}"#, "\(p).maxAge: a string is expected here, found a number"),
        (#"{"maxAge":"24h"}"#, "\(p).maxAge: maxAge is for onUnavailable: lastGood"),
        (#"{"onUnavailable":"lastGood","maxAge":"169h"}"#, "\(p).maxAge: invalid maxAge: 169h (a number with s, m "),
        (#"{"onUnavailable":"lastGood","maxAge":"604801s"}"#, "\(p).maxAge: invalid maxAge: "),
        (#"{"onUnavailable":"lastGood","maxAge":"9999999h"}"#, "\(p).maxAge: invalid maxAge: "),
        (#"{"onUnavailable":"lastGood","maxAge":"0h"}"#, "\(p).maxAge: invalid maxAge: "),
        (#"{"onUnavailable":"lastGood","maxAge":"01h"}"#, "\(p).maxAge: invalid maxAge: "),
        (#"{"onUnavailable":"lastGood","maxAge":"+1h"}"#, "\(p).maxAge: invalid maxAge: "),
        (#"{"onUnavailable":"lastGood","maxAge":"-1h"}"#, "\(p).maxAge: invalid maxAge: "),
        (#"{"onUnavailable":"lastGood","maxAge":"1h30m"}"#, "\(p).maxAge: invalid maxAge: "),
        (#"{"onUnavailable":"lastGood","maxAge":"h"}"#, "\(p).maxAge: invalid maxAge: "),
        (#"{"onUnavailable":"lastGood","maxAge":"1"}"#, "\(p).maxAge: invalid maxAge: "),
        (#"{"onUnavailable":"lastGood","maxAge":"1d"}"#, "\(p).maxAge: invalid maxAge: "),
        (#"{"onUnavailable":"lastGood","maxAge":"1\u0301h"}"#, "\(p).maxAge: invalid maxAge: "),
        (#"{"pin":""}"#, "\(p).pin: invalid pin: "),
        (#"{"pin":true}"#, "\(p).pin: a string is expected here, found a boolean"),
        (
            #"{"simple":{"storeURL":"file:///etc"}}"#,
            "\(p).simple.storeURL: file:// is for policies in files only, expecting https:// or http:// URL"
        ),
        (
            #"{"simple":{"storeURL":"ftp://u:secret@h"}}"#,
            "\(p).simple.storeURL: expecting https:// or http:// URL, got: …@h"
        ),
        (#"{"simple":{"storeURL":"https://u:secret@h/"}}"#, "\(p).simple.storeURL: "),
        (#"{"simple":{"storeURL":"https://h/?a=b"}}"#, "\(p).simple.storeURL: the URL of a store has no query"),
        (#"{"simple":{"storeURL":["https://a","ftp://b"]}}"#, "\(p).simple.storeURL[1]: expecting https:// or"),
        (#"{"simple":{"storeURLs":"https://a"}}"#, "\(p).simple.storeURLs: an array is expected here, found a string"),
        (#"{"simple":{"storeURLs":["file:///etc"]}}"#, "\(p).simple.storeURLs[0]: file:// is for policies in files"),
        (
            #"{"simple":{"storeURLs":[\#((0...8).map { #""https://a\#($0)""# }.joined(separator: ","))]}}"#,
            "\(p).simple.storeURLs: more than 8 stores"
        ),
        (
            requirement(#"{"type":"signedBy","keySecret":"a","keySecrets":["b"]}"#),
            "\(r).keySecrets: there is keySecret too"
        ),
        (requirement(#"{"type":"signedBy","keySecrets":[]}"#), "\(r): KeySecret missing in signedBy requirement"),
        (requirement(#"{"type":"signedBy","keySecrets":["a",""]}"#), "\(r).keySecrets[1]: required, but missing"),
        (requirement(#"{"type":"signedBy","keySecrets":"a"}"#), "\(r).keySecrets: an array is expected here"),
        (requirement(#"{"type":"signedBy","keySecret":"a","threshold":0}"#), "\(r).threshold: a number of keys from 1"),
        (
            requirement(#"{"type":"signedBy","keySecret":"a","threshold":-1}"#),
            "\(r).threshold: a number of keys from 1"
        ),
        (requirement(#"{"type":"signedBy","keySecret":"a","threshold":129}"#), "\(r).threshold: a number of keys from"),
        (requirement(#"{"type":"signedBy","keySecret":"a","threshold":1.5}"#), "\(r).threshold: a whole number"),
        (requirement(#"{"type":"signedBy","keySecret":"a","threshold":"2"}"#), "\(r).threshold: a number is expected"),
        (#"{"simple":{"storeURL":1}}"#, "\(p).simple.storeURL: a string is expected here, found a number"),
        (requirement("null"), "\(r): required, but missing"),
        (requirement(#""reject""#), "\(r): an object is expected here, found a string"),
        (requirement("{}"), "\(r).type: simple policy invalid Type: "),
        (requirement(#"{"type":"SignedBy","keySecret":"k"}"#), "\(r).type: simple policy invalid Type: SignedBy"),
        (requirement(#"{"type":"a\nb"}"#), #"\#(r).type: simple policy invalid Type: a\nb"#),
        (requirement(#"{"type":7}"#), "\(r).type: a string is expected here, found a number"),
        (requirement(#"{"type":"signedBy"}"#), "\(r): KeySecret missing in signedBy requirement"),
        (requirement(#"{"type":"signedBy","keySecret":""}"#), "\(r): KeySecret missing in signedBy requirement"),
        (requirement(#"{"type":"signedBy","keyData":"k"}"#), "\(r).keyData: unknown field"),
        (
            requirement(#"{"type":"reject","keySecret":["k"]}"#),
            "\(r).keySecret: a string is expected here, found an array"
        ),
        (identity("{}"), "\(r).signedIdentity.type: required, but missing"),
        (
            identity(#"{"type":"exactreference","dockerReference":"a:1"}"#),
            "\(r).signedIdentity.type: invalid SignedIdentity Type: exactreference"
        ),
        (
            identity(#"{"type":"exactReference","dockerRepository":"a:1"}"#),
            "\(r).signedIdentity.dockerReference: required, but missing"
        ),
        (identity(#"{"type":"matchExact","exact":true}"#), "\(r).signedIdentity.exact: unknown field"),
        (identity(#"{"type":"matchExactReference"}"#), "\(r).signedIdentity.dockerReference: required, but missing"),
        (
            identity(#"{"type":"matchExactReference","dockerReference":"a"}"#),
            "\(r).signedIdentity.dockerReference: a reference"
        ),
        (
            identity(#"{"type":"matchExactReference","dockerReference":"A:1"}"#),
            "\(r).signedIdentity.dockerReference: invalid"
        ),
        (identity(#"{"type":"matchExactRepository"}"#), "\(r).signedIdentity.dockerRepository: required, but missing"),
        (
            identity(#"{"type":"matchExactRepository","dockerRepository":"a//b"}"#),
            "\(r).signedIdentity.dockerRepository: invalid"
        ),
        (identity(#"{"type":"remapIdentity"}"#), #"\#(r).signedIdentity.prefix: prefix "" is not valid"#),
        (
            identity(#"{"type":"remapIdentity","prefix":"e.com","signedPrefix":"e.com/a:1"}"#),
            #"\#(r).signedIdentity.signedPrefix: prefix "e.com/a:1" is not valid"#
        ),
        (
            identity(#"{"type":"remapIdentity","prefix":"acme","signedPrefix":"e.com"}"#),
            #"\#(r).signedIdentity.prefix: prefix "acme" is not valid"#
        ),
        (
            identity(#"{"type":"remapIdentity","prefix":"e.com/","signedPrefix":"e.com"}"#),
            #"\#(r).signedIdentity.prefix: prefix "e.com/" is not valid"#
        ),
    ]

    @Test("What this version cannot honour makes the entry unusable, naming the field", arguments: bad)
    func refusesBadEntries(policy text: String, message: String) throws {
        let policy = try policy(policy: text)
        let error = #expect(throws: PolicyError.self) { try policy.entries[0].requirement.get() }
        let description = error?.description ?? ""
        #expect(description.hasPrefix("ClusterImagePolicy default: " + message), "\(description)")
        #expect(!description.contains("secret@"))
        #expect(policy.flaws == [error].compactMap { $0 })
    }

    @Test("An ImagePolicy may not read keys of another namespace")
    func confinesKeys() throws {
        let policy = try policy(
            .imagePolicy,
            policy:
                #"{"simple":{"requirements":[{"type":"signedBy","keySecret":"k","keySecretNamespace":"kube-system"}]}}"#
        )
        let error = #expect(throws: PolicyError.self) { try policy.entries[0].requirement.get() }
        #expect(
            error?.description.hasPrefix(
                "ImagePolicy shop/default: \(Self.r).keySecretNamespace: an ImagePolicy reads keys in its own namespace only"
            )
                == true)
    }

    @Test(
        "A flaw outside the entries makes all of them unusable",
        arguments: [
            (#""spec":{"repositories":[{"name":"*"}],"repository":[]}"#, "spec.repository: unknown field"),
            (#""spec":{"repositories":[{"name":"*"}]},"state":{}"#, "state: unknown field"),
            (#""spec":{"repositories":[{"name":"*"}]},"repositories":[]"#, "repositories: unknown field"),
        ])
    func refusesOuterFlaws(spec: String, message: String) throws {
        let text =
            #"{"apiVersion":"portieris.cloud.ibm.com/v1","kind":"ClusterImagePolicy","metadata":{"name":"a"},\#(spec)}"#
        let policy = try PolicyParser.parse(json(text), source: "a.yaml, line 1")
        let error = #expect(throws: PolicyError.self) { try policy.entries[0].requirement.get() }
        #expect(error?.description == "ClusterImagePolicy a (a.yaml, line 1): " + message)
    }

    @Test("A trust block beside policy is not an allow-all")
    func refusesMisplacedTrust() throws {
        let policy = try policy(spec: #"{"repositories":[{"name":"*","policy":null,"trust":{"enabled":true}}]}"#)
        let error = #expect(throws: PolicyError.self) { try policy.entries[0].requirement.get() }
        #expect(error?.description == "ClusterImagePolicy default: spec.repositories[0].trust: unknown field")
    }

    static let unreadable: [(text: String, message: String)] = [
        (
            #"{"kind":"ClusterImagePolicy","apiVersion":"portieris.cloud.ibm.com/v2"}"#,
            "an ImagePolicy or ClusterImagePolicy of"
        ),
        (#"{"kind":"Pod","apiVersion":"v1"}"#, #"found apiVersion "v1" and kind "Pod""#),
        ("[]", #"found apiVersion "" and kind """#),
        (
            #"{"kind":"ClusterImagePolicy","apiVersion":"portieris.cloud.ibm.com/v1"}"#,
            "a.yaml: ClusterImagePolicy: metadata.name: required, but missing"
        ),
        (
            #"{"kind":"ClusterImagePolicy","apiVersion":"portieris.cloud.ibm.com/v1","metadata":{"name":"a","namespace":"b"}}"#,
            "a.yaml: ClusterImagePolicy: metadata.namespace: an object of this kind is in no namespace"
        ),
        (
            #"{"kind":"ImagePolicy","apiVersion":"portieris.cloud.ibm.com/v1","metadata":{"name":"a"}}"#,
            "a.yaml: ImagePolicy: metadata.namespace: required, but missing"
        ),
        (
            #"{"kind":"ImagePolicy","apiVersion":"portieris.cloud.ibm.com/v1","metadata":{"name":"a","namespace":"B"}}"#,
            #"a.yaml: ImagePolicy: metadata.namespace: "B" is no name"#
        ),
        (cluster(#"{"repositories":{}}"#), "spec.repositories: an array is expected here, found an object"),
        (cluster(#"{"repositories":[null]}"#), "spec.repositories[0]: required, but missing"),
        (cluster(#"{"repositories":["*"]}"#), "spec.repositories[0]: an object is expected here, found a string"),
        (
            cluster(#"{"repositories":[{"name":1}]}"#),
            "spec.repositories[0].name: a string is expected here, found a number"
        ),
        (cluster("7"), "spec: an object is expected here, found a number"),
    ]

    static func cluster(_ spec: String) -> String {
        #"{"kind":"ClusterImagePolicy","apiVersion":"portieris.cloud.ibm.com/v1","metadata":{"name":"a"},"spec":\#(spec)}"#
    }

    @Test("A policy of which it cannot be told what it is for is refused whole", arguments: unreadable)
    func refusesUnreadablePolicies(text: String, message: String) throws {
        let value = try json(text)
        let error = #expect(throws: PolicyError.self) { try PolicyParser.parse(value, source: "a.yaml") }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test("A name is all that an ImagePolicy needs when its namespace is given for it")
    func usesDefaultNamespace() throws {
        let value = try json(
            #"{"kind":"ImagePolicy","apiVersion":"portieris.cloud.ibm.com/v1","metadata":{"name":"a"}}"#)
        let policy = try PolicyParser.parse(value, defaultNamespace: "default")
        #expect(policy.identity.key == ObjectKey(namespace: "default", name: "a"))
        #expect(policy.entries.isEmpty)
    }
}
