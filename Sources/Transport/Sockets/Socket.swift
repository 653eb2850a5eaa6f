internal import Glibc
internal import Primitives

/// A non-blocking socket, registered with a reactor for as long as it lives.
struct Socket: ~Copyable {
    let registration: RegistrationID
    let reactor: Reactor
    private let descriptor: Descriptor

    init(adopting descriptor: consuming Descriptor, reactor: Reactor) throws(TransportError) {
        registration = try reactor.register(descriptor.number)
        self.reactor = reactor
        self.descriptor = descriptor
    }

    deinit {
        // Before the descriptor closes itself: afterwards the number may be another connection's.
        reactor.deregister(registration)
    }

    var number: Int32 { descriptor.number }

    /// Suspends until `interest` may be met.
    func wait(for interest: Readiness.Interest, step: String, by deadline: Deadline) async throws(TransportError) {
        switch await reactor.wait(registration, for: interest, by: deadline) {
        case .ready: return
        case .timedOut: throw .timedOut(step)
        case .cancelled: throw .cancelled
        case .closed: throw .closedByPeer
        }
    }

    /// Bytes of one receive: a TLS record of the largest size with all that may surround it (RFC 8446 §5.2).
    static let receiveLimit = 16_896

    /// Receives what is there, at most `receiveLimit` bytes, and hands it to `consume`; returns the number of bytes,
    /// 0 at the end of the stream and nil when nothing is there yet.
    func receive(atMost limit: Int, _ consume: (UnsafeRawBufferPointer) -> Void) throws(TransportError) -> Int? {
        let outcome = unsafe withUnsafeTemporaryAllocation(byteCount: min(limit, Self.receiveLimit), alignment: 16) {
            buffer -> Result<Int?, TransportError> in
            while true {
                let count = unsafe recv(descriptor.number, buffer.baseAddress, buffer.count, 0)
                if count >= 0 {
                    unsafe consume(UnsafeRawBufferPointer(rebasing: buffer[0..<count]))
                    return .success(count)
                }
                switch SystemError.last {
                case EINTR: continue
                case EAGAIN: return .success(nil)
                case ECONNRESET, EPIPE: return .failure(.closedByPeer)
                case let code: return .failure(.system(call: "recv", code: code))
                }
            }
        }
        return try outcome.get()
    }

    /// Sends what the kernel takes; returns the number of bytes, nil when it takes none now.
    func send(_ bytes: ArraySlice<UInt8>) throws(TransportError) -> Int? {
        let outcome = unsafe bytes.withUnsafeBytes { buffer -> Result<Int?, TransportError> in
            while true {
                // A peer that is gone must be an error of this call, not a SIGPIPE that ends the process.
                let count = unsafe Glibc.send(descriptor.number, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
                if count >= 0 { return .success(count) }
                switch SystemError.last {
                case EINTR: continue
                case EAGAIN: return .success(nil)
                case ECONNRESET, EPIPE: return .failure(.closedByPeer)
                case let code: return .failure(.system(call: "send", code: code))
                }
            }
        }
        return try outcome.get()
    }

    /// Sends all bytes, waiting as often as needed.
    func sendAll(_ bytes: [UInt8], by deadline: Deadline) async throws(TransportError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            if let count = try send(rest) {
                rest = rest.dropFirst(count)
            } else {
                try await wait(for: .write, step: "sending", by: deadline)
            }
        }
    }
}

extension Socket {
    /// How long a peer may leave unanswered what it is sent: no wait of a review is as long.
    static let silence = Duration.seconds(45)

    /// Connects to one address.
    ///
    /// - Parameter silence: what the connection bears of that.
    static func connect(
        to address: SocketAddress, reactor: Reactor, silence: Duration = Socket.silence, by deadline: Deadline
    ) async throws(TransportError) -> Socket {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let number = socket(address.family, kind, 0)
        guard number >= 0 else { throw .system(call: "socket", code: SystemError.last) }
        let descriptor = Descriptor(adopting: number)
        let code = unsafe address.withSocketAddress { unsafe Glibc.connect(number, $0, $1) == 0 ? 0 : SystemError.last }
        guard code == 0 || code == EINPROGRESS else {
            throw .unreachable(address: "\(address)", reason: SystemError.text(of: code))
        }
        // Not before connect(2): epoll reports a socket that was never connected as hung up.
        let connecting = try Socket(adopting: descriptor, reactor: reactor)
        if code == EINPROGRESS { try await connecting.finishConnecting(to: address, by: deadline) }
        connecting.setOption(IPPROTO_TCP, TCP_NODELAY)
        connecting.endWhenSilent(for: silence)
        return connecting
    }

    /// Lets the kernel end the connection when the peer's kernel says nothing any more, to data or to the questions that
    /// are put while there is none. Where packets are dropped on the way nothing else would ever tell a reader that
    /// nobody is there to write (tcp(7), TCP_USER_TIMEOUT; kubernetes/client-go does it with pings of HTTP/2).
    private func endWhenSilent(for silence: Duration) {
        let seconds = Int32(clamping: max(1, silence.components.seconds / 3))
        setOption(SOL_SOCKET, SO_KEEPALIVE)
        setOption(IPPROTO_TCP, TCP_KEEPIDLE, to: seconds)
        setOption(IPPROTO_TCP, TCP_KEEPINTVL, to: seconds)
        setOption(IPPROTO_TCP, TCP_USER_TIMEOUT, to: Int32(clamping: Int64(silence / .milliseconds(1))))
    }

    /// connect(2): once the socket is writable, SO_ERROR tells how the attempt ended.
    private func finishConnecting(to address: SocketAddress, by deadline: Deadline) async throws(TransportError) {
        try await wait(for: .write, step: "connecting to \(address)", by: deadline)
        let code = pendingError()
        guard code == 0 else { throw .unreachable(address: "\(address)", reason: SystemError.text(of: code)) }
    }

    private func pendingError() -> Int32 {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return unsafe getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &length) == 0 ? code : SystemError.last
    }

    /// Sets a socket option; 1 switches one on. A kernel that refuses one of these still carries the connection.
    func setOption(_ level: some BinaryInteger, _ option: Int32, to value: Int32 = 1) {
        var value = value
        unsafe setsockopt(number, Int32(level), option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// The address that this end is bound to.
    var localAddress: SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let isKnown = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(number, $0, &length) == 0
            }
        }
        return isKnown ? SocketAddress(storage) : nil
    }
}
