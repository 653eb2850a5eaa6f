package import HTTP
package import Primitives

/// Where the images of registries may be read instead of from the registries themselves.
///
/// A mirror is asked for bytes and for what a tag stands for. What an image is, which policy speaks of it and whose
/// signature it needs stays with the name in the object.
package struct RegistryMirrors: Sendable {
    /// One that may be asked.
    package struct Host: Sendable {
        /// The root of its API: `https://mirror.example.com/v2`.
        package let base: URL
        /// Whether it may say what a tag stands for. Every host gives manifests by digest.
        package let resolvesTags: Bool
        /// Fields that it wants with each request.
        package let headers: Headers
        /// The value of Authorization that it wants, which may be seen by it alone.
        package let authorization: Secret?

        package init(base: URL, resolvesTags: Bool = true, headers: Headers = Headers(), authorization: Secret? = nil) {
            self.base = base
            self.resolvesTags = resolvesTags
            self.headers = headers
            self.authorization = authorization
        }
    }

    /// What is asked for the images of one registry.
    package struct Sources: Sendable {
        /// In the order in which they are asked.
        package let mirrors: [Host]
        /// Asked last, in place of the registry; nil for the registry itself.
        package let server: Host?
        /// Whether it is known who may be asked.
        fileprivate let isUsable: Bool

        package init(mirrors: [Host], server: Host? = nil) {
            self.init(mirrors, server, isUsable: true)
        }

        /// For a registry whose mirrors cannot be told. It is not asked itself: it may be out of bounds.
        package static let unusable = Sources([], nil, isUsable: false)

        private init(_ mirrors: [Host], _ server: Host?, isUsable: Bool) {
            self.mirrors = mirrors
            self.server = server
            self.isUsable = isUsable
        }
    }

    private let registries: [String: Sources]
    private let others: Sources?

    /// - Parameters:
    ///   - registries: by the registry's part of image names, such as `docker.io` or `registry.example.com:5000`.
    ///   - others: for all other registries.
    package init(_ registries: [String: Sources] = [:], others: Sources? = nil) {
        self.registries = registries
        self.others = others
    }

    /// The places to ask for an image that `registry` has.
    ///
    /// - Throws: `.unusableMirrors`.
    func places(for image: ImageReference, of registry: RegistryEndpoint) throws(RegistryError) -> RegistryPlaces {
        guard let sources = registries[image.domain] ?? others else {
            return RegistryPlaces(mirrors: [], last: registry, isLastOwn: true)
        }
        guard sources.isUsable else { throw .unusableMirrors(registry.peer) }
        let mirrors = sources.mirrors.filter { $0.resolvesTags || image.digest != nil }
        let last = sources.server.map { RegistryEndpoint($0, of: image, as: .registry) } ?? registry
        return RegistryPlaces(
            mirrors: mirrors.map { RegistryEndpoint($0, of: image, as: .mirror) }, last: last,
            isLastOwn: last.base.origin == registry.base.origin)
    }
}

/// The places to ask for an image.
struct RegistryPlaces: Sendable {
    /// Asked first, in order.
    let mirrors: [RegistryEndpoint]
    /// The registry, or who is asked in its place.
    let last: RegistryEndpoint
    /// Whether it is the registry that the image names.
    let isLastOwn: Bool

    /// What may be shown to `last`. Credentials are for the registry that they name, and so for no other origin.
    func shown(_ credentials: [Credential]) -> [Credential] { isLastOwn ? credentials : [] }
}
