internal import HTTP
internal import Primitives

/// Where the images of one registry are asked for.
struct RegistryEndpoint: Sendable {
    /// `https://host[:port]/v2/`, or `http://…` for an insecure registry.
    let base: URL
    let peer: RegistryError.Peer
    /// Fields that go with each request.
    let headers: Headers
    /// What is shown unasked.
    let authorization: Secret?
    /// The registry's part of the image's name, which one that stands for several registries has to be told.
    private let namespace: String?

    /// Finds the endpoint of the registry that the name of an image begins with.
    ///
    /// An insecure registry is asked over plain HTTP only: a first try over TLS would tell nothing that its failure
    /// could be relied on for.
    init(of image: ImageReference, insecure: InsecureRegistries) throws(RegistryError) {
        let host = image.registryHost
        let scheme: URL.Scheme = insecure.allows(authority: host) ? .http : .https
        do throws(HTTPError) {
            base = try URL(parsing: "\(scheme.rawValue)://\(host)/v2/")
        } catch {
            throw .invalidHost(host, error)
        }
        peer = RegistryError.Peer(.registry, at: base)
        (headers, authorization, namespace) = (Headers(), nil, nil)
    }

    /// A host that is asked for another registry's images. As containerd does, it is told which (`?ns=docker.io`).
    init(_ host: RegistryMirrors.Host, of image: ImageReference, as role: RegistryError.Peer.Role) {
        base = host.base
        peer = RegistryError.Peer(role, at: base)
        (headers, authorization) = (host.headers, host.authorization)
        namespace = [image.domain, image.registryHost].contains(base.authority) ? nil : image.domain
    }

    /// The manifest that the image's digest or tag names.
    func manifest(of image: ImageReference) -> URL {
        let version = image.digest?.description ?? image.tag ?? "latest"
        return asking(base.appending(path: "\(image.path)/manifests/\(version)"))
    }

    /// The URL with the registry that is meant, where that has to be told.
    func asking(_ url: URL) -> URL {
        namespace.map { url.with(query: [("ns", $0)]) } ?? url
    }
}
