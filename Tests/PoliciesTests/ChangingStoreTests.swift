import Kubernetes
import Policies
import Primitives
import Support
import Testing

@Suite("PolicyStore, changing") struct ChangingStoreTests {
    private static let namespaces = ["", "shop", "team", "new"]

    private func resolutions(_ store: PolicyStore) -> [String] {
        Self.namespaces.dropFirst().flatMap { namespace in
            ["a.test/x", "b.test/x", "c.test/x"].map { image in
                switch store.resolve(image: image, in: namespace) {
                case .refused(_, let message): message
                case .matched(let match): "\(match.policy) \(match.pattern)"
                }
            }
        }
    }

    @Test(
        "After any changes a store decides as one that is made of the same policies",
        arguments: 1...20 as ClosedRange<UInt64>)
    func anyChange(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var policies: [ObjectKey: ImagePolicy] = [:]
        var store = try PolicyStore(policies: [])
        for _ in 0..<30 {
            var changed: Set<String> = []
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let namespace = Self.namespaces.randomElement(using: &generator) ?? ""
                let key = ObjectKey(
                    namespace: namespace, name: ["one", "two"].randomElement(using: &generator) ?? "one")
                changed.insert(namespace)
                let patterns = ["a.test/*", "b.test/*", "*"].filter { _ in Bool.random(using: &generator) }
                policies[key] =
                    Int.random(in: 0..<3, using: &generator) == 0
                    ? nil
                    : try allowing(
                        patterns, namespace.isEmpty ? .clusterImagePolicy : .imagePolicy, named: key.name, in: namespace
                    )
            }
            let affected = policies.values.filter { changed.contains($0.identity.key.namespace) }
            store = PolicyStore(policies: affected, after: store, changedIn: changed)
            let fresh = try PolicyStore(policies: Array(policies.values))
            #expect(resolutions(store) == resolutions(fresh))
            #expect(store.policies.map(\.identity) == fresh.policies.map(\.identity))
        }
    }

    @Test("A policy that cannot be read decides on everything it would be asked about, before all others")
    func dark() throws {
        let identity = PolicyIdentity(kind: .imagePolicy, key: ObjectKey(namespace: "shop", name: "zz"))
        let error = PolicyError.keyNamespaceUnknown(name: "x")
        let store = try PolicyStore(policies: [
            allowing(["a.test/x"], .imagePolicy), ImagePolicy(unreadable: identity, error), allowing(["*"]),
        ])
        for image in ["a.test/x", "b.test/x", "nginx"] {
            guard case .matched(let match) = store.resolve(image: image, in: "shop") else {
                Issue.record("refused")
                continue
            }
            #expect(match.policy == identity)
            #expect(throws: error) { try match.requirement() }
        }
        guard case .matched(let match) = store.resolve(image: "a.test/x", in: "other") else {
            Issue.record("refused")
            return
        }
        #expect(match.policy.kind == .clusterImagePolicy)
    }

    @Test(
        "A policy of the API server is never an error, and keeps its name",
        arguments: [
            #"{"repositories":"*"}"#, #"{"repositories":[{"name":7}]}"#, #"{"repositories":[null]}"#, "[]", #""x""#,
        ])
    func alwaysAPolicy(spec: String) throws {
        let key = ObjectKey(namespace: "shop", name: "p")
        let object = try json(
            #"{"apiVersion":"portieris.cloud.ibm.com/v1","kind":"ImagePolicy","metadata":{"name":"p","namespace":"shop"},"spec":\#(spec)}"#
        )
        let policy = PolicyParser.parse(object, as: .imagePolicy, key)
        #expect(policy.identity.key == key && policy.darkness != nil && policy.flaws.count == 1)
        let other = PolicyParser.parse(try json(#"{"apiVersion":"v2","kind":"Other"}"#), as: .imagePolicy, key)
        #expect(other.identity.key == key && other.darkness != nil)
    }

    @Test("A Secret that could not be had ends the search for a key, and one that is not there does not")
    func unavailable() throws {
        let store = try PolicyStore(policies: [])
        let lookup = KeySecretLookup(
            ofKey: NamedSecret(name: "release", location: .ownThenWorkload),
            in: PolicyIdentity(kind: .clusterImagePolicy, key: ObjectKey(namespace: "", name: "default")),
            workloadNamespace: "shop", rule: KeyNamespaceRule(ownNamespace: "ostiary", isStrict: false))
        let tenant = try secret("release", in: "shop")
        let known = store.with(secrets: [tenant.key: tenant], serviceAccounts: [:], unavailable: [:])
        #expect(try known.key(for: lookup).namespace == "shop")
        let own = ObjectKey(namespace: "ostiary", name: "release")
        let unknown = store.with(secrets: [tenant.key: tenant], serviceAccounts: [:], unavailable: [own: "403"])
        #expect(throws: PolicyError.keyUnavailable(name: "release", namespace: "ostiary", reason: "403")) {
            try unknown.key(for: lookup)
        }
    }
}
