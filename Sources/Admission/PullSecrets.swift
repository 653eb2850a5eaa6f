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
    /// What is wrong with them, one line each without a value: a Secret that is missing, or cannot be read.
    package let problems: [String]
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
        var problems: [String] = []
        keychain = Keychain(
            names.compactMap { Self.config(named: $0, in: namespace, of: store, problems: &problems) })
        self.problems = problems
    }

    private static func names(of source: PullSource, namespace: String, in store: PolicyStore) -> [String] {
        guard source.secrets.isEmpty else { return source.secrets }
        let account = store.serviceAccount(named: source.serviceAccount ?? "default", in: namespace)
        return account?.imagePullSecrets ?? []
    }

    /// The credentials in them that are for the image's registry, in order. A Secret that is missing or malformed is
    /// passed over, as the kubelet does: another one, or none, may do.
    ///
    /// - Parameter own: Ostiary's own credentials, which come last.
    package func credentials(for image: ImageReference, then own: Keychain? = nil) -> [Credential] {
        keychain.credentials(for: image, then: own)
    }

    private static func first(of names: [String]) -> [String] {
        var known: Set<String> = []
        return Array(names.filter { known.insert($0).inserted }.prefix(Limits.pullSecretsPerObject))
    }

    private static func config(
        named name: String, in namespace: String, of store: PolicyStore, problems: inout [String]
    ) -> DockerConfig? {
        let origin = "pull secret \(QuotedText.make(from: name, limit: 253))"
        guard let secret = store.secret(named: name, in: namespace) else {
            let reason = store.unavailability(ofSecret: name, in: namespace)
            problems.append("\(origin) " + (reason.map { "could not be read: \($0)" } ?? "does not exist"))
            return nil
        }
        do throws(RegistryError) {
            guard let config = try config(in: secret, origin: origin) else {
                // Portieris' words.
                problems.append("\(origin) contains neither .dockercfg nor .dockerconfigjson")
                return nil
            }
            problems += config.problems.map { "\(origin): \($0)" }
            return config
        } catch {
            problems.append("\(origin): \(error)")
            return nil
        }
    }

    private static func config(in secret: SecretObject, origin: String) throws(RegistryError) -> DockerConfig? {
        if let json = secret.values[".dockerconfigjson"] {
            return try DockerConfig(parsingDockerConfigJSON: json.revealBytes(), origin: origin)
        }
        guard let old = secret.values[".dockercfg"] else { return nil }
        return try DockerConfig(parsingDockerCfg: old.revealBytes(), origin: origin)
    }
}
