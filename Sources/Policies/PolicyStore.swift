package import Kubernetes
package import Primitives

/// The policies, Secrets and ServiceAccounts at one moment. It never changes: who reads it twice sees the same.
package struct PolicyStore: Sendable {
    /// In API list order: by namespace, then by name, byte by byte. That order decides between equally specific entries.
    package let policies: [ImagePolicy]

    // Names of these objects are ASCII without capitals, so that String's canonical equivalence is equality of bytes
    // also for a key from outside.
    private let local: [String: PolicyIndex]
    private let cluster: PolicyIndex?
    private let secrets: [ObjectKey: SecretObject]
    private let serviceAccounts: [ObjectKey: ServiceAccount]

    /// - Throws: `PolicyError.duplicate` for two objects of one kind, namespace and name.
    package init(
        policies: [ImagePolicy], secrets: [SecretObject] = [], serviceAccounts: [ServiceAccount] = []
    ) throws(PolicyError) {
        self.policies = policies.sorted { $0.identity.key < $1.identity.key }
        try Self.checkUnique(self.policies)
        local = Dictionary(
            grouping: self.policies.filter { $0.identity.kind == .imagePolicy }, by: \.identity.key.namespace
        ).mapValues { PolicyIndex($0) }
        let cluster = self.policies.filter { $0.identity.kind == .clusterImagePolicy }
        self.cluster = cluster.isEmpty ? nil : PolicyIndex(cluster)
        self.secrets = try Self.index(secrets, kind: "Secret", by: \.key)
        self.serviceAccounts = try Self.index(serviceAccounts, kind: "ServiceAccount", by: \.key)
    }

    /// The entry that decides on an image of an object in this namespace; see `Resolution`.
    ///
    /// - Parameter image: exactly as the pod names it.
    package func resolve(image: String, in namespace: String) -> Resolution {
        Resolution.resolve(image: image, namespace: namespace, local: local[namespace], cluster: cluster)
    }

    /// A Secret by its name; nil when there is none.
    package func secret(named name: String, in namespace: String) -> SecretObject? {
        secrets[ObjectKey(namespace: namespace, name: name)]
    }

    /// A ServiceAccount by its name; nil when there is none.
    package func serviceAccount(named name: String, in namespace: String) -> ServiceAccount? {
        serviceAccounts[ObjectKey(namespace: namespace, name: name)]
    }

    /// The key ring that a requirement names: the value `key` of the first Secret that is in one of the places. A Secret
    /// without that value ends the search: it is a mistake to be mended, and nobody else's Secret may take its place.
    ///
    /// - Throws: `PolicyError.keySecretNotFound`, `.keyMissing`, `.keyNamespaceUnknown`.
    package func key(for lookup: KeySecretLookup) throws(PolicyError) -> FoundKey {
        guard !lookup.places.isEmpty else { throw .keyNamespaceUnknown(name: lookup.name) }
        for place in lookup.places {
            guard let secret = secret(named: lookup.name, in: place.namespace) else { continue }
            guard let bytes = secret.values["key"] else {
                throw .keyMissing(name: lookup.name, namespace: place.namespace)
            }
            return FoundKey(bytes: bytes, namespace: place.namespace, warning: place.warning)
        }
        throw .keySecretNotFound(name: lookup.name, namespaces: lookup.places.map(\.namespace))
    }

    private static func checkUnique(_ policies: [ImagePolicy]) throws(PolicyError) {
        for (first, second) in zip(policies, policies.dropFirst())
        where first.identity.key == second.identity.key && first.identity.kind == second.identity.kind {
            throw .duplicate(
                kind: first.identity.kind.rawValue, first.identity.key,
                sources: [first.identity.source, second.identity.source].compactMap { $0 })
        }
    }

    private static func index<Object>(
        _ objects: [Object], kind: String, by key: KeyPath<Object, ObjectKey>
    ) throws(PolicyError) -> [ObjectKey: Object] {
        var index: [ObjectKey: Object] = [:]
        for object in objects {
            guard index.updateValue(object, forKey: object[keyPath: key]) == nil else {
                throw .duplicate(kind: kind, object[keyPath: key], sources: [])
            }
        }
        return index
    }
}

/// A key ring as it stands in a Secret.
package struct FoundKey: Sendable {
    /// What should be an OpenPGP key ring.
    package let bytes: Secret
    /// Where it was found.
    package let namespace: String
    /// What the user is to be told about that.
    package let warning: String?
}
