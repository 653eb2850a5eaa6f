import Cryptography
import HTTP
import Primitives
import Support
import Transport

/// The tests' own end of connections to the real program.
enum Network {
    static let reactor = Result { try Reactor() }
    private static let threads = BlockingThreads()

    /// A context that believes one authority and nobody else.
    static func trusting(_ authority: String) throws -> TLSContext {
        let certificates = try Certificate.parse(pem: TemporaryFolder.read(path: authority))
        return try TLSContext(trusting: TrustAnchors(adding: certificates, includingSystemRoots: false))
    }

    /// A context that shows a pair.
    static func serving(_ pair: CertifiedKey) throws -> TLSContext {
        try TLSContext(
            serving: ServingPair(
                certificatePEM: TemporaryFolder.read(path: pair.certificate),
                keyPEM: TemporaryFolder.read(path: pair.key)))
    }

    /// A client with connections of its own; plain HTTP only to the hosts that are named.
    static func client(trusting context: TLSContext, insecureHosts: Set<String> = []) throws -> HTTPClient {
        let connector = Connector(reactor: try reactor.get(), resolver: Resolver(threads: threads))
        var configuration = HTTPClient.Configuration(connector: connector, userAgent: "tests/1") { context }
        configuration.insecureHosts = insecureHosts
        return HTTPClient(configuration: configuration)
    }

    static func listen() throws -> Listener {
        try Listener(on: loopback(), reactor: reactor.get())
    }

    static func address(_ text: String) throws -> SocketAddress {
        guard let address = SocketAddress(text) else { throw TransportError.unresolvable(host: text, reason: "test") }
        return address
    }

    private static func loopback() throws -> SocketAddress { try address("127.0.0.1:0") }
}
