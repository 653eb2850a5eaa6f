private import Primitives

/// The credentials of a workload's pull secrets, in their order.
package struct Keychain: Sendable {
    private let credentials: [Credential]
    /// For each host, the places of its credentials in the list.
    private let places: [String: [Int]]

    /// The pull secrets in the order in which the workload (or its service account) names them.
    package init(_ configs: [DockerConfig]) {
        var credentials: [Credential] = []
        var places: [String: [Int]] = [:]
        for entry in configs.flatMap(\.entries) {
            places[String(Self.host(ofKey: entry.registry)), default: []].append(credentials.count)
            credentials.append(entry.credential)
        }
        self.credentials = credentials
        self.places = places
    }

    /// The credentials that may be shown to the registry of this image, each once, in the order to try them; at most
    /// `Limits.credentialsPerImage`.
    ///
    /// A credential goes only to the host that its key names: exactly `host:port` or, as Portieris has it, the host
    /// without the port. A key may also be written as a URL without a path, or with the path `/v1/` or `/v2/`, which
    /// is what `docker login` and `kubectl create secret docker-registry` write. Docker Hub has several names.
    package func credentials(for image: ImageReference) -> [Credential] {
        var known: Set<Credential> = []
        let found = Set(Self.hosts(naming: image.domain)).flatMap { places[$0] ?? [] }.sorted().map { credentials[$0] }
        return Array(found.filter { known.insert($0).inserted }.prefix(Limits.credentialsPerImage))
    }

    private static func hosts(naming domain: String) -> [String] {
        if domain == ImageReference.dockerHub { return [domain, "index.docker.io", "registry-1.docker.io"] }
        return [domain, String(domain.prefix { $0 != ":" })]
    }

    private static func host(ofKey key: String) -> Substring {
        var host = key[...]
        for scheme in ["https://", "http://"] where host.hasPrefix(scheme) { host = host.dropFirst(scheme.count) }
        for path in ["/v1/", "/v2/", "/v1", "/v2", "/"] where host.hasSuffix(path) {
            return host.dropLast(path.count)
        }
        return host
    }
}
