package import Primitives

/// Makes connections to hosts: resolves the name, tries its addresses in turn, and shakes hands.
package struct Connector: Sendable {
    private let reactor: Reactor
    private let resolver: Resolver

    package init(reactor: Reactor, resolver: Resolver) {
        self.reactor = reactor
        self.resolver = resolver
    }

    /// Connects to the first address of `host` that answers.
    ///
    /// - Parameters:
    ///   - host: a DNS name or an IP literal without brackets; the name that the certificate must hold.
    ///   - tls: the context for TLS; nil for a plain connection.
    ///   - deadline: for all of it. While other addresses are left, one gets no more than its share.
    /// - Throws: the error of the last address that was tried. A certificate that is not trusted ends it at once.
    package func connect(
        host: String, port: UInt16, tls: TLSContext?, by deadline: Deadline
    ) async throws(TransportError) -> ByteStream {
        let addresses = try await resolver.addresses(of: host, by: deadline)
        var failure = TransportError.unresolvable(host: host, reason: "no address")
        for (index, address) in addresses.enumerated() {
            let share = deadline.butAtMost(max(deadline.remaining, .zero) / (addresses.count - index))
            do throws(TransportError) {
                return try await ByteStream.connect(
                    to: SocketAddress(address, port: port), reactor: reactor, tls: tls.map { ($0, host) }, by: share)
            } catch {
                failure = error
                if case .tls = error { break }
                if case .cancelled = error { break }
            }
        }
        throw failure
    }
}
