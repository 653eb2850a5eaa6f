package import HTTP
package import Primitives

/// Reads manifests from registries (OCI distribution specification, pull).
package struct RegistryClient: Sendable {
    private let network: RegistryNetwork

    /// - Parameter refusal: told of each credential that a registry refuses, whatever comes of the search.
    package init(
        exchange: any HTTPExchanging, insecure: InsecureRegistries = InsecureRegistries(),
        refusal: @escaping @Sendable (RefusedCredential) -> Void = { _ in }
    ) {
        network = RegistryNetwork(exchange: exchange, insecure: insecure, refusal: refusal)
    }

    /// The manifest or index that the reference names, its digest computed here and compared with the reference's.
    ///
    /// It is asked for without credentials first, as Portieris does, then with each credential in order. A refusal, a
    /// 404 and a 429 go on to the next one; everything else ends the search. What led in is remembered, so that the next
    /// question with the same credentials about the same repository begins there, with the same token while that is good.
    /// The default tag is added.
    ///
    /// - Parameters:
    ///   - credentials: those that may be shown to this registry, see `Keychain`.
    ///   - anonymously: false to ask without credentials only where the registry asks nobody for any.
    /// - Throws: `RegistryError`; the last failure that is not a mere refusal, else `unauthorised`.
    package func manifest(
        for image: ImageReference, credentials: [Credential], anonymously: Bool = true, by deadline: Deadline
    ) async throws(RegistryError) -> Manifest {
        let image = image.withDefaultTag()
        guard image.digest.map({ $0.algorithm == .sha256 }) ?? true else { throw .unprovableDigest(image) }
        let search = ManifestSearch(
            image: image, registry: try RegistryEndpoint(of: image, insecure: network.insecure),
            credentials: credentials, isAnonymous: anonymously, network: network, deadline: deadline)
        return try await search.run()
    }
}
