/// The normalised name of an image: which registry, which repository, and which of its images.
///
/// The grammar is that of containers/image and distribution's `reference` package: `nginx` means
/// `docker.io/library/nginx`. Every part is ASCII once parsed, so that equal values are equal bytes.
package struct ImageReference: Hashable, Sendable, CustomStringConvertible {
    /// The registry as the name gives it, `host` or `host:port`, `docker.io` when it gives none. Its case is kept.
    package let domain: String
    /// The repository within the registry, with `library/` where Docker Hub's short names leave it out.
    package let path: String
    /// The tag, which may name other bytes tomorrow.
    package let tag: String?
    /// The bytes that the reference is bound to. It may stand beside a tag, and then wins.
    package let digest: ImageDigest?

    /// Parses and normalises a reference. No tag is added: see `withDefaultTag()`.
    ///
    /// Takes time linear in the text. Stricter than the grammar in one point: a name whose first part looks like a
    /// host but is none (`e_x.com/a`) is refused, where the grammar would read it as a path without a registry.
    ///
    /// - Throws: `RegistryError.invalidReference` with what is wrong.
    package init(parsing text: String) throws(RegistryError) {
        do throws(Problem) {
            self = try ImageReferenceParser.parse(text.utf8.span)
        } catch {
            throw .invalidReference(text: text, problem: error)
        }
    }

    /// Refuses what is no reference, as `init(parsing:)` does, at a third of the cost.
    ///
    /// - Throws: `RegistryError.invalidReference` with what is wrong.
    package static func check(_ text: String) throws(RegistryError) {
        do throws(Problem) {
            _ = try ImageReferenceParser.scan(text.utf8.span)
        } catch {
            throw .invalidReference(text: text, problem: error)
        }
    }

    init(domain: String, path: String, tag: String?, digest: ImageDigest?) {
        self.domain = domain
        self.path = path
        self.tag = tag
        self.digest = digest
    }

    /// The repository with its registry: `docker.io/library/nginx`.
    package var name: String { "\(domain)/\(path)" }

    /// The whole normalised reference: `name[:tag][@digest]`.
    package var description: String {
        name + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
    }

    /// The host (and port) that serves the images: Docker Hub's is not the one its names carry.
    package var registryHost: String {
        domain == Self.dockerHub ? "registry-1.docker.io" : domain
    }

    /// The reference with the tag `latest` when it has neither tag nor digest, as every container runtime adds it.
    package func withDefaultTag() -> ImageReference {
        guard tag == nil, digest == nil else { return self }
        return ImageReference(domain: domain, path: path, tag: "latest", digest: nil)
    }

    /// `name@digest`: the same repository, without the tag, bound to these bytes.
    package func withDigest(_ digest: ImageDigest) -> ImageReference {
        ImageReference(domain: domain, path: path, tag: nil, digest: digest)
    }

    /// The domain of names that give none.
    package static let dockerHub = "docker.io"
}

extension ImageReference {
    /// What is wrong with a text that should be an image reference.
    package enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
        case empty
        case notASCII
        case bareIdentifier
        case host
        case upperCase
        case path
        case tag
        case digest(ImageDigest.Problem)
        case tooLong(bytes: Int)

        /// One clause for a message, without the text itself.
        package var description: String {
            switch self {
            case .empty: "it is empty"
            case .notASCII: "it has characters outside ASCII"
            case .bareIdentifier: "64 hexadecimal digits alone are an image's identifier, not its name"
            case .host: "what stands before the first slash is not a host with an optional port"
            case .upperCase: "a repository name has no upper-case letters"
            case .path: "the repository name is malformed"
            case .tag: "a tag has 1 to 128 letters, digits, '_', '.', '-', and begins with neither '.' nor '-'"
            case .digest(let problem): problem.description
            case .tooLong(let bytes): "the name with its registry has \(bytes) bytes, more than 255"
            }
        }
    }
}
