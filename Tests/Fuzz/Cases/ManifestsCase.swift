import Manifests
import Policies

/// Policies, Secrets and ServiceAccounts in YAML and JSON.
enum ManifestsCase {
    static func check(_ input: [UInt8]) throws(BrokenPromise) {
        guard let documents = accepted({ try ManifestReader.parse(input, file: "fuzz.yaml") }) else { return }
        let manifests = PolicyManifests(documents)
        _ = manifests.problems.map(\.description)
        guard let store = accepted({ try manifests.store() }) else { return }
        try promise(manifests.problems.isEmpty, "there is a store in spite of problems")
        _ = store.resolve(image: "registry.example.com/team/app:1.0", in: "default")
    }
}
