/// A credential that a registry, or its token service, did not accept. Another one, or none, may have been.
package struct RefusedCredential: Hashable, Sendable, CustomStringConvertible {
    /// Whose images it was shown for.
    package let registry: RegistryError.Peer
    /// Where the credential was found; empty where nobody said.
    package let origin: String

    init(_ credential: Credential, at registry: RegistryError.Peer) {
        self.registry = registry
        origin = credential.origin
    }

    /// One line, without the credential.
    package var description: String {
        "\(registry) refuses \(origin.isEmpty ? "a credential" : "the credential of \(origin)")"
    }
}
