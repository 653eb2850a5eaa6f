internal import COpenSSL
internal import Glibc

/// The way between OpenSSL and a socket, as OpenSSL wants to see it (BIO_meth_new(3)).
///
/// OpenSSL's own BIO for sockets does not tell what this house must know: whether there is more to receive, so that nobody
/// asks in vain, and how a call failed. It also goes on receiving for as long as there is something, which a peer could
/// make last for ever; here it is once in each turn.
@safe struct SocketBIO: @unchecked Sendable {
    private struct State {
        let descriptor: Int32
        var isDrained = false
        var mayReceive = false
        /// How the turn's receive failed, and how its last send did.
        var receiving: TransportError?
        var sending: TransportError?
    }

    // Freed with the BIO, by `destroy`; one task uses them at a time.
    private let state: UnsafeMutablePointer<State>
    let handle: OpaquePointer

    /// Nil when there is no memory for it.
    ///
    /// - Parameter descriptor: of a non-blocking socket, which must outlive this and all connections over it.
    init?(descriptor: Int32) {
        guard let handle = unsafe BIO_new(Self.method) else { return nil }
        unsafe self.handle = handle
        unsafe state = .allocate(capacity: 1)
        unsafe state.initialize(to: State(descriptor: descriptor))
        unsafe BIO_set_data(handle, state)
        unsafe BIO_set_init(handle, 1)
    }

    /// Whether the last receive took all there was: another one before the next event would only find nothing.
    var isDrained: Bool {
        get { unsafe state.pointee.isDrained }
        nonmutating set { unsafe state.pointee.isDrained = newValue }
    }

    /// Begins a turn, in which there may be one receive.
    func beginTurn() {
        unsafe state.pointee.mayReceive = true
        unsafe state.pointee.receiving = nil
        unsafe state.pointee.sending = nil
    }

    /// How the turn's receive failed, the end of the stream included; nil if it has not.
    var receiveFailure: TransportError? { unsafe state.pointee.receiving }
    /// How a send of the turn failed; nil if none has.
    var sendFailure: TransportError? { unsafe state.pointee.sending }

    private nonisolated(unsafe) static let method: OpaquePointer? = {
        let method = unsafe BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket")
        unsafe BIO_meth_set_read(method, receive)
        unsafe BIO_meth_set_write(method, send)
        unsafe BIO_meth_set_ctrl(method, control)
        unsafe BIO_meth_set_destroy(method, destroy)
        return unsafe method
    }()

    private static func state(of bio: OpaquePointer?) -> UnsafeMutablePointer<State>? {
        unsafe BIO_get_data(bio)?.assumingMemoryBound(to: State.self)
    }

    private static let receive: @convention(c) (OpaquePointer?, UnsafeMutablePointer<CChar>?, Int32) -> Int32 = {
        bio, buffer, size in
        unsafe ostiary_bio_clear_retry(bio)
        guard let state = unsafe state(of: bio) else { return -1 }
        guard unsafe state.pointee.mayReceive, unsafe !state.pointee.isDrained else {
            unsafe ostiary_bio_set_retry_read(bio)
            return -1
        }
        unsafe state.pointee.mayReceive = false
        while true {
            let count = unsafe Int32(truncatingIfNeeded: recv(state.pointee.descriptor, buffer, Int(size), 0))
            if count > 0 {
                unsafe state.pointee.isDrained = count < size
                return count
            }
            if count == 0 {
                unsafe state.pointee.receiving = .closedByPeer
                return -1
            }
            switch SystemError.last {
            case EINTR: continue
            case EAGAIN:
                unsafe state.pointee.isDrained = true
                unsafe ostiary_bio_set_retry_read(bio)
            case ECONNRESET, EPIPE: unsafe state.pointee.receiving = .closedByPeer
            case let code: unsafe state.pointee.receiving = .system(call: "recv", code: code)
            }
            return -1
        }
    }

    private static let send: @convention(c) (OpaquePointer?, UnsafePointer<CChar>?, Int32) -> Int32 = {
        bio, bytes, size in
        unsafe ostiary_bio_clear_retry(bio)
        guard let state = unsafe state(of: bio) else { return -1 }
        while true {
            // A peer that is gone must be an error of this call, not a SIGPIPE that ends the process.
            let count = unsafe Glibc.send(state.pointee.descriptor, bytes, Int(size), Int32(MSG_NOSIGNAL))
            if count >= 0 { return Int32(truncatingIfNeeded: count) }
            switch SystemError.last {
            case EINTR: continue
            case EAGAIN: unsafe ostiary_bio_set_retry_write(bio)
            case ECONNRESET, EPIPE: unsafe state.pointee.sending = .closedByPeer
            case let code: unsafe state.pointee.sending = .system(call: "send", code: code)
            }
            return -1
        }
    }

    private static let control: @convention(c) (OpaquePointer?, Int32, Int, UnsafeMutableRawPointer?) -> Int = {
        _, command, _, _ in
        // Nothing is kept back, so that there is nothing to flush.
        command == BIO_CTRL_FLUSH || command == BIO_CTRL_DUP ? 1 : 0
    }

    private static let destroy: @convention(c) (OpaquePointer?) -> Int32 = { bio in
        unsafe state(of: bio)?.deinitialize(count: 1).deallocate()
        return 1
    }
}
