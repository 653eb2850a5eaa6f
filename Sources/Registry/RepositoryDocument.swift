internal import HTTP
internal import Primitives

/// What a registry is asked about an image.
enum RepositoryDocument: Sendable {
    /// The manifest that its digest or tag names.
    case manifest
    /// The signatures that the registry itself keeps for the manifest with this digest.
    case signatures(ImageDigest)

    func url(of image: ImageReference, at registry: RegistryEndpoint) -> URL {
        switch self {
        case .manifest: registry.manifest(of: image)
        case .signatures(let digest): registry.signatures(of: image, digest)
        }
    }

    /// The value of the Accept field.
    var accept: String {
        switch self {
        case .manifest: Manifest.accept
        case .signatures: "application/json"
        }
    }

    /// Bytes of an answer.
    var limit: Int {
        switch self {
        case .manifest: Limits.manifestBytes
        case .signatures: Limits.signatureListBytes
        }
    }

    /// Whom messages name.
    func peer(at registry: RegistryEndpoint) -> RegistryError.Peer {
        switch self {
        case .manifest: registry.peer
        case .signatures: RegistryError.Peer(.signatureExtension, at: registry.base)
        }
    }

    /// What a 404 means; nil where it is a status as any other. An image without signatures has an empty list of them,
    /// so that a missing list is no answer.
    func missing(_ image: ImageReference, at registry: RegistryEndpoint, tried: Int) -> RegistryError? {
        switch self {
        case .manifest: .notFound(peer(at: registry), image, tried: tried)
        case .signatures: nil
        }
    }
}

/// A document as a registry sent it.
struct RepositoryAnswer: Sendable {
    let body: [UInt8]
    let contentType: String?
    /// Whether no credential was needed.
    let isPublic: Bool
    /// Whether it said that it keeps signatures itself.
    let announcesSignatures: Bool

    init(_ response: ClientResponse, from registry: RegistryEndpoint, isPublic: Bool) {
        body = response.body
        contentType = response.headers["Content-Type"]
        announcesSignatures = response.announcesSignatures(of: registry)
        self.isPublic = isPublic
    }
}
