package import Primitives

/// Makes connections to hosts: resolves the name, tries its addresses in turn, and shakes hands.
package struct Connector: Sendable {
    private let reactor: Reactor
    private let resolver: Resolver
    private let addressGuard: AddressGuard

    /// - Parameter addressGuard: which addresses are never connected to.
    package init(reactor: Reactor, resolver: Resolver, addressGuard: AddressGuard = AddressGuard()) {
        self.reactor = reactor
        self.resolver = resolver
        self.addressGuard = addressGuard
    }

    /// Connects to the first address of `host` that answers.
    ///
    /// The addresses that are connected to are those that were checked: the name is not resolved again, so that it
    /// cannot change its mind in between (DNS rebinding).
    ///
    /// - Parameters:
    ///   - host: a DNS name or an IP literal without brackets; the name that the certificate must hold.
    ///   - serverName: the name that it must hold instead, if that is another.
    ///   - tls: the context for TLS; nil for a plain connection.
    ///   - isGuarded: false for a host that the operator chose, such as a proxy.
    ///   - deadline: for all of it. While other addresses are left, one gets no more than its share.
    /// - Throws: `.addressRefused` when the guard refuses one of the addresses; else the error of the last address that
    ///   was tried. A certificate that is not trusted ends it at once.
    package func connect(
        host: String, port: UInt16, serverName: String? = nil, tls: TLSContext?, isGuarded: Bool = true,
        by deadline: Deadline
    ) async throws(TransportError) -> ByteStream {
        let addresses = try await resolver.addresses(of: host, by: deadline)
        if isGuarded { try await check(addresses, by: deadline) }
        var failure = TransportError.unresolvable(host: host, reason: "no address")
        for (index, address) in addresses.enumerated() {
            let share = deadline.butAtMost(max(deadline.remaining, .zero) / (addresses.count - index))
            do throws(TransportError) {
                return try await ByteStream.connect(
                    to: SocketAddress(address, port: port), reactor: reactor, tls: tls.map { ($0, serverName ?? host) },
                    by: share)
            } catch {
                failure = error
                if case .tls = error { break }
                if case .cancelled = error { break }
            }
        }
        throw failure
    }

    /// Refuses a host that is given as an address, where somebody else will connect to it; a name is let through.
    package func check(literal host: String, by deadline: Deadline) async throws(TransportError) {
        if let address = IPAddress(host) { try await check([address], by: deadline) }
    }

    /// Refuses a name with one refused address altogether: a name that holds both kinds is an attack, and which of
    /// them comes first is the attacker's choice.
    private func check(_ addresses: [IPAddress], by deadline: Deadline) async throws(TransportError) {
        var server: [IPAddress] = []
        // It may be a name (AKS), whose address changes.
        if let name = addressGuard.apiServer { server = try await resolver.addresses(of: name, by: deadline) }
        for address in addresses {
            if let reason = addressGuard.refusal(of: address, apiServer: server) {
                throw .addressRefused(address: "\(address)", reason)
            }
        }
    }
}
