package import Kubernetes
package import Policies
internal import Primitives
package import Registry

/// The pull secrets that a workload names: those of its pod specifications, else those of their ServiceAccounts.
///
/// They are read once a review, however many images it has: both lists are the user's, and their product is work.
package struct PullSecrets: Sendable {
    /// Names of Secrets in the workload's namespace, in order, each once; at most `Limits.pullSecretsPerObject`.
    package let names: [String]
    /// Where the object goes. No Secret of another namespace is read.
    package let namespace: String
    private let keychain: Keychain

    /// All of one object together, each once: a tag that several of its pods name is resolved once. Who may write the
    /// object may name any of these Secrets, so that no pod gets at more than it could.
    ///
    /// - Parameter sources: who pulls, in the order of the object.
    package init(of sources: [PullSource], namespace: String, in store: PolicyStore) {
        self.namespace = namespace
        let named = sources.flatMap { Self.names(of: $0, namespace: namespace, in: store) }
        let names = Self.first(of: named)
        self.names = names
        keychain = Keychain(names.compactMap { Self.config(named: $0, in: namespace, of: store) })
    }

    private static func names(of source: PullSource, namespace: String, in store: PolicyStore) -> [String] {
        guard source.secrets.isEmpty else { return source.secrets }
        let account = store.serviceAccount(named: source.serviceAccount ?? "default", in: namespace)
        return account?.imagePullSecrets ?? []
    }

    /// The credentials in them that are for the image's registry, in order. A Secret that is missing or malformed is
    /// passed over, as the kubelet does: another one, or none, may do.
    package func credentials(for image: ImageReference) -> [Credential] {
        keychain.credentials(for: image)
    }

    private static func first(of names: [String]) -> [String] {
        var known: Set<String> = []
        return Array(names.filter { known.insert($0).inserted }.prefix(Limits.pullSecretsPerObject))
    }

    private static func config(named name: String, in namespace: String, of store: PolicyStore) -> DockerConfig? {
        guard let secret = store.secret(named: name, in: namespace) else { return nil }
        do throws(RegistryError) {
            if let json = secret.values[".dockerconfigjson"] {
                return try DockerConfig(parsingDockerConfigJSON: json.revealBytes())
            }
            return try secret.values[".dockercfg"].map { value throws(RegistryError) in
                try DockerConfig(parsingDockerCfg: value.revealBytes())
            }
        } catch {
            return nil
        }
    }
}
