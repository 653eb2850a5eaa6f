package import HTTP
package import Primitives

/// Reads manifests from registries (OCI distribution specification, pull).
package struct RegistryClient: Sendable {
    private let network: RegistryNetwork
    private let mirrors: @Sendable () -> RegistryMirrors
    private let mirrorMetrics: MirrorMetrics

    /// - Parameters:
    ///   - metrics: where is counted how mirrors do.
    ///   - refusal: told of each credential that a registry refuses, whatever comes of the search.
    ///   - mirrors: where images are read instead of from their registries, asked for each.
    package init(
        exchange: any HTTPExchanging, insecure: InsecureRegistries = InsecureRegistries(),
        metrics: Metrics = Metrics(), refusal: @escaping @Sendable (RefusedCredential) -> Void = { _ in },
        mirrors: @escaping @Sendable () -> RegistryMirrors = { RegistryMirrors() }
    ) {
        network = RegistryNetwork(exchange: exchange, insecure: insecure, refusal: refusal)
        self.mirrors = mirrors
        mirrorMetrics = MirrorMetrics(metrics)
    }

    /// The manifest or index that the reference names, its digest computed here and compared with the reference's.
    ///
    /// It is asked for without credentials first, as Portieris does, then with each credential in order. A refusal, a
    /// 404 and a 429 go on to the next one; everything else ends the search. What led in is remembered, so that the next
    /// question with the same credentials about the same repository begins there, with the same token while that is good.
    /// The default tag is added.
    ///
    /// Mirrors are asked first, each for its share of the time and without these credentials; any failure goes on.
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
        let registry = try RegistryEndpoint(of: image, insecure: network.insecure)
        let (mirrors, last) = try mirrors().endpoints(for: image, of: registry)
        var failures: [RegistryError] = []
        for (place, mirror) in mirrors.enumerated() {
            let share = deadline.butAtMost(max(deadline.remaining, .zero) / (mirrors.count - place + 1))
            do throws(RegistryError) {
                let manifest = try await search(for: image, at: mirror, by: share).run()
                mirrorMetrics.count(.found, of: mirror.peer.authority)
                return manifest
            } catch {
                mirrorMetrics.count(MirrorMetrics.Outcome(error), of: mirror.peer.authority)
                failures.append(error)
            }
        }
        if !failures.isEmpty { mirrorMetrics.countFallback() }
        do throws(RegistryError) {
            // Credentials are for the registry that they name, and so for no other origin.
            let isOwn = last.base.origin == registry.base.origin
            return try await isOwn
                ? search(for: image, at: last, credentials, anonymously: anonymously, by: deadline).run()
                : search(for: image, at: last, by: deadline).run()
        } catch {
            throw failures.isEmpty ? error : .afterMirrors(failures, error)
        }
    }

    private func search(
        for image: ImageReference, at endpoint: RegistryEndpoint, _ credentials: [Credential] = [],
        anonymously: Bool = true, by deadline: Deadline
    ) -> ManifestSearch {
        ManifestSearch(
            image: image, registry: endpoint, credentials: credentials, isAnonymous: anonymously, network: network,
            deadline: deadline)
    }
}
