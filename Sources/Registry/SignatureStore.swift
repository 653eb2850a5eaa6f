package import HTTP
package import Primitives

/// Reads the simple signatures of an image from a lookaside store, a plain web server
/// (containers/image, "signature access protocols").
package struct SignatureStore: Sendable {
    private let exchange: any HTTPExchanging
    private let insecure: InsecureRegistries

    package init(exchange: any HTTPExchanging, insecure: InsecureRegistries = InsecureRegistries()) {
        self.exchange = exchange
        self.insecure = insecure
    }

    /// All stored signatures of these bytes, in order; none if the store answers 404 for the first.
    ///
    /// They are at `<store>/<repository without host>@sha256=<hex>/signature-<N>`, N from 1 up to the first 404, and
    /// only a clean 404 ends the list: a store that is down or refuses must never look like an image without
    /// signatures. What they hold is not looked at here.
    ///
    /// - Parameters:
    ///   - digest: the digest of the manifest that was fetched.
    ///   - image: only its repository counts; the store does not know the registry.
    ///   - store: http only if the host is allowed as insecure.
    ///   - credential: sent to the store's own origin only.
    /// - Throws: `RegistryError` for any other status, an empty signature, one beyond `Limits.signatureBytes`, more
    ///   than `Limits.signaturesPerImage`, and more than `Limits.signatureBytesPerImage` in all.
    package func signatures(
        for digest: ImageDigest, of image: ImageReference, in store: URL, credential: Credential? = nil,
        by deadline: Deadline
    ) async throws(RegistryError) -> [[UInt8]] {
        let peer = RegistryError.Peer(.signatureStore, at: store)
        guard insecure.allows(store) else { throw .unreachable(peer, .plainTextRefused(authority: store.authority)) }
        let directory = store.appending(path: "\(image.path)@\(digest.algorithm.rawValue)=\(digest.hex)")
        var signatures: [[UInt8]] = []
        var room = Limits.signatureBytesPerImage
        while let signature = try await read(
            directory.appending(path: "signature-\(signatures.count + 1)"), peer, credential, by: deadline)
        {
            guard signatures.count < Limits.signaturesPerImage else {
                throw .tooManySignatures(peer, limit: Limits.signaturesPerImage)
            }
            room -= signature.count
            guard room >= 0 else { throw .tooLarge(peer, limit: Limits.signatureBytesPerImage) }
            signatures.append(signature)
        }
        return signatures
    }

    /// One signature; nil for a 404.
    private func read(
        _ url: URL, _ peer: RegistryError.Peer, _ credential: Credential?, by deadline: Deadline
    ) async throws(RegistryError) -> [UInt8]? {
        let request = ClientRequest(
            url: url, authorization: credential?.basicAuthorization, bodyLimit: Limits.signatureBytes)
        let response: ClientResponse
        do throws(HTTPError) {
            response = try await exchange.send(request, by: deadline)
        } catch {
            throw .failure(peer, error)
        }
        switch response.status {
        case .ok:
            guard !response.body.isEmpty else { throw .emptySignature(peer, url) }
            return response.body
        case .notFound: return nil
        default: throw response.failure(from: peer, credential: credential)
        }
    }
}
