package import Primitives

/// A connected stream of bytes, plain or through TLS. It owns its connection and closes it when it goes away.
///
/// One task uses it at a time, which its type makes sure of. Only `hangUp` may be watched beside.
package struct ByteStream: ~Copyable, Sendable {
    private let socket: Socket
    private var tls: TLSEngine?
    /// Whether the last recv(2) took all there was: another one before the next event would only find nothing.
    private var isDrained = false
    /// Whether OpenSSL has been given nothing since it had no more to read: to ask it again would be in vain.
    private var isStarved = false
    /// How often ciphertext was received.
    private var received = 0

    /// Sets up a connection that a listener accepted, with the TLS handshake if there is a context.
    package static func accept(
        _ accepted: AcceptedConnection, tls context: TLSContext?, by deadline: Deadline
    ) async throws(TransportError) -> ByteStream {
        let socket = try Socket(adopting: Descriptor(adopting: accepted.descriptor), reactor: accepted.reactor)
        socket.setOption(6, 1)  // IPPROTO_TCP, TCP_NODELAY: an answer is one write, and must not wait for an ACK
        guard let context else { return ByteStream(socket: socket) }
        var stream = ByteStream(
            socket: socket, tls: try Self.wrap { () throws(TLSError) in try TLSEngine(server: context) })
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
            try TLSEngine(client: tls.context, host: tls.host, port: address.port)
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
        isStarved = false
        let outer = tls
        tls = try Self.wrap { () throws(TLSError) in
            try TLSEngine(client: context, host: host, port: port, through: outer)
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
            if !isStarved, let count = try readNow(into: &buffer, atMost: limit) { return count }
            try await flush(by: deadline)
            try await receive(step: "receiving", by: deadline)
        }
    }

    /// Whether the peer has neither sent anything that was not read nor closed its side, as far as is known here.
    ///
    /// What TLS sends of its own accord, such as sessions and new keys, is nothing.
    package mutating func isQuiet() -> Bool {
        isDrained = false
        var scrap: [UInt8] = []
        do throws(TransportError) {
            for _ in 0..<16 {
                if try readNow(into: &scrap, atMost: 1) != nil { return false }
                if try !receive() { return true }
            }
        } catch {}
        return false
    }

    /// Waits for a moment in which others on the same thread have something to send too; see `Reactor.gather`.
    package func gather() async { await socket.reactor.gather() }

    /// Sends all bytes.
    package mutating func write(_ bytes: [UInt8], by deadline: Deadline) async throws(TransportError) {
        guard tls != nil else { return try await socket.sendAll(bytes, by: deadline) }
        var rest = bytes[...]
        while !rest.isEmpty {
            if let count = try encrypt(rest) {
                rest = rest.dropFirst(count)
            } else {
                try await receive(step: "sending", by: deadline)
            }
        }
        try await flush(by: deadline)
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
        if let goodbye = tls?.takeCiphertext(), !goodbye.isEmpty {
            // A peer that cannot take it now will see the end of the connection instead.
            _ = try? socket.send(goodbye[...])
        }
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
        while true {
            let isDone = try handshakeStep()
            // Also when it failed: the alert tells the peer why. So the step's error waits for the flush.
            try await flush(by: deadline)
            switch isDone {
            case .success(true): return
            case .success(false): break
            case .failure(let error): throw .tls(error)
            }
            try await receive(step: "the TLS handshake", by: deadline)
        }
    }

    private mutating func handshakeStep() throws(TransportError) -> Result<Bool, TLSError> {
        do throws(TLSError) {
            switch try tls?.handshake() {
            case .done, nil: return .success(true)
            case .needsCiphertext: return .success(false)
            case .closed: return .failure(.handshake("the peer closed the connection"))
            }
        } catch {
            return .failure(error)
        }
    }

    /// What can be read without waiting; nil when more must be received first.
    private mutating func readNow(into buffer: inout [UInt8], atMost limit: Int) throws(TransportError) -> Int? {
        guard tls != nil else {
            return try unsafe receive(atMost: limit) { _, bytes in unsafe buffer.append(contentsOf: bytes) }
        }
        // Before OpenSSL is given room for a whole record, which who waits for a request would keep.
        isStarved = tls?.isEmpty ?? false
        if isStarved { return nil }
        do throws(TLSError) {
            switch try tls?.read(into: &buffer, atMost: limit) {
            case .done(let count): return count
            case .closed: return 0
            case .needsCiphertext, nil:
                isStarved = true
                return nil
            }
        } catch {
            throw .tls(error)
        }
    }

    private mutating func encrypt(_ bytes: ArraySlice<UInt8>) throws(TransportError) -> Int? {
        do throws(TLSError) {
            switch try tls?.write(bytes) {
            case .done(let count): return count
            case .closed: throw TLSError.broken("the peer closed the connection")
            case .needsCiphertext, nil: return nil
            }
        } catch {
            throw .tls(error)
        }
    }

    /// Receives ciphertext that is there already, or waits until there is some.
    ///
    /// There may always be some that brings nothing forward (RFC 8446 §4.6.3: a peer may change keys as often as it
    /// likes), so the time is looked at here too, and now and then others get their turn.
    private mutating func receive(step: String, by deadline: Deadline) async throws(TransportError) {
        guard try receive() else { return try await waitForBytes(step: step, by: deadline) }
        if Task.isCancelled { throw .cancelled }
        if deadline.hasPassed { throw .timedOut(step) }
        received &+= 1
        if received.isMultiple(of: 32) { await Task.yield() }
    }

    /// Receives ciphertext that is there already; false when there is none.
    private mutating func receive() throws(TransportError) -> Bool {
        guard tls != nil else { return false }
        let count = try unsafe receive(atMost: Socket.receiveLimit) { tls, bytes in unsafe tls?.receive(bytes) }
        if count == 0 { throw .closedByPeer }
        if count != nil { isStarved = false }
        return count != nil
    }

    private mutating func receive(
        atMost limit: Int, _ consume: (TLSEngine?, UnsafeRawBufferPointer) -> Void
    ) throws(TransportError) -> Int? {
        if isDrained { return nil }
        let count = try unsafe socket.receive(atMost: limit) { unsafe consume(tls, $0) }
        isDrained = (count ?? 0) < min(limit, Socket.receiveLimit) && count != 0
        return count
    }

    private mutating func waitForBytes(step: String, by deadline: Deadline) async throws(TransportError) {
        try await socket.wait(for: .read, step: step, by: deadline)
        isDrained = false
    }

    private mutating func flush(by deadline: Deadline) async throws(TransportError) {
        guard let ciphertext = tls?.takeCiphertext(), !ciphertext.isEmpty else { return }
        try await socket.sendAll(ciphertext, by: deadline)
    }

    private static func wrap(_ make: () throws(TLSError) -> TLSEngine) throws(TransportError) -> TLSEngine {
        do throws(TLSError) { return try make() } catch { throw .tls(error) }
    }
}
