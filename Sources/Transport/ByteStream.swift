package import Primitives

/// A connected stream of bytes, plain or through TLS. It owns its connection and closes it when it goes away.
///
/// One task uses it at a time, which its type makes sure of. Only `hangUp` may be watched beside.
package struct ByteStream: ~Copyable, Sendable {
    private let socket: Socket
    private var tls: TLSEngine?
    /// Whether the last recv(2) took all there was: another one before the next event would only find nothing. (With TLS
    /// `SocketBIO` knows.)
    private var isDrained = false
    /// How often in a row there was more to receive, and how often of these it brought nothing forward.
    private var turns = 0
    private var idleTurns = 0

    /// Sets up a connection that a listener accepted, with the TLS handshake if there is a context.
    package static func accept(
        _ accepted: AcceptedConnection, tls context: TLSContext?, by deadline: Deadline
    ) async throws(TransportError) -> ByteStream {
        let socket = try Socket(adopting: Descriptor(adopting: accepted.descriptor), reactor: accepted.reactor)
        socket.setOption(6, 1)  // IPPROTO_TCP, TCP_NODELAY: an answer is one write, and must not wait for an ACK
        guard let context else { return ByteStream(socket: socket) }
        let engine = try Self.wrap { () throws(TLSError) in try TLSEngine(server: context, over: socket.number) }
        var stream = ByteStream(socket: socket, tls: engine)
        try await stream.shakeHands(by: deadline)
        return stream
    }

    /// Connects to an address; with a context, through TLS to the host that the certificate must name.
    package static func connect(
        to address: SocketAddress, reactor: Reactor, tls: (context: TLSContext, host: String)?, by deadline: Deadline
    ) async throws(TransportError) -> ByteStream {
        let socket = try await Socket.connect(to: address, reactor: reactor, by: deadline)
        guard let tls else { return ByteStream(socket: socket) }
        let engine = try Self.wrap { () throws(TLSError) in
            try TLSEngine(client: tls.context, host: tls.host, port: address.port, over: .socket(socket.number))
        }
        var stream = ByteStream(socket: socket, tls: engine)
        try await stream.shakeHands(by: deadline)
        return stream
    }

    /// Goes on through TLS, as a client, on a stream of which nothing more is expected before: a plain one, or one that
    /// goes through TLS to somebody else, inside of which this then is. If it throws the stream is of no use any more.
    ///
    /// - Parameters:
    ///   - host: whom the certificate must name.
    ///   - port: the server's own, if the stream leads to it by way of somebody else.
    package mutating func startTLS(
        _ context: TLSContext, host: String, port: UInt16, by deadline: Deadline
    ) async throws(TransportError) {
        let carrier = tls.map(TLSEngine.Carrier.connection) ?? .socket(socket.number)
        tls = try Self.wrap { () throws(TLSError) in
            try TLSEngine(client: context, host: host, port: port, over: carrier)
        }
        try await shakeHands(by: deadline)
    }

    private init(socket: consuming Socket, tls: TLSEngine? = nil) {
        self.socket = socket
        self.tls = tls
    }

    /// Appends at most `limit` bytes to `buffer` as soon as there are any.
    ///
    /// - Returns: how many bytes came; 0 when the peer has ended the stream in order. A TLS stream that ends without
    ///   the peer's goodbye was cut, perhaps by somebody else, and throws `.closedByPeer`.
    package mutating func read(
        into buffer: inout [UInt8], atMost limit: Int, by deadline: Deadline
    ) async throws(TransportError) -> Int {
        while true {
            if mayBringMore { try await takeTurns(step: "receiving", by: deadline) }
            switch try readNow(into: &buffer, atMost: limit) {
            case .done(let count):
                idleTurns = 0
                return count
            case .closed: return 0
            case .blocked(let interest): try await goOn(when: interest, step: "receiving", by: deadline)
            }
        }
    }

    /// Whether the peer has neither sent anything that was not read nor closed its side, as far as is known here.
    ///
    /// What TLS sends of its own accord, such as sessions and new keys, is nothing.
    package mutating func isQuiet() -> Bool {
        noteEvent()
        var scrap: [UInt8] = []
        do throws(TransportError) {
            for _ in 0..<16 {
                guard case .blocked = try readNow(into: &scrap, atMost: 1) else { return false }
                if tls?.socket.isDrained ?? true { return true }
            }
        } catch {}
        return false
    }

    /// Gives back the memory that is kept for the next records, until they come.
    package func releaseBuffers() {
        tls?.releaseBuffers()
    }

    /// Waits for a moment in which others on the same thread have something to send too; see `Reactor.gather`.
    package func gather() async { await socket.reactor.gather() }

    /// Sends all bytes.
    ///
    /// - Parameter deadline: asked for when there is something to wait for, which most answers are too short for.
    package mutating func write(
        _ bytes: [UInt8], by deadline: @autoclosure () -> Deadline
    ) async throws(TransportError) {
        guard let tls else { return try await socket.sendAll(bytes, by: deadline()) }
        var end: Deadline?
        var rest = bytes[...]
        while !rest.isEmpty {
            switch try turn({ () throws(TLSError) in try tls.write(rest) }) {
            case .done(let count): rest = rest.dropFirst(count)
            case .closed: throw .tls(.broken("the peer closed the connection"))
            case .blocked(let interest):
                let known = end ?? deadline()
                end = known
                try await goOn(when: interest, step: "sending", by: known)
            }
        }
    }

    /// Keeps what the server gave to shorten the next handshake, once something was read; see `TLSSessions`.
    package func keepSession() {
        tls?.keepSession()
    }

    /// A watch for the end of the connection, for a task beside the one that uses the stream.
    package var hangUp: HangUpWatch { HangUpWatch(registration: socket.registration, reactor: socket.reactor) }

    /// Says goodbye without waiting for an answer, and closes.
    package consuming func close() {
        tls?.close()
    }
}

/// Tells when the peer has gone.
package struct HangUpWatch: Sendable {
    let registration: RegistrationID
    let reactor: Reactor

    /// Suspends until the peer has closed its side, or the connection was closed on this side.
    ///
    /// - Throws: `.timedOut` or `.cancelled` when it has not.
    package func wait(by deadline: Deadline) async throws(TransportError) {
        switch await reactor.wait(registration, for: .hangUp, by: deadline) {
        case .ready, .closed: return
        case .timedOut: throw .timedOut("watching a connection")
        case .cancelled: throw .cancelled
        }
    }
}

extension ByteStream {
    private mutating func shakeHands(by deadline: Deadline) async throws(TransportError) {
        guard let tls else { return }
        while true {
            switch try turn({ () throws(TLSError) in try tls.handshake() }) {
            case .done: return
            case .closed: throw .tls(.handshake("the peer closed the connection"))
            case .blocked(let interest): try await goOn(when: interest, step: "the TLS handshake", by: deadline)
            }
        }
    }

    /// What can be read without waiting.
    private mutating func readNow(
        into buffer: inout [UInt8], atMost limit: Int
    ) throws(TransportError) -> TLSEngine.Step<Int> {
        if let tls { return try turn { () throws(TLSError) in try tls.read(into: &buffer, atMost: limit) } }
        if isDrained { return .blocked(.read) }
        let count = try unsafe socket.receive(atMost: limit) { unsafe buffer.append(contentsOf: $0) }
        isDrained = (count ?? 0) < min(limit, Socket.receiveLimit) && count != 0
        return count.map { .done($0) } ?? .blocked(.read)
    }

    /// Lets TLS do something. What the socket says of a failure is nearer to its cause than what TLS makes of it.
    private func turn<Value>(
        _ step: () throws(TLSError) -> TLSEngine.Step<Value>
    ) throws(TransportError) -> TLSEngine.Step<Value> {
        do throws(TLSError) { return try step() } catch { throw tls?.failure ?? .tls(error) }
    }

    /// Whether the last receive left something, as far as is known.
    private var mayBringMore: Bool { !(tls?.socket.isDrained ?? isDrained) }

    /// Lets others have their turn, and looks at the time, where a peer sends as fast as it is read.
    private mutating func takeTurns(step: String, by deadline: Deadline) async throws(TransportError) {
        turns &+= 1
        guard turns.isMultiple(of: 8) else { return }
        if Task.isCancelled { throw .cancelled }
        if deadline.hasPassed { throw .timedOut(step) }
        await Task.yield()
    }

    /// Waits until the socket is ready, if it is not.
    ///
    /// There may be more to receive that brings nothing forward (RFC 8446 §4.6.3: a peer may change keys as often as it
    /// likes). Each such turn costs much, so others come after each; nobody needs many of them.
    private mutating func goOn(
        when interest: Readiness.Interest, step: String, by deadline: Deadline
    ) async throws(TransportError) {
        guard interest == .read, mayBringMore else {
            try await socket.wait(for: interest, step: step, by: deadline)
            if interest == .read { noteEvent() }
            return
        }
        idleTurns &+= 1
        guard idleTurns < Self.mostIdleTurns else { throw .tls(.broken("the peer sends nothing but messages of TLS")) }
        if Task.isCancelled { throw .cancelled }
        if deadline.hasPassed { throw .timedOut(step) }
        await Task.yield()
    }

    /// A megabyte in which there was no data.
    private static let mostIdleTurns = 64

    /// There may be more to receive than the last time.
    private mutating func noteEvent() {
        isDrained = false
        tls?.socket.isDrained = false
    }

    private static func wrap(_ make: () throws(TLSError) -> TLSEngine) throws(TransportError) -> TLSEngine {
        do throws(TLSError) { return try make() } catch { throw .tls(error) }
    }
}
