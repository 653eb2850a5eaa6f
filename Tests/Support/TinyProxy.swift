/// Debian's tinyproxy on a port of 127.0.0.1: a forward proxy for `http://` and CONNECT.
package final class TinyProxy: Sendable {
    /// `127.0.0.1:PORT`.
    package let address: String

    private let server: BackgroundServer
    private let folder: TemporaryFolder

    /// Starts a proxy and waits until it answers.
    ///
    /// - Parameters:
    ///   - account: `user password`, which it asks every client for by HTTP Basic; nil lets everybody through.
    ///   - next: another proxy (`host:port`) that it asks for everything; nil to resolve names itself.
    package static func start(account: String? = nil, next: String? = nil) async throws -> TinyProxy {
        try await LoopbackPort.withRetries { port in
            let proxy = try TinyProxy(port: port, account: account, next: next)
            try await proxy.server.wait { proxy.server.log.contains("Accepting connections") }
            return proxy
        }
    }

    private init(port: Int, account: String?, next: String?) throws {
        let program = try CommandLineTool("tinyproxy", debianPackage: "tinyproxy-bin")
        address = "127.0.0.1:\(port)"
        folder = try TemporaryFolder()
        let configuration = """
            Port \(port)
            Listen 127.0.0.1
            Timeout 60
            MaxClients 64
            LogLevel Info
            \(account.map { "BasicAuth \($0)" } ?? "")
            \(next.map { "Upstream http \($0)" } ?? "")

            """
        server = try BackgroundServer(program, ["-d", "-c", try folder.write(configuration, to: "tinyproxy.conf")])
    }

    /// Ends it now; later calls find a closed port.
    package func end() { server.end() }

    /// What it wrote so far; each request is a line.
    package var log: String { server.log }

    /// The first lines of the requests that it got.
    package var requests: [String] {
        log.matches(of: /Request \(file descriptor \d+\): (.+)/).map { String($0.1) }
    }
}
