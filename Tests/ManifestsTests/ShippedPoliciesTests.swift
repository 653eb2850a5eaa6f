import Foundation
import Manifests
import Policies
import Testing

/// The folder `policies`, which `make run` serves.
@Suite("Shipped policies")
struct ShippedPoliciesTests {
    private let manifests = PolicyManifests(reading: [
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("policies").path
    ])

    @Test("can be read and used as they are")
    func usable() {
        #expect(manifests.problems.map(\.description) == [])
        #expect(manifests.notices == [])
        #expect(manifests.policies.flatMap(\.flaws).map(\.description) == [])
        #expect(manifests.policies.count == 2)
    }

    @Test(
        "decide as their comments say",
        arguments: [
            ("default", "registry.example.com/shop/web:1.0", "registry.example.com/*"),
            ("default", "registry.example.com/retired/web:1.0", "registry.example.com/retired/*"),
            ("default", "registry.k8s.io/pause:3.9", "registry.k8s.io/*"),
            ("default", "docker.io/library/nginx", nil),
            ("payments", "registry.example.com/payments/api:7", "registry.example.com/payments/*"),
            ("payments", "registry.example.com/tools/debug:1.4", "registry.example.com/tools/debug:1.4"),
            ("payments", "registry.k8s.io/pause:3.9", nil),
        ])
    func resolution(namespace: String, image: String, pattern: String?) throws {
        let store = try manifests.store()
        switch store.resolve(image: image, in: namespace) {
        case .matched(let match):
            #expect(match.pattern.description == pattern)
            _ = try match.requirement()
        case .refused: #expect(pattern == nil)
        }
    }

    @Test(
        "name keys that are there",
        arguments: [("default", "registry.example.com/a"), ("payments", "registry.example.com/payments/a")])
    func keys(namespace: String, image: String) throws {
        let store = try manifests.store()
        guard case .matched(let match) = store.resolve(image: image, in: namespace),
            case .signedBy(let signedBy) = try match.requirement().simple?.requirements.first
        else {
            Issue.record("the entry of \(image) asks for no signature")
            return
        }
        let rule = KeyNamespaceRule(ownNamespace: nil, isStrict: true)
        for secret in signedBy.keySecrets {
            let lookup = KeySecretLookup(ofKey: secret, in: match.policy, workloadNamespace: namespace, rule: rule)
            #expect(throws: Never.self) { try store.key(for: lookup) }
        }
    }
}
