internal import HTTP
private import Primitives

/// The token service that a registry names, once it is known that it may be asked.
struct TokenRealm: Hashable, Sendable {
    let url: URL

    var peer: RegistryError.Peer { RegistryError.Peer(.tokenService, at: url) }

    /// Takes the realm of a challenge, if it may be asked (CVE-2019-10214, CVE-2026-24845): on the registry's own host, or
    /// on another that is public or allowed as insecure, over TLS; over plain HTTP only for a registry that is itself
    /// allowed to do without, at an allowed host, and with credentials only on the registry's own host.
    ///
    /// - Throws: `RegistryError.unusableRealm`.
    init(
        of challenge: Challenge, of registry: RegistryEndpoint, isShownCredential: Bool, insecure: InsecureRegistries
    ) throws(RegistryError) {
        url = try Self.url(challenge, registry)
        guard url.host == registry.base.host || Self.isPublic(url.host) || insecure.allows(authority: url.authority)
        else {
            throw .unusableRealm(
                registry.peer,
                reason: "\(url.origin) is neither public nor the registry's own host; allow it with"
                    + " --insecure-registry \(url.authority)")
        }
        if url.scheme == .https { return }
        guard registry.base.scheme == .http, insecure.allows(url) else {
            throw .unusableRealm(registry.peer, reason: "\(url.origin) is not https")
        }
        guard !isShownCredential || url.host == registry.base.host else {
            throw .unusableRealm(registry.peer, reason: "credentials do not go to \(url.origin) without TLS")
        }
    }

    private static func url(_ challenge: Challenge, _ registry: RegistryEndpoint) throws(RegistryError) -> URL {
        guard let text = challenge.parameters["realm"] else { throw .unusableRealm(registry.peer, reason: "no realm") }
        do throws(HTTPError) {
            return try URL(parsing: text)
        } catch {
            throw .unusableRealm(registry.peer, reason: error.description)
        }
    }

    /// Whether a host can be meant for everybody, by its name alone: what a name leads to is for the address guard.
    private static func isPublic(_ host: String) -> Bool {
        if let address = IPAddress(host) {
            return !([address] + address.embeddedIPv4).contains { candidate in
                privateNetworks.contains { $0.contains(candidate) }
            }
        }
        return host.contains(".") && !privateDomains.contains { host.hasSuffix($0) }
    }

    /// What RFC 1918, RFC 6598, RFC 4193 and RFC 1122 set apart. Link-local addresses and metadata services, which are
    /// never asked, are for the address guard, which says so.
    private static let privateNetworks = [
        "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1", "fc00::/7",
    ].compactMap(IPNetwork.init)

    /// This machine, and the services of a cluster.
    private static let privateDomains = [".localhost", ".svc", ".cluster.local"]
}
