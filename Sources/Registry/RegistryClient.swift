package import HTTP
package import Primitives

/// Reads manifests from registries (OCI distribution specification, pull), and the signatures that some keep themselves.
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
        let places = try places(of: image)
        var failures: [RegistryError] = []
        for (number, mirror) in places.mirrors.enumerated() {
            let share = deadline.butAtMost(max(deadline.remaining, .zero) / (places.mirrors.count - number + 1))
            let read = read(.manifest, of: image, at: mirror, [], anonymously: true, by: share)
            do throws(RegistryError) {
                let manifest = try Manifest(of: image, in: await read.run(), from: mirror)
                mirrorMetrics.count(.found, of: mirror.peer.authority)
                return manifest
            } catch {
                mirrorMetrics.count(MirrorMetrics.Outcome(error), of: mirror.peer.authority)
                failures.append(error)
            }
        }
        if !failures.isEmpty { mirrorMetrics.countFallback() }
        let read = read(
            .manifest, of: image, at: places.last, places.shown(credentials),
            anonymously: anonymously || !places.isLastOwn, by: deadline)
        do throws(RegistryError) {
            return try Manifest(of: image, in: await read.run(), from: places.last)
        } catch {
            throw failures.isEmpty ? error : .afterMirrors(failures, error)
        }
    }

    /// The signatures that the registry itself keeps for a manifest; none of them is verified.
    ///
    /// It is asked as for a manifest, but for mirrors. Whatever is not a list of signatures is a failure, a 404 too: an
    /// image without signatures has an empty list.
    ///
    /// - Parameter digest: that of the manifest that was fetched.
    /// - Throws: `RegistryError`, also for a list beyond `Limits.signatureListBytes` and for more than
    ///   `Limits.signaturesPerImage`.
    package func signatures(
        for digest: ImageDigest, of image: ImageReference, credentials: [Credential], anonymously: Bool = true,
        by deadline: Deadline
    ) async throws(RegistryError) -> [[UInt8]] {
        let places = try places(of: image)
        let document = RepositoryDocument.signatures(digest)
        let answer = try await read(
            document, of: image, at: places.last, places.shown(credentials),
            anonymously: anonymously || !places.isLastOwn, by: deadline
        ).run()
        do throws(SignatureList.Problem) {
            return try SignatureList(parsing: answer.body).contents
        } catch {
            throw error.failure(of: document.peer(at: places.last))
        }
    }

    /// Whether the registry says, asked for nothing in particular, that it keeps signatures itself. Nobody has to be let in
    /// for that: what is refused says so too.
    ///
    /// - Throws: `RegistryError` where it is not able to say anything.
    package func announcesSignatures(
        for image: ImageReference, by deadline: Deadline
    ) async throws(RegistryError) -> Bool {
        let registry = try places(of: image).last
        let response = try await network.ping(registry, by: deadline)
        guard response.status.code < 500, response.status != .tooManyRequests else {
            throw response.failure(from: registry.peer, credential: nil)
        }
        return response.announcesSignatures(of: registry)
    }

    private func places(of image: ImageReference) throws(RegistryError) -> RegistryPlaces {
        let registry = try RegistryEndpoint(of: image, insecure: network.insecure)
        return try mirrors().places(for: image, of: registry)
    }

    private func read(
        _ document: RepositoryDocument, of image: ImageReference, at endpoint: RegistryEndpoint,
        _ credentials: [Credential], anonymously: Bool, by deadline: Deadline
    ) -> RepositoryRead {
        RepositoryRead(
            document: document, image: image, registry: endpoint, credentials: credentials, isAnonymous: anonymously,
            network: network, deadline: deadline)
    }
}
