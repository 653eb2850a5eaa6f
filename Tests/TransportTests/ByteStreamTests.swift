import Cryptography
import Foundation
import Primitives
import Support
import Testing

@testable import Transport

/// A listener that several tasks can hold.
private final class SharedListener: Sendable {
    let listener: Listener

    init(on address: SocketAddress, reactor: Reactor) throws {
        listener = try Listener(on: address, reactor: reactor)
    }

    func accept() async throws -> AcceptedConnection { try await listener.accept() }
}

@Suite("ByteStream", .timeLimit(.minutes(5)))
struct ByteStreamTests {
    private let reactor: Reactor
    private let loopback: SocketAddress
    private var soon: Deadline { .after(.seconds(30)) }

    init() throws {
        reactor = try Reactor()
        loopback = SocketAddress(try #require(IPAddress("127.0.0.1")), port: 0)
    }

    /// Serves one connection with `serve` while `body` runs as the client.
    private func exchange<Value: Sendable>(
        tls context: TLSContext? = nil, client: (context: TLSContext, host: String)? = nil,
        serve: @escaping @Sendable (inout ByteStream) async throws -> Void,
        body: @Sendable @escaping (inout ByteStream) async throws -> Value
    ) async throws -> Value {
        let server = try SharedListener(on: loopback, reactor: reactor)
        let address = server.listener.localAddress
        let soon = soon
        let reactor = reactor
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                let accepted = try await server.accept()
                do {
                    var stream = try await ByteStream.accept(accepted, tls: context, by: soon)
                    try await serve(&stream)
                    stream.close()
                } catch let error as TransportError {
                    // The client's side is what the test looks at.
                    if client == nil { throw error }
                }
                return nil
            }
            group.addTask {
                var stream = try await ByteStream.connect(to: address, reactor: reactor, tls: client, by: soon)
                let value = try await body(&stream)
                stream.close()
                return value
            }
            var value: Value?
            for try await result in group { value = value ?? result }
            return try #require(value)
        }
    }

    /// An address where something listened a moment ago.
    private static func unusedAddress(_ address: SocketAddress, _ reactor: Reactor) throws -> SocketAddress {
        try Listener(on: address, reactor: reactor).localAddress
    }

    private static func echo(_ stream: inout ByteStream) async throws {
        var buffer: [UInt8] = []
        while try await stream.read(into: &buffer, atMost: 4096, by: .after(.seconds(30))) > 0 {
            try await stream.write(buffer, by: .after(.seconds(30)))
            buffer.removeAll()
        }
    }

    private static func roundTrip(_ bytes: [UInt8], through stream: inout ByteStream) async throws -> [UInt8] {
        // In parts: an echo that both sides only write to would fill both kernels' buffers and stop.
        var received: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 50_000) {
            let part = Array(bytes[start..<min(start + 50_000, bytes.count)])
            try await stream.write(part, by: .after(.seconds(30)))
            let target = received.count + part.count
            while received.count < target {
                let count = try await stream.read(into: &received, atMost: 9000, by: .after(.seconds(30)))
                try #require(count > 0)
            }
        }
        return received
    }

    @Test("A connection on whose other end nobody takes anything is ended by the kernel, long before the time is up")
    func silentPeer() async throws {
        let server = try SharedListener(on: loopback, reactor: reactor)
        let socket = try await Socket.connect(
            to: server.listener.localAddress, reactor: reactor, silence: .milliseconds(500), by: soon)
        // Open, and never read.
        let other = Descriptor(adopting: try await server.accept().descriptor)
        defer { _ = other.number }
        do throws(TransportError) {
            try await socket.sendAll([UInt8](repeating: 0, count: 64 << 20), by: soon)
            Issue.record("64 MiB went into buffers")
        } catch {
            #expect(error == .system(call: "send", code: ETIMEDOUT) || error == .closedByPeer, "\(error)")
        }
    }

    @Test("A connection on which all packets are dropped is ended by the kernel, though nothing is to be sent")
    func droppedPackets() async throws {
        let server = try SharedListener(on: loopback, reactor: reactor)
        let path = try LossyPath(to: server.listener.localAddress.port)
        let address = try #require(SocketAddress(path.address))
        let socket = try await Socket.connect(to: address, reactor: reactor, silence: .milliseconds(500), by: soon)
        let other = Descriptor(adopting: try await server.accept().descriptor)
        defer { _ = other.number }
        path.setDropping(true)
        try await socket.wait(for: .read, step: "waiting for the end", by: soon)
        #expect(throws: TransportError.system(call: "recv", code: ETIMEDOUT)) {
            try socket.receive(atMost: 1) { _ in }
        }
        await #expect(throws: TransportError.timedOut("connecting to \(address)")) {
            _ = try await Socket.connect(to: address, reactor: reactor, by: .after(.milliseconds(300)))
        }
        path.setDropping(false)
        _ = try await Socket.connect(to: address, reactor: reactor, by: soon)
    }

    @Test("carries bytes both ways, plain", arguments: [1, 100_000, 1_000_000])
    func plain(size: Int) async throws {
        let sent = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let received = try await exchange(serve: Self.echo) { try await Self.roundTrip(sent, through: &$0) }
        #expect(received == sent)
    }

    @Test("carries bytes both ways through TLS, to a name and to an address", arguments: ["localhost", "127.0.0.1"])
    func tls(host: String) async throws {
        let authority = try await TestCertificates.make()
        let server = try await TLSContext(serving: authority.issue("server", for: ["localhost", "127.0.0.1"]))
        let client = try TLSContext(trusting: authority.anchors())
        let sent = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let received = try await exchange(tls: server, client: (client, host), serve: Self.echo) {
            try await Self.roundTrip(sent, through: &$0)
        }
        #expect(received == sent)
    }

    @Test(
        "refuses a certificate for another name or of another authority, and says which",
        arguments: [
            ("DNS:other.test", "localhost", "hostname mismatch", true),
            ("IP:127.0.0.2", "127.0.0.1", "IP address mismatch", true),
            // A name that looks like an address is not an address SAN.
            ("DNS:127.0.0.1", "127.0.0.1", "IP address mismatch", true),
            ("DNS:localhost", "localhost", "unable to get local issuer certificate", false),
        ])
    func untrusted(san: String, host: String, problem: String, sameAuthority: Bool) async throws {
        let authority = try await TestCertificates.make()
        let server = try await TLSContext(serving: authority.issue("server", for: [san]))
        let trusted = sameAuthority ? authority : try await TestCertificates.make()
        let client = try TLSContext(trusting: trusted.anchors())
        let error = await #expect(throws: TransportError.self) {
            try await exchange(tls: server, client: (client, host), serve: Self.echo) {
                try await Self.roundTrip([1], through: &$0)
            }
        }
        guard case .tls(.untrusted(host, let text, let certificate)) = error else {
            Issue.record("unexpected \(String(describing: error))")
            return
        }
        #expect(text.contains(problem))
        #expect(certificate?.subject == "CN=server")
        #expect(certificate?.names == [String(san.split(separator: ":", maxSplits: 1)[1])])
    }

    @Test("to believe any name that ends in some way is refused, whoever asks for it")
    func anySubdomain() async throws {
        let authority = try await TestCertificates.make()
        let client = try TLSContext(trusting: authority.anchors())
        #expect(throws: TLSError.configuration(".test is not a host name")) {
            try TLSEngine(client: client, host: ".test", port: 443, over: .socket(-1))
        }
    }

    /// Two engines whose handshake is over, and the ends of their wires, between which somebody has to carry what they send.
    private final class Engines {
        let client: TLSEngine
        let server: TLSEngine
        private let wires: [Int32]

        var clientWire: Int32 { wires[1] }
        var serverWire: Int32 { wires[3] }

        init() async throws {
            let authority = try await TestCertificates.make()
            var (left, right): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
            let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
            try #require(socketpair(AF_UNIX, type, 0, &left) == 0 && socketpair(AF_UNIX, type, 0, &right) == 0)
            let wires = left + right
            self.wires = wires
            client = try TLSEngine(
                client: TLSContext(trusting: authority.anchors()), host: "localhost", port: 443, over: .socket(wires[0])
            )
            server = try TLSEngine(
                server: await TLSContext(serving: authority.issue("server", for: ["localhost"])), over: wires[2])
            for _ in 0..<4 {
                for engine in [client, server] {
                    engine.socket.isDrained = false
                    _ = try engine.handshake()
                }
                ByteStreamTests.hand(ByteStreamTests.sent(to: clientWire), to: serverWire)
                ByteStreamTests.hand(ByteStreamTests.sent(to: serverWire), to: clientWire)
            }
        }

        deinit {
            for wire in wires { close(wire) }
        }
    }

    fileprivate static func sent(to wire: Int32) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(wire, &bytes, bytes.count, 0)
        return Array(bytes.prefix(max(0, count)))
    }

    fileprivate static func hand(_ bytes: some Collection<UInt8>, to wire: Int32) {
        _ = send(wire, Array(bytes), bytes.count, 0)
    }

    @Test("buffers that are given back take no part of a record along, and are there again for the next one")
    func releaseBuffers() async throws {
        let engines = try await Engines()
        let (client, server) = (engines.client, engines.server)
        let sent = [UInt8](repeating: 7, count: 3000)
        for cut in [0, 1, 4, 5, 6, 1500, 3000] {
            guard case .done(3000) = try client.write(sent[...]) else {
                Issue.record("not written")
                return
            }
            let record = Self.sent(to: engines.clientWire)
            var received: [UInt8] = []
            for part in [record.prefix(cut), record.dropFirst(cut)] {
                Self.hand(part, to: engines.serverWire)
                server.socket.isDrained = false
                while case .done = try server.read(into: &received, atMost: 1 << 14) { server.socket.isDrained = false }
                server.releaseBuffers()
            }
            #expect(received == sent, "cut at \(cut)")
        }
    }

    @Test("why a peer is not believed is told, also when it has gone meanwhile")
    func untrustedAndGone() async throws {
        let (authority, other) = (try await TestCertificates.make(), try await TestCertificates.make())
        let server = try await TLSContext(serving: authority.issue("server", for: ["localhost"]))
        let client = try TLSContext(trusting: other.anchors())
        let listener = try SharedListener(on: loopback, reactor: reactor)
        let (address, reactor, soon) = (listener.listener.localAddress, reactor, soon)
        for _ in 0..<20 {
            async let serving: Void = {
                let accepted = try await listener.accept()
                let socket = try Socket(adopting: Descriptor(adopting: accepted.descriptor), reactor: reactor)
                let engine = try TLSEngine(server: server, over: socket.number)
                // The second time it has sent all that the client needs to see whom it talks to.
                for _ in 0..<2 {
                    // An error is the client's answer, which came before.
                    guard let step = try? engine.handshake(), case .blocked(.read) = step else { break }
                    if !engine.socket.isDrained { continue }
                    try await socket.wait(for: .read, step: "a greeting", by: soon)
                    engine.socket.isDrained = false
                }
                _ = try? engine.handshake()
                var reset = linger(l_onoff: 1, l_linger: 0)
                setsockopt(socket.number, SOL_SOCKET, SO_LINGER, &reset, socklen_t(MemoryLayout<linger>.size))
            }()
            let error = await #expect(throws: TransportError.self) {
                _ = try await ByteStream.connect(to: address, reactor: reactor, tls: (client, "localhost"), by: soon)
            }
            try await serving
            guard case .tls(.untrusted) = error else {
                Issue.record("unexpected \(String(describing: error))")
                continue
            }
        }
    }

    @Test("what TLS sends of its own accord is no data, but data, an end and a cut are", arguments: [true, false])
    func quiet(tls: Bool) async throws {
        let authority = try await TestCertificates.make()
        let server = try await TLSContext(serving: authority.issue("server", for: ["localhost"]))
        let client = try TLSContext(trusting: authority.anchors())
        for ending in ["data", "end", "cut"] {
            let (ready, gate) = AsyncStream<Void>.makeStream()
            try? await exchange(tls: tls ? server : nil, client: tls ? (client, "localhost") : nil) { stream in
                // The handshake is over and the sessions were sent when this is read.
                var buffer: [UInt8] = []
                _ = try await stream.read(into: &buffer, atMost: 1, by: .after(.seconds(30)))
                try await stream.write([1], by: .after(.seconds(30)))
                for await _ in ready {}
                if ending == "data" { try await stream.write([2], by: .after(.seconds(30))) }
                if ending == "cut" { throw TransportError.cancelled }
            } body: { stream in
                var buffer: [UInt8] = []
                try await stream.write([1], by: .after(.seconds(30)))
                _ = try await stream.read(into: &buffer, atMost: 1, by: .after(.seconds(30)))
                for _ in 0..<3 {
                    let isQuiet = stream.isQuiet()
                    #expect(isQuiet)
                }
                gate.finish()
                let end = Deadline.after(.seconds(20))
                var isQuiet = true
                while isQuiet, !end.hasPassed {
                    isQuiet = stream.isQuiet()
                    try await Task.sleep(for: .milliseconds(1))
                }
                #expect(!isQuiet, "\(ending)")
            }
        }
    }

    @Test("a read ends at its deadline, and when its task is cancelled")
    func deadlines() async throws {
        try await exchange(serve: Self.echo) { stream in
            var buffer: [UInt8] = []
            do {
                _ = try await stream.read(into: &buffer, atMost: 1, by: .after(.milliseconds(30)))
                Issue.record("nothing was sent")
            } catch let error as TransportError {
                #expect(error == .timedOut("receiving"))
            }
        }
        try await exchange(serve: Self.echo) { stream in
            let watch = stream.hangUp
            let task = Task { try await watch.wait(by: .after(.seconds(30))) }
            task.cancel()
            await #expect(throws: TransportError.cancelled) { try await task.value }
        }
    }

    @Test("the hang-up of the peer is noticed while nobody reads")
    func hangUp() async throws {
        try await exchange { _ in
        } body: { stream in
            try await stream.hangUp.wait(by: .after(.seconds(30)))
        }
    }

    @Test("a TLS stream that is cut is not taken for one that ended")
    func truncation() async throws {
        let authority = try await TestCertificates.make()
        let server = try await TLSContext(serving: authority.issue("server", for: ["localhost"]))
        let client = try TLSContext(trusting: authority.anchors())
        await #expect(throws: TransportError.self) {
            try await exchange(tls: server, client: (client, "localhost")) { stream in
                try await stream.write([1], by: .after(.seconds(30)))
                // Gone without `close()`: no goodbye is sent.
                throw TransportError.cancelled
            } body: { stream in
                var buffer: [UInt8] = []
                while try await stream.read(into: &buffer, atMost: 10, by: .after(.seconds(30))) > 0 {}
            }
        }
    }

    /// Serves one connection with `serve` behind a real TLS front, while `body` runs as a client that goes through TLS to
    /// the front and inside of it through TLS to `host`.
    private func exchangeInside(
        host: String = "localhost", serve: @escaping @Sendable (inout ByteStream) async throws -> Void,
        body: @Sendable @escaping (inout ByteStream, TLSFront) async throws -> Void
    ) async throws {
        let (outer, inner) = (try await CertificateFactory(), try await TestCertificates.make())
        let context = try await TLSContext(serving: inner.issue("server", for: ["localhost"]))
        let server = try SharedListener(on: loopback, reactor: reactor)
        let front = try await TLSFront.start(
            before: "\(server.listener.localAddress)", pair: outer.issue(for: ["127.0.0.1"]))
        let address = try #require(SocketAddress(front.address))
        let clients = (try TestCertificates.trusting(outer), try TLSContext(trusting: inner.anchors()))
        let (soon, reactor) = (soon, reactor)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // What becomes of it is for the client to see.
                guard var stream = try? await ByteStream.accept(server.accept(), tls: context, by: soon) else { return }
                do { try await serve(&stream) } catch { return }
                stream.close()
            }
            group.addTask {
                var stream = try await ByteStream.connect(
                    to: address, reactor: reactor, tls: (clients.0, "127.0.0.1"), by: soon)
                try await stream.startTLS(clients.1, host: host, port: 443, by: soon)
                try await body(&stream, front)
                stream.close()
            }
            try await group.waitForAll()
        }
    }

    @Test("carries bytes both ways through TLS inside of TLS")
    func layered() async throws {
        let sent = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await exchangeInside(serve: Self.echo) { stream, _ in
            let received = try await Self.roundTrip(sent, through: &stream)
            #expect(received == sent)
        }
    }

    @Test("inside of TLS the certificate must name the server, and the outer one counts for nothing")
    func layeredName() async throws {
        let error = await #expect(throws: TransportError.self) {
            try await exchangeInside(host: "127.0.0.1", serve: Self.echo) { _, _ in }
        }
        guard case .tls(.untrusted("127.0.0.1", let problem, let certificate)) = error else {
            Issue.record("unexpected \(String(describing: error))")
            return
        }
        #expect(problem.contains("IP address mismatch") && certificate?.subject == "CN=server")
    }

    enum End: CaseIterable, Sendable { case inOrder, cutInside, cutOutside }

    @Test("an inner stream ends in order, and is cut when either of the two is", arguments: End.allCases)
    func layeredEnd(_ end: End) async throws {
        try await exchangeInside { stream in
            try await stream.write([1], by: .after(.seconds(30)))
            if end == .cutInside { throw TransportError.cancelled }
            if end == .cutOutside { try await stream.hangUp.wait(by: .after(.seconds(30))) }
        } body: { stream, front in
            var buffer: [UInt8] = []
            let first = try await stream.read(into: &buffer, atMost: 10, by: .after(.seconds(30)))
            #expect(first == 1)
            if end == .cutOutside { front.end() }
            do throws(TransportError) {
                let rest = try await stream.read(into: &buffer, atMost: 10, by: .after(.seconds(30)))
                #expect(rest == 0 && end == .inOrder)
            } catch {
                #expect(end != .inOrder, "\(error)")
            }
        }
    }

    @Test("nothing listens: the error names the address")
    func refused() async throws {
        let address = try Self.unusedAddress(loopback, reactor)
        await #expect(throws: TransportError.unreachable(address: "\(address)", reason: "Connection refused")) {
            _ = try await ByteStream.connect(to: address, reactor: reactor, tls: nil, by: soon)
        }
    }

    @Test("ten thousand connections leave no registration behind")
    func leaks() async throws {
        let server = try SharedListener(on: loopback, reactor: reactor)
        let address = server.listener.localAddress
        for _ in 0..<10_000 {
            async let accepted = server.accept()
            var client = try await ByteStream.connect(to: address, reactor: reactor, tls: nil, by: soon)
            var peer = try await ByteStream.accept(accepted, tls: nil, by: soon)
            try await client.write([1], by: soon)
            var buffer: [UInt8] = []
            let count = try await peer.read(into: &buffer, atMost: 1, by: soon)
            try #require(count == 1)
            client.close()
            peer.close()
        }
        #expect(reactor.registrationCount == 1)
    }
}
