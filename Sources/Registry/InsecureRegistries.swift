package import HTTP

/// The hosts that the operator allows to be asked without TLS (`--insecure-registry`).
package struct InsecureRegistries: Sendable {
    private let authorities: Set<String>

    /// Each entry is `host` or `host:port`, in any case, and holds for exactly that: `host` alone means port 80, which
    /// is where an image name without a port leads to over plain HTTP.
    package init(_ entries: [String] = []) {
        authorities = Set(entries.map { Self.withoutDefaultPort($0.lowercased()) })
    }

    /// Whether plain HTTP to this `host` or `host:port` is allowed.
    package func allows(authority: String) -> Bool {
        authorities.contains(Self.withoutDefaultPort(authority.lowercased()))
    }

    /// Whether this may be asked for: anything over TLS, otherwise only an allowed host.
    package func allows(_ url: URL) -> Bool {
        url.scheme == .https || allows(authority: url.authority)
    }

    private static func withoutDefaultPort(_ authority: String) -> String {
        authority.hasSuffix(":80") ? String(authority.dropLast(3)) : authority
    }
}
