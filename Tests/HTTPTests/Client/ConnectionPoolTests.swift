import Primitives
import Testing
import Transport

@testable import HTTP

@Suite("ConnectionPool", .timeLimit(.minutes(5)))
struct ConnectionPoolTests {
    @Test("keeps few connections in all, however many names one server has; the oldest go first")
    func boundsAllOrigins() async throws {
        try await withServer(tls: false) { server, place in
            let pool = ConnectionPool(
                maximumPerOrigin: 8, maximumIdle: 8, maximumIdleInAll: 4, idleTimeout: .seconds(60))
            let origins = (0..<20).map { HTTP.URL.Origin(scheme: .http, host: "name\($0)", port: 80) }
            for origin in origins { pool.keep(ClientConnection(try await place.connect(), to: origin)) }
            #expect(pool.idleCount == 4)
            while server.connectionCount > 4 { await Task.yield() }
            #expect(origins.map { isKept($0, in: pool) } == (0..<20).map { $0 >= 16 })
        }
    }

    /// Whether the pool has a connection, which is closed then.
    private func isKept(_ origin: HTTP.URL.Origin, in pool: ConnectionPool) -> Bool {
        guard let connection = pool.take(origin) else { return false }
        connection.close()
        return true
    }
}
