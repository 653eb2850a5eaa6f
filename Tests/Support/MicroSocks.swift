/// Debian's microsocks on a port of 127.0.0.1: a SOCKS 5 proxy.
package final class MicroSocks: Sendable {
    /// `127.0.0.1:PORT`.
    package let address: String

    private let server: BackgroundServer

    /// Starts a proxy and waits until it answers.
    ///
    /// - Parameter account: the user name and password that it asks every client for; nil lets everybody through.
    package static func start(account: (name: String, password: String)? = nil) async throws -> MicroSocks {
        try await LoopbackPort.withRetries { port in
            let proxy = try MicroSocks(port: port, account: account)
            try await proxy.server.wait { LoopbackPort.isOpen(port) }
            return proxy
        }
    }

    private init(port: Int, account: (name: String, password: String)?) throws {
        let program = try CommandLineTool("microsocks", debianPackage: "microsocks")
        address = "127.0.0.1:\(port)"
        server = try BackgroundServer(
            program,
            ["-i", "127.0.0.1", "-p", "\(port)"] + (account.map { ["-u", $0.name, "-P", $0.password] } ?? []))
    }

    /// Ends it now; later calls find a closed port.
    package func end() { server.end() }

    /// Where it led clients, as `host:port` in their own words.
    package var targets: [String] {
        server.log.matches(of: /connected to (\S+)/).map { String($0.1) }
    }
}
