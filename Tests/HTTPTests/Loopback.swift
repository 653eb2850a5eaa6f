import Cryptography
import Primitives
import Support
import Testing
import Transport

@testable import HTTP

/// What the tests that use sockets share.
enum Loopback {
    static let reactors = Result { try ReactorPool() }
    static let reactor = reactors.map(\.first)

    /// A pair of contexts of which one trusts the other, for `localhost` and `127.0.0.1`.
    struct Contexts: Sendable {
        let server: TLSContext
        let client: TLSContext
        /// What `server` shows, for other programs.
        let pair: CertifiedKey
        /// Who issued that.
        let factory: CertificateFactory
    }

    static let contexts = Task {
        let factory = try await CertificateFactory()
        let pair = try await factory.issue(for: ["localhost", "127.0.0.1"])
        let serving = try ServingPair(
            certificatePEM: TemporaryFolder.read(path: pair.certificate),
            keyPEM: TemporaryFolder.read(path: pair.key))
        return Contexts(
            server: try TLSContext(serving: serving), client: try trusting(factory), pair: pair,
            factory: factory)
    }

    /// Another context that trusts them.
    static func trusting() async throws -> TLSContext { try await trusting(contexts.value.factory) }

    private static func trusting(_ factory: CertificateFactory) throws -> TLSContext {
        let authority = try Certificate.parse(pem: TemporaryFolder.read(path: factory.authority))
        return try TLSContext(trusting: TrustAnchors(adding: authority, includingSystemRoots: false))
    }

    static func listen() throws -> Listener {
        let address = try #require(IPAddress("127.0.0.1"))
        return try Listener(on: SocketAddress(address, port: 0), reactors: reactors.get())
    }
}

/// Where something listens, and how to reach it.
struct Place: Sendable {
    let address: SocketAddress
    let contexts: Loopback.Contexts?

    func url(_ target: String) throws -> HTTP.URL {
        try HTTP.URL(parsing: "\(contexts == nil ? "http" : "https")://\(address)\(target)")
    }

    /// A connection as a client has it, through TLS if the place has that.
    func connect() async throws -> ByteStream {
        try await ByteStream.connect(
            to: address, reactor: Loopback.reactor.get(), tls: contexts.map { ($0.client, "127.0.0.1") },
            by: .after(.seconds(20)))
    }

    /// A connection without a TLS handshake, whatever the place expects.
    func connectPlain() async throws -> ByteStream {
        try await ByteStream.connect(
            to: address, reactor: Loopback.reactor.get(), tls: nil, by: .after(.seconds(20)))
    }

    func client(_ configure: (inout HTTPClient.Configuration) -> Void = { _ in }) async throws -> HTTPClient {
        let connector = Connector(
            reactor: try Loopback.reactor.get(), resolver: Resolver(threads: BlockingThreads()))
        let trusted = try await Loopback.contexts.value.client
        var configuration = HTTPClient.Configuration(connector: connector, userAgent: "tests/1") { trusted }
        if contexts == nil { configuration.insecureHosts = ["\(address)"] }
        configure(&configuration)
        return HTTPClient(configuration: configuration)
    }
}

/// Runs a server while `body` does.
func withServer<Value: Sendable>(
    tls: Bool = true, _ router: Router = .greeting,
    configure: (inout HTTPServer.Configuration) -> Void = { _ in },
    report: @escaping @Sendable (HTTPServer.ConnectionFailure) -> Void = { _ in },
    body: @Sendable (HTTPServer, Place) async throws -> Value
) async throws -> Value {
    let contexts = tls ? try await Loopback.contexts.value : nil
    let listener = try Loopback.listen()
    let place = Place(address: listener.localAddress, contexts: contexts)
    let carrier = Carrier(listener)
    var configuration = HTTPServer.Configuration()
    configure(&configuration)
    let context = contexts.map { contexts in { @Sendable in contexts.server } }
    let server = HTTPServer(configuration: configuration, tls: context, handler: router, report: report)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            if let listener = carrier.take() { try await server.serve(on: listener) }
        }
        defer { group.cancelAll() }
        return try await body(server, place)
    }
}

/// Runs a peer that follows a script for each connection, while `body` does. The script gets the number of the
/// connection, from 0. When it throws, the connection is cut; else it is closed in order.
func withScript<Value: Sendable>(
    tls: Bool = false, _ script: @escaping @Sendable (inout ByteStream, Int) async throws -> Void,
    body: @Sendable (Place) async throws -> Value
) async throws -> Value {
    let contexts = tls ? try await Loopback.contexts.value : nil
    let listener = try Loopback.listen()
    let place = Place(address: listener.localAddress, contexts: contexts)
    let carrier = Carrier(listener)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            guard let listener = carrier.take() else { return }
            await withDiscardingTaskGroup { scripts in
                var number = 0
                while let accepted = try? await listener.accept() {
                    let own = number
                    scripts.addTask {
                        // The client's side is what a test looks at.
                        guard
                            var stream = try? await ByteStream.accept(
                                accepted, tls: contexts?.server, by: .after(.seconds(20)))
                        else { return }
                        do {
                            try await script(&stream, own)
                            stream.close()
                        } catch {
                            // Dropped without a goodbye.
                        }
                    }
                    number += 1
                }
            }
        }
        defer { group.cancelAll() }
        return try await body(place)
    }
}

extension Router {
    /// Answers `hello` at `/`, and with the body at `/echo`.
    static var greeting: Router {
        var router = Router()
        router.add(.get, "/") { _, _ in .text(.ok, "hello") }
        router.add(.post, "/echo") { request, _ in Response(status: .ok, body: request.body) }
        return router
    }
}

extension ByteStream {
    mutating func send(_ text: String) async throws {
        try await write(Array(text.utf8), by: .after(.seconds(20)))
    }

    /// All that comes until the peer closes.
    mutating func readToEnd() async throws -> String {
        var bytes: [UInt8] = []
        while try await read(into: &bytes, atMost: 65_536, by: .after(.seconds(20))) > 0 {}
        return String(decoding: bytes, as: UTF8.self)
    }

    /// One response and nothing behind it.
    mutating func readResponse(to method: HTTP.Method = .get) async throws -> (head: ResponseHead, body: String) {
        var (bytes, parser) = ([UInt8](), HeadParser<ResponseHead>())
        while true {
            if let (head, length) = try parser.parse(bytes) {
                bytes.removeFirst(length)
                return (head, try await readBody(head.framing(answering: method), &bytes))
            }
            guard try await read(into: &bytes, atMost: 65_536, by: .after(.seconds(20))) > 0 else {
                throw HTTPError.truncated
            }
        }
    }

    private mutating func readBody(_ framing: BodyFraming, _ bytes: inout [UInt8]) async throws -> String {
        var parser = try BodyParser(framing: framing, limit: 1 << 26)
        while !parser.isComplete {
            bytes.removeFirst(try parser.feed(bytes[...]))
            if parser.isComplete { break }
            if try await read(into: &bytes, atMost: 65_536, by: .after(.seconds(20))) == 0 { try parser.end() }
        }
        return String(decoding: parser.body, as: UTF8.self)
    }

    /// Reads one request's head and body, as a script does; throws at the end of the stream.
    mutating func readRequest() async throws -> RequestHead {
        var (bytes, parser) = ([UInt8](), HeadParser<RequestHead>())
        while true {
            if let (head, length) = try parser.parse(bytes) {
                bytes.removeFirst(length)
                _ = try await readBody(head.framing, &bytes)
                return head
            }
            guard try await read(into: &bytes, atMost: 65_536, by: .after(.seconds(20))) > 0 else {
                throw HTTPError.truncated
            }
        }
    }
}
