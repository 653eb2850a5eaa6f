internal import Primitives
internal import Transport

/// The way to servers through one proxy.
struct ProxyRoute {
    let proxy: Proxy
    /// By what the proxy itself is believed; nil for one without TLS.
    let context: TLSContext?
    let connector: Connector
    let userAgent: String

    /// What a server is called in errors: often it is the proxy that changed or broke what came.
    func name(of origin: URL.Origin) -> String { "\(origin.authority) through the proxy \(proxy.authority)" }

    /// A stream to a server, before TLS with it; without TLS, to a proxy that passes requests on.
    ///
    /// The proxy's own address is the operator's choice and is not guarded. A server's address is looked at if it is
    /// given as one; its name is only resolved by the proxy.
    func open(to origin: URL.Origin, by deadline: Deadline) async throws(HTTPError) -> ByteStream {
        do throws(TransportError) {
            try await connector.check(literal: origin.host, by: deadline)
        } catch {
            throw HTTPError(error, authority: origin.authority, while: .connecting)
        }
        let target = origin.port == origin.scheme.defaultPort ? "\(origin.authority):\(origin.port)" : origin.authority
        var stream = try await connect(for: target, by: deadline)
        if proxy.kind == .socks5 {
            try await SOCKSTunnel(proxy: proxy, origin: origin, authority: target).open(&stream, by: deadline)
        } else if origin.scheme == .https {
            let tunnel = ProxyTunnel(proxy: proxy, authority: target, userAgent: userAgent)
            try await tunnel.open(&stream, by: deadline)
        }
        return stream
    }

    private func connect(for target: String, by deadline: Deadline) async throws(HTTPError) -> ByteStream {
        do throws(TransportError) {
            return try await connector.connect(
                host: proxy.host, port: UInt16(clamping: proxy.port), tls: context, isGuarded: false, by: deadline)
        } catch {
            throw HTTPError(error, proxy: proxy, authority: target)
        }
    }
}
