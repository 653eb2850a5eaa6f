package import HTTP
package import Primitives

/// Reads manifests from registries (OCI distribution specification, pull).
package struct RegistryClient: Sendable {
    private let exchange: any HTTPExchanging
    private let insecure: InsecureRegistries
    private let tokens: TokenClient
    private let refusal: @Sendable (RefusedCredential) -> Void

    /// - Parameter refusal: told of each credential that a registry refuses, whatever comes of the search.
    package init(
        exchange: any HTTPExchanging, insecure: InsecureRegistries = InsecureRegistries(),
        refusal: @escaping @Sendable (RefusedCredential) -> Void = { _ in }
    ) {
        self.exchange = exchange
        self.insecure = insecure
        self.refusal = refusal
        tokens = TokenClient(exchange: exchange, insecure: insecure)
    }

    /// The manifest or index that the reference names, its digest computed here and compared with the reference's.
    ///
    /// It is asked for without credentials first, as Portieris does, then with each credential in order. A refusal, a
    /// 404 and a 429 go on to the next one; everything else ends the search. The default tag is added.
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
            image: image, registry: try RegistryEndpoint(of: image, insecure: insecure), credentials: credentials,
            isAnonymous: anonymously, exchange: exchange, tokens: tokens, refusal: refusal, deadline: deadline)
        return try await search.run()
    }
}
