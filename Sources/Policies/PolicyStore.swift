package import Kubernetes
package import Primitives
package import Registry

/// The policies, Secrets and ServiceAccounts at one moment. It never changes: who reads it twice sees the same.
package struct PolicyStore: Sendable {
    // Names of these objects are ASCII without capitals, so that String's canonical equivalence is equality of bytes
    // also for a key from outside.
    /// By namespace, each list in the order of names; an empty name stands for the ClusterImagePolicies.
    private let lists: [String: [ImagePolicy]]
    private let local: [String: PolicyIndex]
    private let cluster: PolicyIndex?
    private var secrets: [ObjectKey: SecretObject]
    private var serviceAccounts: [ObjectKey: ServiceAccount]
    /// Why Secrets could not be had. One of these is not known to be missing.
    private var unavailable: [ObjectKey: String] = [:]

    /// - Throws: `PolicyError.duplicate` for two objects of one kind, namespace and name.
    package init(
        policies: [ImagePolicy], secrets: [SecretObject] = [], serviceAccounts: [ServiceAccount] = []
    ) throws(PolicyError) {
        lists = Self.lists(of: policies)
        for (_, list) in lists.sorted(by: { $0.key < $1.key }) { try Self.checkUnique(list) }
        local = lists.filter { !$0.key.isEmpty }.mapValues { PolicyIndex($0) }
        cluster = lists[""].map { PolicyIndex($0) }
        self.secrets = try Self.index(secrets, kind: "Secret", by: \.key)
        self.serviceAccounts = try Self.index(serviceAccounts, kind: "ServiceAccount", by: \.key)
    }

    /// The store after policies have changed. What the other namespaces have is taken over as it is, so that a change
    /// costs the same among ten policies and ten thousand.
    ///
    /// - Parameters:
    ///   - policies: all that there are now in these namespaces, no two of one kind and name.
    ///   - namespaces: in which policies came, went or changed; an empty name stands for the ClusterImagePolicies.
    package init(policies: [ImagePolicy], after old: PolicyStore, changedIn namespaces: Set<String>) {
        let changed = Self.lists(of: policies)
        var (lists, local) = (old.lists, old.local)
        for namespace in namespaces {
            lists[namespace] = changed[namespace]
            if !namespace.isEmpty { local[namespace] = changed[namespace].map { PolicyIndex($0) } }
        }
        (self.lists, self.local) = (lists, local)
        cluster = namespaces.contains("") ? changed[""].map { PolicyIndex($0) } : old.cluster
        (secrets, serviceAccounts) = (old.secrets, old.serviceAccounts)
    }

    /// In API list order: by namespace, then by name, byte by byte. That order decides between equally specific entries.
    package var policies: [ImagePolicy] {
        lists.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.flatMap(\.value)
    }

    private static func lists(of policies: [ImagePolicy]) -> [String: [ImagePolicy]] {
        Dictionary(grouping: policies, by: \.identity.key.namespace).mapValues { list in
            list.sorted { $0.identity.key < $1.identity.key }
        }
    }

    /// The same policies with the objects that a review was found to need.
    ///
    /// - Parameter unavailable: Secrets that could not be had, and why.
    package func with(
        secrets: [ObjectKey: SecretObject], serviceAccounts: [ObjectKey: ServiceAccount],
        unavailable: [ObjectKey: String]
    ) -> PolicyStore {
        var store = self
        (store.secrets, store.serviceAccounts, store.unavailable) = (secrets, serviceAccounts, unavailable)
        return store
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

    /// Why a Secret could not be had; nil when it is known whether it is there.
    package func unavailability(ofSecret name: String, in namespace: String) -> String? {
        unavailable[ObjectKey(namespace: namespace, name: name)]
    }

    /// A ServiceAccount by its name; nil when there is none.
    package func serviceAccount(named name: String, in namespace: String) -> ServiceAccount? {
        serviceAccounts[ObjectKey(namespace: namespace, name: name)]
    }

    /// The key ring that a requirement names: the value `key` of the first Secret that is in one of the places. A Secret
    /// without that value ends the search: it is a mistake to be mended, and nobody else's Secret may take its place.
    ///
    /// One that could not be had ends it as well: it may be there.
    ///
    /// - Throws: `PolicyError.keySecretNotFound`, `.keyMissing`, `.keyNamespaceUnknown`, `.keyUnavailable`.
    package func key(for lookup: KeySecretLookup) throws(PolicyError) -> FoundKey {
        guard !lookup.places.isEmpty else { throw .keyNamespaceUnknown(name: lookup.name) }
        for place in lookup.places {
            if let reason = unavailable[ObjectKey(namespace: place.namespace, name: lookup.name)] {
                throw .keyUnavailable(name: lookup.name, namespace: place.namespace, reason: reason)
            }
            guard let secret = secret(named: lookup.name, in: place.namespace) else { continue }
            guard let bytes = secret.values["key"] else {
                throw .keyMissing(name: lookup.name, namespace: place.namespace)
            }
            return FoundKey(
                bytes: bytes, name: lookup.name, namespace: place.namespace, warning: place.warning)
        }
        throw .keySecretNotFound(name: lookup.name, namespaces: lookup.places.map(\.namespace))
    }

    /// The user name and password of a signature store: the values `username` and `password` of the first Secret that is
    /// in one of the places, as Portieris has them.
    ///
    /// - Throws: `PolicyError.keySecretNotFound`, `.storeSecretUnusable`, `.keyUnavailable`.
    package func storeCredential(for lookup: KeySecretLookup) throws(PolicyError) -> Credential {
        for place in lookup.places {
            if let reason = unavailable[ObjectKey(namespace: place.namespace, name: lookup.name)] {
                throw .keyUnavailable(name: lookup.name, namespace: place.namespace, reason: reason)
            }
            guard let secret = secret(named: lookup.name, in: place.namespace) else { continue }
            for value in ["username", "password"] where secret.values[value]?.isEmpty ?? true {
                throw .storeSecretUnusable(name: lookup.name, problem: "does not contain \(value)")
            }
            guard let username = secret.values["username"], let password = secret.values["password"],
                let credential = Credential(username: username.revealText(), password: password)
            else { throw .storeSecretUnusable(name: lookup.name, problem: "contains a username that cannot be sent") }
            return credential
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
    /// The Secret's name.
    package let name: String
    /// Where it was found.
    package let namespace: String
    /// What the user is to be told about that.
    package let warning: String?

    package init(bytes: Secret, name: String, namespace: String, warning: String? = nil) {
        self.bytes = bytes
        self.name = name
        self.namespace = namespace
        self.warning = warning
    }
}
