package import HTTP
package import Primitives

/// Reads the simple signatures of an image from a lookaside store: a plain web server, or a folder
/// (containers/image, "signature access protocols").
package struct SignatureStore: Sendable {
    /// Reads a file of at most so many bytes, off the threads that must not block.
    package typealias FileReading = @Sendable (String, Int, Deadline) async -> FileAnswer

    /// What came of reading a file.
    package enum FileAnswer: Sendable {
        case content([UInt8])
        /// There is no such file.
        case missing
        /// With why.
        case unreadable(String)
    }

    private let exchange: any HTTPExchanging
    private let insecure: InsecureRegistries
    private let files: FileReading?

    /// - Parameter files: nil where no folder may be read.
    package init(
        exchange: any HTTPExchanging, insecure: InsecureRegistries = InsecureRegistries(), files: FileReading? = nil
    ) {
        self.exchange = exchange
        self.insecure = insecure
        self.files = files
    }

    /// All stored signatures of these bytes, in order; none if the store has not even the first.
    ///
    /// They are at `<store>/<repository without host>@sha256=<hex>/signature-<N>`, N from 1 up to the first that is
    /// missing, and only a clean 404 (or no such file) ends the list: a store that is down or refuses must never look
    /// like an image without signatures. What they hold is not looked at here.
    ///
    /// - Parameters:
    ///   - digest: the digest of the manifest that was fetched.
    ///   - image: only its repository counts; the store does not know the registry.
    ///   - credential: sent to the store's own origin only.
    /// - Throws: `RegistryError` for any other status, an empty signature, one beyond `Limits.signatureBytes`, more
    ///   than `Limits.signaturesPerImage`, and more than `Limits.signatureBytesPerImage` in all.
    package func signatures(
        for digest: ImageDigest, of image: ImageReference, in store: SignatureLocation, credential: Credential? = nil,
        by deadline: Deadline
    ) async throws(RegistryError) -> [[UInt8]] {
        let folder = "\(image.path)@\(digest.algorithm.rawValue)=\(digest.hex)"
        switch store {
        case .server(let url):
            return try await listing(of: folder, at: url, credential, by: deadline).all()
        case .folder(let path):
            return try await listing(of: "\(path)/\(folder)", by: deadline).all()
        }
    }

    private func listing(
        of folder: String, at store: URL, _ credential: Credential?, by deadline: Deadline
    ) throws(RegistryError) -> SignatureListing {
        let peer = RegistryError.Peer(.signatureStore, at: store)
        guard insecure.allows(store) else { throw .unreachable(peer, .plainTextRefused(authority: store.authority)) }
        let directory = store.appending(path: folder)
        return SignatureListing(peer: peer) { number in
            await read(directory.appending(path: "signature-\(number)"), peer, credential, by: deadline)
        }
    }

    private func listing(of folder: String, by deadline: Deadline) throws(RegistryError) -> SignatureListing {
        let peer = RegistryError.Peer(.signatureStore, inFolder: folder)
        guard let files else { throw .unreadableFolder(peer, reason: "folders are read in local mode only") }
        return SignatureListing(peer: peer) { number in
            let path = "\(folder)/signature-\(number)"
            switch await files(path, Limits.signatureBytes, deadline) {
            case .content([]): return .failure(.emptySignature(peer, at: path))
            case .content(let signature): return .success(signature)
            case .missing: return .success(nil)
            case .unreadable(let reason): return .failure(.unreadableFolder(peer, reason: reason))
            }
        }
    }

    /// One signature; nil for a 404.
    private func read(
        _ url: URL, _ peer: RegistryError.Peer, _ credential: Credential?, by deadline: Deadline
    ) async -> SignatureListing.Answer {
        let request = ClientRequest(
            url: url, authorization: credential?.basicAuthorization, bodyLimit: Limits.signatureBytes)
        let response: ClientResponse
        do throws(HTTPError) {
            response = try await exchange.send(request, by: deadline)
        } catch {
            return .failure(.failure(peer, error))
        }
        switch response.status {
        case .ok where response.body.isEmpty: return .failure(.emptySignature(peer, at: url.description))
        case .ok: return .success(response.body)
        case .notFound: return .success(nil)
        default: return .failure(response.failure(from: peer, credential: credential))
        }
    }
}
