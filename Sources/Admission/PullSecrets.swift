internal import Kubernetes
package import Policies
internal import Primitives
package import Registry

/// The pull secrets that a workload names: those of its pod spec, else those of its ServiceAccount.
package struct PullSecrets: Sendable {
    /// Names of Secrets in the workload's namespace, in order.
    package let names: [String]
    /// Where the object goes. No Secret of another namespace is read.
    package let namespace: String

    /// - Parameters:
    ///   - named: `imagePullSecrets` of the pod spec.
    ///   - serviceAccount: the pod spec's account; nil is `default`.
    package init(named: [String], serviceAccount: String?, namespace: String, in store: PolicyStore) {
        self.namespace = namespace
        let account = store.serviceAccount(named: serviceAccount ?? "default", in: namespace)
        names = named.isEmpty ? account?.imagePullSecrets ?? [] : named
    }

    /// The credentials in them that are for the image's registry, in order. A Secret that is missing or malformed is
    /// passed over, as the kubelet does: another one, or none, may do.
    package func credentials(for image: ImageReference, in store: PolicyStore) -> [Credential] {
        Keychain(names.compactMap { config(named: $0, in: store) }).credentials(for: image)
    }

    private func config(named name: String, in store: PolicyStore) -> DockerConfig? {
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
