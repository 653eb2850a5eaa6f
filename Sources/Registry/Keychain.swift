/// The credentials of a workload's pull secrets, in their order.
package struct Keychain: Sendable {
    private let entries: [DockerConfig.Entry]

    /// The pull secrets in the order in which the workload (or its service account) names them.
    package init(_ configs: [DockerConfig]) {
        entries = configs.flatMap(\.entries)
    }

    /// The credentials that may be shown to the registry of this image, each once, in the order to try them.
    ///
    /// A credential goes only to the host that its key names: exactly `host:port` or, as Portieris has it, the host
    /// without the port. A key may also be written as a URL without a path, or with the path `/v1/` or `/v2/`, which
    /// is what `docker login` and `kubectl create secret docker-registry` write. Docker Hub has several names.
    package func credentials(for image: ImageReference) -> [Credential] {
        let hosts = Self.hosts(naming: image.domain)
        var found: [Credential] = []
        for entry in entries where hosts.contains(String(Self.host(ofKey: entry.registry))) {
            if !found.contains(entry.credential) { found.append(entry.credential) }
        }
        return found
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
