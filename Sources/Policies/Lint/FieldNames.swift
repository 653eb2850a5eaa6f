internal import Kubernetes

/// The fields of policies and where they stand, to tell the author of a field that there is none where it belongs.
enum FieldNames {
    /// The keys of each object in a policy. (`PolicyParser` decides what is read; a test holds this to it.)
    static let levels: [(level: String, keys: [String])] = [
        ("", ["apiVersion", "kind", "metadata", "spec", "status"]),
        ("spec", ["repositories"]),
        ("spec.repositories[]", ["name", "policy"]),
        (
            "spec.repositories[].policy",
            [
                "anonymousPull", "maxAge", "multiArch", "mutateImage", "onUnavailable", "pin", "simple", "trust",
                "vulnerability",
            ]
        ),
        ("spec.repositories[].policy.simple", ["requirements", "storeSecret", "storeURL", "storeURLs"]),
        (
            "spec.repositories[].policy.simple.requirements[]",
            ["keySecret", "keySecretNamespace", "keySecrets", "signedIdentity", "threshold", "type"]
        ),
        (
            "spec.repositories[].policy.simple.requirements[].signedIdentity",
            ["dockerReference", "dockerRepository", "prefix", "signedPrefix", "type"]
        ),
        ("spec.repositories[].policy.trust", ["enabled", "signerSecrets", "trustServer"]),
        ("spec.repositories[].policy.trust.signerSecrets[]", ["name"]),
        ("spec.repositories[].policy.vulnerability", ["ICCRVA"]),
        ("spec.repositories[].policy.vulnerability.ICCRVA", ["account", "enabled"]),
    ]

    /// Fields that documents and old examples have, and that never were, or are no more.
    private static let retired = [
        "va": "the scanner's block is vulnerability.ICCRVA",
        "simpleStore": "the store stands under simple, as storeURL and storeSecret",
        "storeConfigMap": "there never was such a field; the store is simple.storeURL",
        "keyData": "keys are read from Secrets only; keySecret names one",
        "keyPath": "keys are read from Secrets only; keySecret names one",
    ]

    /// What to say of a field that is unknown where it stands.
    static func finding(forUnknown path: FieldPath) -> PolicyFinding {
        let consequence = "the API server would drop it without a word, and here it makes what it stands in unusable"
        guard case .member(let key)? = path.steps.last else {
            return PolicyFinding(.unknownField, at: path, consequence)
        }
        if let advice = retired[key] {
            return PolicyFinding(.unknownField, at: path, "there is no such field: \(advice)")
        }
        let homes = levels.filter { $0.keys.contains(key) }.map(\.level)
        if !homes.isEmpty {
            let places = homes.map { $0.isEmpty ? "the object itself" : $0 }.joined(separator: " or ")
            return PolicyFinding(.misplacedField, at: path, "this field belongs under \(places); \(consequence)")
        }
        let level = level(of: path)
        let siblings = levels.first { $0.level == level }?.keys ?? []
        if let other = siblings.first(where: { $0.lowercased() == key.lowercased() }) {
            return PolicyFinding(.unknownField, at: path, "there is no such field: it is spelled \(other)")
        }
        return PolicyFinding(.unknownField, at: path, "there is no such field here; \(consequence)")
    }

    /// Where the field stands, whichever elements of lists that is in.
    private static func level(of path: FieldPath) -> String {
        path.steps.dropLast().reduce("") { level, step in
            switch step {
            case .element: level + "[]"
            case .member(let key): level.isEmpty ? key : "\(level).\(key)"
            }
        }
    }
}
