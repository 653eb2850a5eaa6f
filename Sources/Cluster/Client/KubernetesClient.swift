package import HTTP
package import Primitives
private import Synchronization
package import Transport

/// Asks one API server: JSON only, each question with a deadline.
package final class KubernetesClient: Sendable {
    private let configuration: ClusterConfiguration
    private let identity: ClusterIdentity
    private let connector: Connector
    private let userAgent: String
    private let silence: Duration
    /// Connections belong to who made them: when the identity changes, a new client begins without any.
    private let current: Mutex<(generation: Int, client: HTTPClient)>

    /// - Parameters:
    ///   - connector: makes the connections.
    ///   - silence: how long an object may be waited for on a connection before it is asked for on another. An API server
    ///     that is well answers within a fraction of a second.
    package init(
        _ configuration: ClusterConfiguration, identity: ClusterIdentity, connector: Connector, userAgent: String,
        silence: Duration = .seconds(5)
    ) {
        self.configuration = configuration
        self.identity = identity
        self.connector = connector
        self.userAgent = userAgent
        self.silence = silence
        current = Mutex(
            (identity.generation, Self.makeClient(configuration, identity, connector, userAgent)))
    }

    /// `host:port` of the server, for messages.
    package var authority: String { configuration.server.authority }

    /// Asks for an object. While the server is too busy it is asked again when it says (`Retry-After`), and where it is
    /// silent once more on a new connection: the old one may lead nowhere.
    ///
    /// - Parameters:
    ///   - path: decoded; it is put behind the server's prefix.
    ///   - limit: bytes of the answer.
    ///   - deadline: for all of that.
    /// - Throws: `ClusterError.refused` for every status but success, and whatever keeps an answer from being had.
    package func get(_ path: String, limit: Int, by deadline: Deadline) async throws(ClusterError) -> JSONValue {
        let body = try await ask(.get, path, [], limit: limit, isPatient: true, by: deadline)
        return try Self.parse(body, limit: limit)
    }

    /// Asks for a page of a list, once: it may be long in coming, and whoever lists has his own way of asking again.
    ///
    /// - Throws: as `get`.
    package func page(
        _ path: String, _ query: [(String, String)], limit: Int, by deadline: Deadline
    ) async throws(ClusterError) -> JSONValue {
        let body = try await ask(.get, path, query, limit: limit, isPatient: false, by: deadline)
        return try Self.parse(body, limit: limit)
    }

    /// Writes an object, or a change of one. While the server is too busy it is asked again when it says.
    ///
    /// - Parameter type: of what is sent, such as `application/merge-patch+json`.
    /// - Throws: as `get`.
    package func send(
        _ method: HTTP.Method, _ path: String, _ object: JSON, as type: String, by deadline: Deadline
    ) async throws(ClusterError) {
        _ = try await ask(
            method, path, [], (object.serialized(), type), limit: Limits.objectBytes, isPatient: true, by: deadline)
    }

    private func ask(
        _ method: HTTP.Method, _ path: String, _ query: [(String, String)],
        _ content: (bytes: [UInt8], type: String)? = nil,
        limit: Int, isPatient: Bool, by deadline: Deadline
    ) async throws(ClusterError) -> [UInt8] {
        var (hasForgotten, pauses) = (false, 0)
        while true {
            var request = try await request(path, query, limit: limit, by: deadline)
            request.method = method
            if let content {
                request.body = content.bytes
                request.headers.add("Content-Type", content.type)
            }
            let response = try await exchange(request, isPatient: isPatient, by: deadline)
            if response.status.isSuccess { return response.body }
            let status = APIStatus(response.status, response.headers, body: response.body)
            if response.status == .unauthorized, !hasForgotten {
                identity.forget()
                hasForgotten = true
            } else {
                guard isPatient, pauses < Limits.busyAnswers, let pause = status.pause,
                    .after(pause) < deadline
                else { throw .refused(status) }
                pauses += 1
                try await Self.wait(pause)
            }
        }
    }

    private static func wait(_ time: Duration) async throws(ClusterError) {
        do { try await Task.sleep(for: time) } catch { throw .exchange(.cancelled) }
    }

    /// Asks for an answer that goes on, on a connection of its own.
    ///
    /// - Parameter deadline: for the head of the answer.
    /// - Throws: as `get`.
    package func open(
        _ path: String, _ query: [(String, String)], limit: Int, by deadline: Deadline
    ) async throws(ClusterError) -> ResponseStream {
        var hasTriedAgain = false
        while true {
            let request = try await request(path, query, limit: limit, by: deadline)
            var stream = try await openStream(request, by: deadline)
            if stream.status.isSuccess { return stream }
            let status = try await Self.status(of: &stream, by: deadline)
            guard stream.status == .unauthorized, !hasTriedAgain else { throw .refused(status) }
            identity.forget()
            hasTriedAgain = true
        }
    }

    private func request(
        _ path: String, _ query: [(String, String)], limit: Int, by deadline: Deadline
    ) async throws(ClusterError) -> ClientRequest {
        var headers = Headers([("Accept", "application/json")])
        for (name, value) in configuration.impersonation { headers.add(name, value) }
        let url = configuration.server.appending(path: path)
        return ClientRequest(
            url: query.isEmpty ? url : url.with(query: query), headers: headers,
            authorization: try await identity.authorization(by: deadline),
            // A refusal may be longer than what was asked for.
            bodyLimit: max(limit, Limits.statusBytes))
    }

    /// Sends a request. Where nothing comes back all kept connections are given up: packets may be dropped on the way,
    /// and each of them would cost somebody his patience.
    private func exchange(
        _ request: ClientRequest, isPatient: Bool, by deadline: Deadline
    ) async throws(ClusterError) -> ClientResponse {
        let (client, mayRepeat) = (client, isPatient && request.method.isSafe)
        let share = min(silence, max(deadline.remaining, .zero) / 2)
        do throws(HTTPError) {
            return try await client.send(request, by: mayRepeat ? deadline.butAtMost(share) : deadline)
        } catch {
            guard case .timedOut = error else { throw .exchange(error) }
            abandon(client)
            guard mayRepeat, !deadline.hasPassed else { throw .exchange(error) }
        }
        do throws(HTTPError) {
            return try await self.client.send(request, by: deadline)
        } catch {
            throw .exchange(error)
        }
    }

    private func openStream(
        _ request: ClientRequest, by deadline: Deadline
    ) async throws(ClusterError) -> ResponseStream {
        do throws(HTTPError) { return try await client.open(request, by: deadline) } catch { throw .exchange(error) }
    }

    private static func status(
        of stream: inout ResponseStream, by deadline: Deadline
    ) async throws(ClusterError) -> APIStatus {
        do throws(HTTPError) {
            let body = try await stream.readAll(limit: Limits.statusBytes, by: deadline)
            return APIStatus(stream.status, stream.headers, body: body)
        } catch {
            throw .exchange(error)
        }
    }

    private static func parse(_ body: [UInt8], limit: Int) throws(ClusterError) -> JSONValue {
        do throws(JSONError) {
            return try JSONDocument(parsing: body, limit: limit).root
        } catch {
            throw .malformedAnswer(problem: "\(error)")
        }
    }
}

extension KubernetesClient {
    private var client: HTTPClient {
        let generation = identity.generation
        return current.withLock { current in
            if current.generation != generation {
                current = (generation, Self.makeClient(configuration, identity, connector, userAgent))
            }
            return current.client
        }
    }

    /// From now on nobody uses the connections that this client keeps.
    private func abandon(_ client: HTTPClient) {
        current.withLock { current in
            guard current.client === client else { return }
            current.client = Self.makeClient(configuration, identity, connector, userAgent)
        }
    }

    private static func makeClient(
        _ configuration: ClusterConfiguration, _ identity: ClusterIdentity, _ connector: Connector, _ userAgent: String
    ) -> HTTPClient {
        var settings = HTTPClient.Configuration(
            connector: connector, userAgent: userAgent, tls: { identity.context })
        settings.serverName = configuration.serverName
        settings.proxy = { [proxy = configuration.proxy] _ in proxy }
        settings.proxyTLS = { identity.proxyContext }
        if configuration.server.scheme == .http { settings.insecureHosts = [configuration.server.authority] }
        return HTTPClient(configuration: settings)
    }
}
