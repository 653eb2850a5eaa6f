internal import COpenSSL
internal import Cryptography
internal import Primitives

/// One TLS connection over a non-blocking socket. No method waits: each goes as far as it comes with what there is.
///
/// Each method is one group of OpenSSL calls on one thread: it clears the error queue, calls, reads the result and
/// drains the queue before it returns. One task uses it at a time, which the stream that owns it makes sure of.
///
/// One can go through another: a proxy that speaks TLS carries the connection to the server in its own. OpenSSL puts
/// the two together (BIO_f_ssl(3)), so that whoever reads and writes sees one connection.
@safe final class TLSEngine: @unchecked Sendable {
    /// How far a method came.
    enum Step<Value> {
        case done(Value)
        /// The peer has closed its side in order.
        case closed
        /// The socket must be ready for that first.
        case blocked(Readiness.Interest)
    }

    /// What carries the ciphertext.
    enum Carrier {
        case socket(Int32)
        /// A connection to somebody who passes bytes on, its handshake done.
        case connection(TLSEngine)
    }

    private let handle: OpaquePointer
    /// The way to the socket, of the outermost connection.
    let socket: SocketBIO
    // OpenSSL calls back into what the context owns.
    private let context: TLSContext
    /// Whom the certificate must name; nil on a server.
    private let server: TLSSessions.Server?
    /// What went wrong with the connection below when a method threw; nil when it was TLS itself.
    private(set) var failure: TransportError?
    /// What it offered to come back with; nil on a server, and where there was nothing.
    private let offered: TLSSession?
    /// The connection that carries this one's ciphertext, its handshake done; nil when that goes out as it is.
    private let outer: TLSEngine?

    /// A server's end.
    init(server context: TLSContext, over descriptor: Int32) throws(TLSError) {
        unsafe handle = try Self.makeHandle(context)
        do throws(TLSError) {
            socket = try unsafe Self.attach(handle, to: .socket(descriptor))
        } catch {
            unsafe SSL_free(handle)
            throw error
        }
        self.context = context
        server = nil
        offered = nil
        outer = nil
        unsafe SSL_set_accept_state(handle)
    }

    /// A client's end that demands a certificate for `host`: a DNS name, sent as SNI, or an IP literal, which must be
    /// an IP SAN of the certificate and is not sent (RFC 6066 §3). It offers the session that it was left with there.
    init(client context: TLSContext, host: String, port: UInt16, over carrier: Carrier) throws(TLSError) {
        unsafe handle = try Self.makeHandle(context)
        do throws(TLSError) {
            guard unsafe Self.demand(host, of: handle) else {
                OpenSSLError.clearQueue()
                throw .configuration("\(host) is not a host name")
            }
            socket = try unsafe Self.attach(handle, to: carrier)
        } catch {
            unsafe SSL_free(handle)
            throw error
        }
        self.context = context
        outer = if case .connection(let outer) = carrier { outer } else { nil }
        let server = TLSSessions.Server(host: host, port: port)
        self.server = server
        offered = context.sessions.session(for: server)
        unsafe offered?.offer(on: handle)
        unsafe SSL_set_connect_state(handle)
    }

    deinit {
        unsafe SSL_free(handle)
    }

    /// Goes on with the handshake. If it fails, the peer has been told why.
    func handshake() throws(TLSError) -> Step<Void> {
        beginTurn()
        let result = unsafe SSL_do_handshake(handle)
        return result == 1 ? .done(()) : try step(after: result, while: .handshake)
    }

    /// Decrypts at most `limit` bytes and appends them to `buffer`.
    func read(into buffer: inout [UInt8], atMost limit: Int) throws(TLSError) -> Step<Int> {
        // Before OpenSSL makes room for a whole record, which who waits for a request would keep.
        if isStarved { return .blocked(.read) }
        beginTurn()
        var count: Int32 = 0
        buffer.append(addingCapacity: min(limit, Self.recordSize)) { room in
            unsafe room.withUnsafeMutableBufferPointer { plaintext, filled in
                count = unsafe SSL_read(handle, plaintext.baseAddress, Int32(clamping: plaintext.count))
                filled = max(0, Int(count))
            }
        }
        if count > 0 { return .done(Int(count)) }
        let step: Step<Int> = try step(after: count, while: .broken)
        // Of what brought no data nothing more is kept.
        if isStarved { releaseBuffers() }
        return step
    }

    /// Bytes of the plaintext of one record (RFC 8446 §5.1).
    private static var recordSize: Int { 16 << 10 }

    /// Whether a read would find nothing but what is yet to be received.
    private var isStarved: Bool { socket.isDrained && !hasPending }

    private var hasPending: Bool { unsafe SSL_has_pending(handle) == 1 || (outer?.hasPending ?? false) }

    /// Encrypts and sends what it can of `bytes` and tells how many bytes that were. Where it is blocked the same bytes must
    /// come again.
    func write(_ bytes: ArraySlice<UInt8>) throws(TLSError) -> Step<Int> {
        beginTurn()
        let count = unsafe bytes.withUnsafeBytes { unsafe SSL_write(handle, $0.baseAddress, Int32(clamping: $0.count)) }
        return count > 0 ? .done(Int(count)) : try step(after: count, while: .broken)
    }

    private func beginTurn() {
        failure = nil
        OpenSSLError.clearQueue()
        socket.beginTurn()
    }

    /// Keeps what the server gave to come back with, if it did. With TLS 1.3 that is sent behind the handshake, so it is
    /// not there before the first read.
    func keepSession() {
        outer?.keepSession()
        guard let server, let session = unsafe TLSSession(of: handle, after: offered) else { return }
        context.sessions.keep(session, for: server)
    }

    /// Gives back the buffers for records; one that holds a part of a record stays.
    func releaseBuffers() {
        _ = unsafe SSL_free_buffers(handle)
    }

    /// Says goodbye; the answer is not waited for. A peer that cannot take it now will see the end of the connection instead.
    func close() {
        beginTurn()
        unsafe SSL_shutdown(handle)
        OpenSSLError.clearQueue()
        outer?.close()
    }

    private static func makeHandle(_ context: TLSContext) throws(TLSError) -> OpaquePointer {
        OpenSSLError.clearQueue()
        guard let handle = unsafe SSL_new(context.handle) else {
            throw .configuration(OpenSSLError(draining: "SSL_new").description)
        }
        // One receive brings all of a record.
        unsafe SSL_set_read_ahead(handle, 1)
        return unsafe handle
    }

    /// Gives an `SSL` a socket, or another `SSL`, which it does not own.
    private static func attach(_ handle: OpaquePointer, to carrier: Carrier) throws(TLSError) -> SocketBIO {
        switch carrier {
        case .socket(let descriptor):
            guard let socket = SocketBIO(descriptor: descriptor) else { break }
            unsafe SSL_set_bio(handle, socket.handle, socket.handle)
            return socket
        case .connection(let outer):
            guard let filter = unsafe BIO_new(BIO_f_ssl()) else { break }
            unsafe ostiary_bio_set_ssl(filter, outer.handle)
            unsafe SSL_set_bio(handle, filter, filter)
            return outer.socket
        }
        throw .configuration(OpenSSLError(draining: "BIO_new").description)
    }

    /// Makes the verification fail unless the peer's certificate names `host`.
    private static func demand(_ host: String, of handle: OpaquePointer) -> Bool {
        // To OpenSSL `.example.com` would be any name that ends so.
        if host.utf8.first == UInt8(ascii: ".") { return false }
        let parameters = unsafe SSL_get0_param(handle)
        // The common name is no proof of a name (RFC 9525 §2), and `*` stands for one whole label.
        let flags = UInt32(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS)
        unsafe X509_VERIFY_PARAM_set_hostflags(parameters, flags)
        if let address = IPAddress(host) {
            return unsafe X509_VERIFY_PARAM_set1_ip(parameters, address.bytes, address.bytes.count) == 1
        }
        return unsafe X509_VERIFY_PARAM_set1_host(parameters, host, host.utf8.count) == 1
            && ostiary_ssl_set_sni(handle, host) == 1
    }

    private enum Phase { case handshake, broken }

    /// What a call that did not succeed came to.
    private func step<Value>(after result: Int32, while phase: Phase) throws(TLSError) -> Step<Value> {
        switch unsafe SSL_get_error(handle, result) {
        case SSL_ERROR_WANT_READ: return .blocked(.read)
        case SSL_ERROR_WANT_WRITE: return .blocked(.write)
        case SSL_ERROR_ZERO_RETURN: return .closed
        case SSL_ERROR_SYSCALL:
            // Without a failure it is the connection around this one that has ended.
            failure = socket.receiveFailure ?? socket.sendFailure ?? .closedByPeer
            throw .broken("the connection failed")
        default:
            // An end in the middle is an error of TLS too. But a peer that is told why it is not believed may have gone.
            failure = socket.receiveFailure
            throw error(in: phase)
        }
    }

    private func error(in phase: Phase) -> TLSError {
        let reason = OpenSSLError(draining: "TLS").description
        switch phase {
        case .broken: return .broken(reason)
        case .handshake: break
        }
        let verification = unsafe SSL_get_verify_result(handle)
        guard let host = server?.host, verification != Int(X509_V_OK) else { return .handshake(reason) }
        let chain = peerChain
        return .untrusted(
            host: host, problem: CertificateProblem.text(of: verification, chain: chain),
            certificate: chain.first.map(TLSError.CertificateSummary.init))
    }

    /// The certificates that did not verify, the server's own first; OpenSSL keeps the chain that it tried.
    private var peerChain: [Certificate] {
        guard let chain = unsafe SSL_get0_verified_chain(handle) else { return [] }
        return (unsafe 0..<OPENSSL_sk_num(chain)).compactMap { index in
            guard let entry = unsafe OPENSSL_sk_value(chain, index) else { return nil }
            let certificate = OpaquePointer(entry)
            return unsafe X509_up_ref(certificate) == 1 ? Certificate(adopting: certificate) : nil
        }
    }
}

extension TLSError.CertificateSummary {
    fileprivate init(_ certificate: Certificate) {
        let validity = [certificate.notBefore, certificate.notAfter].map { $0?.description ?? "?" }
        self.init(
            subject: certificate.subject, issuer: certificate.issuer, names: certificate.subjectAlternativeNames,
            validity: validity.joined(separator: " to "))
    }
}
