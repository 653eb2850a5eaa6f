import Cryptography
import HTTP
import Primitives
import Support
import Transport

/// The real client, with a reactor of its own that ends with it.
final class LiveNetwork: HTTPExchanging {
    private let client: HTTPClient
    private let reactor: Reactor

    /// - Parameters:
    ///   - authority: trusted beside the system's roots.
    ///   - insecure: hosts that may be asked without TLS.
    init(trusting authority: CertificateFactory? = nil, insecure: [String] = []) throws {
        let roots = try authority.map { try Certificate.parse(pem: TemporaryFolder.read(path: $0.authority)) } ?? []
        let tls = try TLSContext(trusting: TrustAnchors(adding: roots))
        reactor = try Reactor()
        let connector = Connector(reactor: reactor, resolver: Resolver(threads: BlockingThreads(threads: 1)))
        var configuration = HTTPClient.Configuration(connector: connector, userAgent: "ostiary-tests") { tls }
        configuration.insecureHosts = Set(insecure)
        client = HTTPClient(configuration: configuration)
    }

    func send(_ request: ClientRequest, by deadline: Deadline) async throws(HTTPError) -> ClientResponse {
        try await client.send(request, by: deadline)
    }

    deinit {
        reactor.shutDown()
    }
}
