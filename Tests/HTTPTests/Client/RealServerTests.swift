import Cryptography
import Primitives
import Support
import Testing

@testable import HTTP
@testable import Transport

/// The client against nginx, which knows more of TLS than this house's own server.
@Suite("HTTPClient and nginx", .timeLimit(.minutes(5)))
struct RealServerTests {
    private let authority: CertificateFactory
    private let pair: CertifiedKey
    private var soon: Deadline { .after(.seconds(30)) }

    init() async throws {
        authority = try await CertificateFactory()
        pair = try await authority.issue(for: ["127.0.0.1"])
    }

    private func context(showing pairs: [CertifiedKey] = []) throws -> TLSContext {
        let anchors = try TrustAnchors(
            adding: Certificate.parse(pem: TemporaryFolder.read(path: authority.authority)), includingSystemRoots: false
        )
        let pairs = try pairs.map { pair in
            try ServingPair(
                certificatePEM: TemporaryFolder.read(path: pair.certificate),
                keyPEM: TemporaryFolder.read(path: pair.key))
        }
        return try TLSContext(trusting: anchors, choosingFrom: pairs)
    }

    private func ask(_ server: SignatureStoreServer, _ context: TLSContext) async throws -> (status: Int, text: String)
    {
        let connector = Connector(
            reactor: try Loopback.reactor.get(), resolver: Resolver(threads: BlockingThreads(threads: 1)))
        let client = HTTPClient(configuration: .init(connector: connector, userAgent: "tests/1") { context })
        let url = try URL(parsing: server.url).resolving("/tls")
        let response = try await client.send(ClientRequest(url: url, bodyLimit: 10_000), by: soon)
        return (response.status.code, String(decoding: response.body, as: UTF8.self))
    }

    @Test("A server that demands a certificate is shown the one whose issuer it takes")
    func clientCertificate() async throws {
        let clients = try await CertificateFactory(commonName: "Authority of clients")
        let others = try await CertificateFactory(commonName: "Authority of others")
        let rules = """
            ssl_client_certificate \(clients.authority);
            ssl_verify_client on;
            location /tls { return 200 $ssl_client_s_dn; }
            """
        let server = try await SignatureStoreServer.start(pair: pair, rules: rules)
        let right = try await clients.issue(for: [], commonName: "right client")
        let wrong = try await others.issue(for: [], commonName: "wrong client")
        for pairs in [[right], [wrong, right], [right, wrong]] {
            let answer = try await ask(server, context(showing: pairs))
            #expect(answer.status == 200)
            #expect(answer.text == "CN=right client")
        }
        for pairs in [[], [wrong]] {
            let answer = try await ask(server, context(showing: pairs))
            #expect(answer.status == 400)
            #expect(answer.text.contains("No required SSL certificate was sent"))
        }
    }

    @Test(
        "A new connection comes back with the session of an earlier one of its context",
        arguments: ["TLSv1.2", "TLSv1.3"])
    func resumption(version: String) async throws {
        let rules = """
            ssl_protocols \(version);
            keepalive_timeout 0;
            location /tls { return 200 "$ssl_protocol $ssl_session_reused"; }
            """
        let server = try await SignatureStoreServer.start(pair: pair, rules: rules)
        let (first, second) = (try context(), try context())
        #expect(try await ask(server, first).text == "\(version) .")
        let place = TLSSessions.Server(host: "127.0.0.1", port: UInt16(clamping: try URL(parsing: server.url).port))
        let session = try #require(first.sessions.session(for: place))
        for _ in 0..<3 { #expect(try await ask(server, first).text == "\(version) r") }
        let last = try #require(first.sessions.session(for: place))
        // What a server gives for a session that it took is worth no longer than the proof of its certificate.
        #expect(last !== session && last.expiry == session.expiry)
        #expect(try await ask(server, second).text == "\(version) .")
    }

    @Test("A session is not used for another port of the same host")
    func resumptionElsewhere() async throws {
        let rules = #"keepalive_timeout 0; location /tls { return 200 "$ssl_session_reused"; }"#
        let one = try await SignatureStoreServer.start(pair: pair, rules: rules)
        let other = try await SignatureStoreServer.start(pair: pair, rules: rules)
        let context = try context()
        #expect(try await ask(one, context).text == ".")
        #expect(try await ask(other, context).text == ".")
        #expect(try await ask(one, context).text == "r")
    }

    @Test("A server that only speaks older versions of TLS is refused", arguments: ["TLSv1", "TLSv1.1"])
    func oldVersions(version: String) async throws {
        let rules = "ssl_protocols \(version); ssl_ciphers DEFAULT@SECLEVEL=0; location /tls { return 200 x; }"
        let server = try await SignatureStoreServer.start(pair: pair, rules: rules)
        await #expect(throws: HTTPError.self) { try await ask(server, try context()) }
    }

    @Test("Kept connections are not used once the roots have changed")
    func changedRoots() async throws {
        let server = try await SignatureStoreServer.start(
            pair: pair, rules: "location /tls { return 200 $connection_requests; }")
        let connector = Connector(
            reactor: try Loopback.reactor.get(), resolver: Resolver(threads: BlockingThreads(threads: 1)))
        let contexts = [try context(), try context()]
        let number = Counter()
        let client = HTTPClient(
            configuration: .init(connector: connector, userAgent: "tests/1") { contexts[number.count < 2 ? 0 : 1] })
        let url = try URL(parsing: server.url).resolving("/tls")
        var served: [String] = []
        for _ in 0..<4 {
            let response = try await client.send(ClientRequest(url: url, bodyLimit: 100), by: soon)
            served.append(String(decoding: response.body, as: UTF8.self))
            number.increment()
        }
        #expect(served == ["1", "2", "1", "2"])
    }
}
