package import HTTP

/// Where the signatures of images are kept, beside the registry itself.
package enum SignatureLocation: Hashable, Sendable, CustomStringConvertible {
    /// A web server; over plain HTTP only if its host is allowed as insecure.
    case server(URL)
    /// A folder of this machine, by its absolute path: what `skopeo` writes with a `file://` in `registries.d`.
    case folder(String)

    /// Whom messages name: `host` or `host:port`, or the path of the folder.
    package var authority: String {
        switch self {
        case .server(let url): url.authority
        case .folder(let path): path
        }
    }

    /// The URL that it was given as.
    package var description: String {
        switch self {
        case .server(let url): url.description
        case .folder(let path): "file://\(path)"
        }
    }
}
