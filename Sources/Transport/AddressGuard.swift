package import Primitives

/// Says which addresses this process never connects to on behalf of somebody else (server-side request forgery,
/// CWE-918).
///
/// Whoever may create a pod chooses the hosts that are asked, and so does a registry with a redirect or a realm. They
/// must not make this process talk to what only it can reach: the machine's own services, the cloud's metadata with its
/// credentials, the API server. Private networks are allowed: registries live there.
package struct AddressGuard: Sendable {
    /// Why an address is refused.
    package enum Reason: String, Hashable, Sendable {
        case unspecified = "an unspecified address"
        case linkLocal = "a link-local address"
        case metadata = "a cloud's metadata service"
        case multicast = "a multicast address"
        case broadcast = "the broadcast address"
        case loopback = "a loopback address"
        case apiServer = "the API server of this cluster"

        /// Whether `--allow-address` can allow it.
        package var canBeAllowed: Bool { self == .loopback || self == .apiServer }
    }

    /// In a pod: host name or address of the API server. Nil outside.
    package let apiServer: String?
    private let allowed: [IPNetwork]

    /// - Parameters:
    ///   - apiServer: in a pod, the host of its API server; that and loopback addresses are refused then.
    ///   - allowed: addresses of these two kinds that are not refused.
    package init(apiServer: String? = nil, allowing allowed: [IPNetwork] = []) {
        self.apiServer = apiServer
        self.allowed = allowed
    }

    /// Why an address must not be connected to, by itself or by an IPv4 address in it; nil if it may.
    ///
    /// - Parameter apiServer: the addresses of the API server, if it is guarded.
    package func refusal(of address: IPAddress, apiServer: [IPAddress]) -> Reason? {
        for candidate in [address] + address.embeddedIPv4 {
            guard let reason = reason(for: candidate, apiServer: apiServer) else { continue }
            if !reason.canBeAllowed || !allowed.contains(where: { $0.contains(candidate) }) { return reason }
        }
        return nil
    }

    private func reason(for address: IPAddress, apiServer: [IPAddress]) -> Reason? {
        if let entry = Self.always.first(where: { $0.network.contains(address) }) { return entry.reason }
        guard self.apiServer != nil else { return nil }
        if Self.loopback.contains(where: { $0.contains(address) }) { return .loopback }
        return apiServer.contains(address) ? .apiServer : nil
    }

    private static let loopback = ["127.0.0.0/8", "::1"].compactMap(IPNetwork.init)

    /// The first that fits counts. Metadata services outside of the link-local range: AWS (IPv6), Alibaba, Azure (its
    /// wire server), Google (IPv6), Oracle, Scaleway (IPv6). Linux takes all of 0.0.0.0/8 for this machine or nobody.
    private static let always: [(network: IPNetwork, reason: Reason)] = [
        ("169.254.169.254", .metadata), ("169.254.170.2", .metadata), ("fd00:ec2::254", .metadata),
        ("100.100.100.200", .metadata), ("168.63.129.16", .metadata), ("fd20:ce::254", .metadata),
        ("192.0.0.192", .metadata), ("fd00:42::42", .metadata),
        ("0.0.0.0/8", .unspecified), ("::", .unspecified), ("169.254.0.0/16", .linkLocal), ("fe80::/10", .linkLocal),
        ("224.0.0.0/4", .multicast), ("ff00::/8", .multicast), ("255.255.255.255", .broadcast),
    ].compactMap { text, reason in IPNetwork(text).map { ($0, reason) } }
}
