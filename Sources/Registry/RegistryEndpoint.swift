internal import HTTP
private import Primitives

/// Where the images of one registry are asked for.
struct RegistryEndpoint: Sendable {
    /// `https://host[:port]/v2/`, or `http://…` for an insecure registry.
    let base: URL
    let peer: RegistryError.Peer

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
    }

    /// The manifest that the image's digest or tag names.
    func manifest(of image: ImageReference) -> URL {
        let version = image.digest?.description ?? image.tag ?? "latest"
        return base.appending(path: "\(image.path)/manifests/\(version)")
    }
}
