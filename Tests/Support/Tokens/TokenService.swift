import Cryptography
import HTTP
import Synchronization
import Transport

/// A small token service over TLS, on a port of 127.0.0.1.
final class TokenService: Sendable {
    /// Where tokens are asked for.
    let realm: String
    /// Who decides.
    let issuer: TokenIssuer
    private let serving: Task<Void, Never>
    private let reactor: Reactor

    init(pair: CertifiedKey) throws {
        let context = try TLSContext(
            serving: ServingPair(
                certificatePEM: TemporaryFolder.read(path: pair.certificate),
                keyPEM: TemporaryFolder.read(path: pair.key)))
        reactor = try Reactor()
        guard let address = SocketAddress("127.0.0.1:0") else { throw CancellationError() }
        let listener = try Listener(on: address, reactor: reactor)
        realm = "https://\(listener.localAddress)/token"
        let issuer = TokenIssuer(pair: pair)
        self.issuer = issuer
        var router = Router()
        for method in [Method.get, .post] {
            router.add(method, "/token") { request, _ in await issuer.answer(request) }
        }
        let server = HTTPServer(tls: { context }, handler: router)
        let carrier = Mutex<Listener?>(listener)
        serving = Task {
            if let listener = carrier.withLock({ $0.take() }) { try? await server.serve(on: listener) }
        }
    }

    deinit {
        serving.cancel()
        reactor.shutDown()
    }
}
