package import Primitives
package import Transport

/// Asks servers: over TLS, in plain text only where the operator allowed it; connections are kept and used again.
package final class HTTPClient: HTTPExchanging {
    package struct Configuration: Sendable {
        /// Makes connections.
        package var connector: Connector
        /// The context for the next TLS connection, asked for each, so that renewed roots count at once.
        package var tls: @Sendable () -> TLSContext
        /// The context for one host and port, where it has its own; throws where that cannot be made.
        package var hostTLS: @Sendable (_ host: String, _ port: Int) throws(TLSError) -> TLSContext? = {
            (_, _) throws(TLSError) in nil
        }
        /// The proxy for requests to an origin; nil for those that are sent directly.
        package var proxy: @Sendable (URL.Origin) -> Proxy? = { _ in nil }
        /// The context for connections to a proxy that speaks TLS itself; nil for that of any host.
        package var proxyTLS: (@Sendable () -> TLSContext?)?
        /// The name that every certificate must hold instead of the host that is asked; nil for that host.
        package var serverName: String?
        /// The value of User-Agent.
        package var userAgent: String
        /// Where plain HTTP is allowed: hosts, each with its port, which may be left out when it is 80
        /// (`registry.local:5000`, `[::1]`).
        package var insecureHosts: Set<String> = []
        /// Connections to one origin at a time; a request beyond them waits.
        package var maximumConnectionsPerOrigin = 32
        /// Unused connections that are kept for one origin.
        package var maximumIdlePerOrigin = 8
        /// Unused connections that are kept in all.
        package var maximumIdleConnections = 128
        /// How long an unused connection is kept.
        package var idleTimeout = Duration.seconds(60)

        package init(connector: Connector, userAgent: String, tls: @escaping @Sendable () -> TLSContext) {
            self.connector = connector
            self.userAgent = userAgent
            self.tls = tls
        }
    }

    private let configuration: Configuration
    private let insecureHosts: Set<String>
    private let pool: ConnectionPool

    package init(configuration: Configuration) {
        self.configuration = configuration
        insecureHosts = Set(configuration.insecureHosts.map { $0.lowercased() })
        pool = ConnectionPool(
            maximumPerOrigin: configuration.maximumConnectionsPerOrigin,
            maximumIdle: configuration.maximumIdlePerOrigin,
            maximumIdleInAll: configuration.maximumIdleConnections, idleTimeout: configuration.idleTimeout)
    }

    /// Sends one request, follows redirects (`Limits.redirects`; never from https to http, and credentials never to
    /// another origin) and reads the whole answer, all before the deadline.
    ///
    /// A GET or HEAD that a kept connection loses before the first byte of an answer is sent once more on a new one.
    /// Cancelling the task closes the connection.
    ///
    /// - Throws: `.plainTextRefused`, `.redirectRefused`, `.timedOut`, `.cancelled`, `.connectionFailed`,
    ///   `.unusableAnswer`, `.bodyTooLarge`, `.illegalField`.
    package func send(_ request: ClientRequest, by deadline: Deadline) async throws(HTTPError) -> ClientResponse {
        var (request, redirects) = (request, 0)
        while true {
            let response = try await exchange(request, by: deadline)
            guard
                let next = try Redirects.next(
                    after: response.status, response.headers, for: request, taken: redirects)
            else { return response }
            (request, redirects) = (next, redirects + 1)
        }
    }

    /// Closes kept connections that are too old. They are never used, but without further requests they stay open.
    package func closeIdleConnections() {
        pool.closeExpired()
    }

    private func exchange(_ request: ClientRequest, by deadline: Deadline) async throws(HTTPError) -> ClientResponse {
        let origin = request.url.origin
        guard origin.scheme == .https || mayBeAskedInPlainText(origin) else {
            throw .plainTextRefused(authority: origin.authority)
        }
        var bytes: [UInt8] = []
        try MessageWriter.append(
            request, userAgent: configuration.userAgent, through: forwarder(for: origin), to: &bytes)
        try await pool.enter(origin, by: deadline)
        defer { pool.leave(origin) }
        if let response = try await exchangeOnKept(request, bytes, by: deadline) { return response }
        let connection = try await connect(to: origin, by: deadline)
        do throws(ClientConnection.Failure) {
            return try await exchange(request, bytes, on: connection, by: deadline)
        } catch {
            throw error.reason
        }
    }

    /// Sends one request on a connection of its own and returns as soon as the head of the answer is there: for an
    /// answer that goes on for as long as there is news. Redirects are not followed, and the connection is not kept.
    ///
    /// - Parameter deadline: for the head; each piece of the body has its own.
    /// - Throws: as `send`.
    package func open(_ request: ClientRequest, by deadline: Deadline) async throws(HTTPError) -> ResponseStream {
        let origin = request.url.origin
        guard origin.scheme == .https || mayBeAskedInPlainText(origin) else {
            throw .plainTextRefused(authority: origin.authority)
        }
        var bytes: [UInt8] = []
        try MessageWriter.append(
            request, userAgent: configuration.userAgent, through: forwarder(for: origin), to: &bytes)
        var connection = try await connect(to: origin, by: deadline)
        do throws(ClientConnection.Failure) {
            let head = try await connection.sendAndReadHead(bytes, by: deadline)
            return try ResponseStream(head, on: connection, answering: request)
        } catch {
            throw error.reason
        }
    }

    private func mayBeAskedInPlainText(_ origin: URL.Origin) -> Bool {
        insecureHosts.contains(origin.authority)
            || (origin.port == 80 && insecureHosts.contains("\(origin.authority):80"))
    }

    /// The proxy that is told each request; nil where it only passes bytes on, as over TLS, or there is none.
    private func forwarder(for origin: URL.Origin) -> Proxy? {
        guard origin.scheme == .http, let proxy = configuration.proxy(origin), proxy.readsRequests else { return nil }
        return proxy
    }

    /// The answer over a kept connection; nil if there is none, or it proved to be closed and asking again is safe.
    private func exchangeOnKept(
        _ request: ClientRequest, _ bytes: [UInt8], by deadline: Deadline
    ) async throws(HTTPError) -> ClientResponse? {
        let context = try newContext(for: request.url.origin)
        while var connection = pool.take(request.url.origin) {
            // Its server was believed by roots that may have changed since.
            guard connection.context === context, connection.isUsable() else { continue }
            do throws(ClientConnection.Failure) {
                return try await exchange(request, bytes, on: connection, by: deadline)
            } catch {
                guard error.isStale, request.method.isSafe else { throw error.reason }
                return nil
            }
        }
        return nil
    }

    private func exchange(
        _ request: ClientRequest, _ bytes: [UInt8], on connection: consuming ClientConnection, by deadline: Deadline
    ) async throws(ClientConnection.Failure) -> ClientResponse {
        let (head, body) = try await connection.exchange(bytes, for: request, by: deadline)
        // Only a proxy that reads requests answers so; anybody else is not believed to be one.
        if head.status == .proxyAuthenticationRequired, let proxy = forwarder(for: request.url.origin) {
            let reason = HTTPError.proxyFailed(
                proxy: proxy.authority, authority: request.url.authority, .refused(head.status))
            throw ClientConnection.Failure(reason: reason, isStale: false)
        }
        if connection.isReusable { pool.keep(connection) }
        return ClientResponse(status: head.status, headers: head.headers, body: body, url: request.url)
    }

    private func connect(to origin: URL.Origin, by deadline: Deadline) async throws(HTTPError) -> ClientConnection {
        let context = try context(for: origin)
        if let route = try route(to: origin) {
            let stream = try await connect(to: origin, by: route, context: context, by: deadline)
            return ClientConnection(
                stream, to: origin, name: route.name(of: origin), context: context ?? route.context)
        }
        do throws(TransportError) {
            let stream = try await configuration.connector.connect(
                host: origin.host, port: UInt16(clamping: origin.port), serverName: configuration.serverName,
                tls: context, by: deadline)
            return ClientConnection(stream, to: origin, context: context)
        } catch {
            throw HTTPError(error, authority: origin.authority, while: .connecting)
        }
    }

    /// A connection to a server by way of a proxy; without TLS, it may be to the proxy itself.
    private func connect(
        to origin: URL.Origin, by route: ProxyRoute, context: TLSContext?, by deadline: Deadline
    ) async throws(HTTPError) -> ByteStream {
        var stream = try await route.open(to: origin, by: deadline)
        guard let context else { return stream }
        do throws(TransportError) {
            try await stream.startTLS(
                context, host: configuration.serverName ?? origin.host, port: UInt16(clamping: origin.port),
                by: deadline)
        } catch {
            throw HTTPError(error, authority: route.name(of: origin), while: .connecting)
        }
        return stream
    }

    /// What a new connection would be made with: for the server, else for a proxy that speaks TLS; nil without either.
    private func newContext(for origin: URL.Origin) throws(HTTPError) -> TLSContext? {
        if let context = try context(for: origin) { return context }
        return try route(to: origin)?.context
    }

    private func route(to origin: URL.Origin) throws(HTTPError) -> ProxyRoute? {
        guard let proxy = configuration.proxy(origin) else { return nil }
        return ProxyRoute(
            proxy: proxy, context: try context(for: proxy, to: origin), connector: configuration.connector,
            userAgent: configuration.userAgent)
    }

    private func context(for proxy: Proxy, to origin: URL.Origin) throws(HTTPError) -> TLSContext? {
        guard proxy.kind == .https else { return nil }
        do throws(TLSError) {
            if let own = configuration.proxyTLS {
                guard let context = own() else { throw TLSError.configuration("there are no roots to believe it by") }
                return context
            }
            return try configuration.hostTLS(proxy.host, proxy.port) ?? configuration.tls()
        } catch {
            throw .proxyFailed(proxy: proxy.authority, authority: origin.authority, .unreachable(.tls(error)))
        }
    }

    /// What a server is connected to with now; nil without TLS.
    private func context(for origin: URL.Origin) throws(HTTPError) -> TLSContext? {
        guard origin.scheme == .https else { return nil }
        do throws(TLSError) {
            return try configuration.hostTLS(origin.host, origin.port) ?? configuration.tls()
        } catch {
            throw .connectionFailed(authority: origin.authority, .tls(error))
        }
    }
}
