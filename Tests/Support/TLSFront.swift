/// Debian's stunnel on a port of 127.0.0.1: takes TLS connections and passes what is in them on to another port.
package final class TLSFront: Sendable {
    /// `127.0.0.1:PORT`.
    package let address: String

    private let server: BackgroundServer
    private let folder: TemporaryFolder
    private let pair: CertifiedKey

    /// Starts it and waits until it answers.
    ///
    /// - Parameters:
    ///   - target: `127.0.0.1:PORT` of whom it stands before.
    ///   - pair: what it shows.
    package static func start(before target: String, pair: CertifiedKey) async throws -> TLSFront {
        try await LoopbackPort.withRetries { port in
            let front = try TLSFront(port: port, target: target, pair: pair)
            try await front.server.wait { LoopbackPort.isOpen(port) }
            return front
        }
    }

    private init(port: Int, target: String, pair: CertifiedKey) throws {
        let program = try CommandLineTool("stunnel4", debianPackage: "stunnel4")
        address = "127.0.0.1:\(port)"
        self.pair = pair
        folder = try TemporaryFolder()
        let configuration = """
            foreground = yes
            pid =
            syslog = no
            [front]
            accept = \(address)
            connect = \(target)
            cert = \(pair.certificate)
            key = \(pair.key)

            """
        server = try BackgroundServer(program, [try folder.write(configuration, to: "stunnel.conf")])
    }

    /// Cuts all connections, and takes no more.
    package func end() { server.end() }

    /// What it wrote so far.
    package var log: String { server.log }
}
