internal import COpenSSL
internal import Cryptography
internal import Primitives

/// One TLS connection without a socket: ciphertext goes in and out through memory, nothing ever waits.
///
/// Each method is one group of OpenSSL calls on one thread: it clears the error queue, calls, reads the result and
/// drains the queue before it returns. One task uses it at a time, which the stream that owns it makes sure of.
///
/// One can go through another: a proxy that speaks TLS carries the connection to the server in its own. OpenSSL puts
/// the two together (BIO_f_ssl(3)), so that whoever moves the bytes sees one connection.
@safe final class TLSEngine: @unchecked Sendable {
    /// What a method could do with the ciphertext it had.
    enum Step<Value> {
        case done(Value)
        /// More ciphertext must be received first (and what `takeCiphertext` gives be sent).
        case needsCiphertext
        /// The peer has closed its side in order.
        case closed
    }

    private let handle: OpaquePointer
    private let incoming: OpaquePointer?
    private let outgoing: OpaquePointer?
    // OpenSSL calls back into what the context owns.
    private let context: TLSContext
    /// Whom the certificate must name; nil on a server.
    private let server: TLSSessions.Server?
    /// What it offered to come back with; nil on a server, and where there was nothing.
    private let offered: TLSSession?
    /// The connection that carries this one's ciphertext, its handshake done; nil when that goes out as it is.
    private let outer: TLSEngine?

    /// A server's end.
    init(server context: TLSContext) throws(TLSError) {
        unsafe handle = try Self.makeHandle(context)
        unsafe incoming = unsafe SSL_get_rbio(handle)
        unsafe outgoing = unsafe SSL_get_wbio(handle)
        self.context = context
        server = nil
        offered = nil
        outer = nil
        unsafe SSL_set_accept_state(handle)
    }

    /// A client's end that demands a certificate for `host`: a DNS name, sent as SNI, or an IP literal, which must be
    /// an IP SAN of the certificate and is not sent (RFC 6066 §3). It offers the session that it was left with there.
    ///
    /// - Parameter outer: a connection to somebody who passes bytes on, through which this one goes.
    init(client context: TLSContext, host: String, port: UInt16, through outer: TLSEngine? = nil) throws(TLSError) {
        unsafe handle = try Self.makeHandle(context, host: host, through: outer)
        // What goes in and out is the outermost connection's ciphertext.
        unsafe incoming = unsafe outer.map { unsafe $0.incoming } ?? SSL_get_rbio(handle)
        unsafe outgoing = unsafe outer.map { unsafe $0.outgoing } ?? SSL_get_wbio(handle)
        self.context = context
        self.outer = outer
        let server = TLSSessions.Server(host: host, port: port)
        self.server = server
        offered = context.sessions.session(for: server)
        unsafe offered?.offer(on: handle)
        unsafe SSL_set_connect_state(handle)
    }

    deinit {
        unsafe SSL_free(handle)
    }

    /// Goes on with the handshake.
    func handshake() throws(TLSError) -> Step<Void> {
        OpenSSLError.clearQueue()
        let result = unsafe SSL_do_handshake(handle)
        if result == 1 { return .done(()) }
        return switch try needsCiphertext(after: result, while: .handshake) {
        case true: .needsCiphertext
        case false: .closed
        }
    }

    /// Decrypts at most `limit` bytes and appends them to `buffer`.
    func read(into buffer: inout [UInt8], atMost limit: Int) throws(TLSError) -> Step<Int> {
        OpenSSLError.clearQueue()
        var count: Int32 = 0
        buffer.append(addingCapacity: min(limit, Self.recordSize)) { room in
            unsafe room.withUnsafeMutableBufferPointer { plaintext, filled in
                count = unsafe SSL_read(handle, plaintext.baseAddress, Int32(clamping: plaintext.count))
                filled = max(0, Int(count))
            }
        }
        if count > 0 { return .done(Int(count)) }
        return try needsCiphertext(after: count, while: .broken) ? .needsCiphertext : .closed
    }

    /// Bytes of the plaintext of one record (RFC 8446 §5.1).
    private static var recordSize: Int { 16 << 10 }

    /// Whether a read would find nothing but what is yet to be received.
    var isEmpty: Bool {
        unsafe ostiary_bio_pending(incoming) == 0 && SSL_has_pending(handle) == 0 && (outer?.isEmpty ?? true)
    }

    /// Encrypts what it can of `bytes` and tells how many bytes that were.
    func write(_ bytes: ArraySlice<UInt8>) throws(TLSError) -> Step<Int> {
        OpenSSLError.clearQueue()
        let count = unsafe bytes.withUnsafeBytes { unsafe SSL_write(handle, $0.baseAddress, Int32(clamping: $0.count)) }
        if count > 0 { return .done(Int(count)) }
        return try needsCiphertext(after: count, while: .broken) ? .needsCiphertext : .closed
    }

    /// Takes in ciphertext that the peer sent.
    func receive(_ ciphertext: UnsafeRawBufferPointer) {
        // A memory BIO takes everything it is given.
        unsafe BIO_write(incoming, ciphertext.baseAddress, Int32(clamping: ciphertext.count))
    }

    /// Takes out ciphertext that must be sent to the peer; empty when there is none.
    func takeCiphertext() -> [UInt8] {
        let pending = unsafe ostiary_bio_pending(outgoing)
        guard pending > 0 else { return [] }
        return unsafe [UInt8](unsafeUninitializedCapacity: pending) { buffer, filled in
            filled = unsafe max(0, Int(BIO_read(outgoing, buffer.baseAddress, Int32(clamping: pending))))
        }
    }

    /// Keeps what the server gave to come back with, if it did. With TLS 1.3 that is sent behind the handshake, so it is
    /// not there before the first read.
    func keepSession() {
        outer?.keepSession()
        guard let server, let session = unsafe TLSSession(of: handle, after: offered) else { return }
        context.sessions.keep(session, for: server)
    }

    /// Says goodbye; the answer is not waited for.
    func close() {
        OpenSSLError.clearQueue()
        unsafe SSL_shutdown(handle)
        OpenSSLError.clearQueue()
        outer?.close()
    }

    /// An `SSL` with two memories in place of a socket, which it owns, or with another `SSL`, which it does not.
    private static func makeHandle(
        _ context: TLSContext, host: String? = nil, through outer: TLSEngine? = nil
    ) throws(TLSError) -> OpaquePointer {
        OpenSSLError.clearQueue()
        guard let handle = unsafe SSL_new(context.handle) else {
            throw .configuration(OpenSSLError(draining: "SSL_new").description)
        }
        guard unsafe outer.map({ unsafe attach(handle, to: $0) }) ?? attachMemories(to: handle) else {
            unsafe SSL_free(handle)
            throw .configuration(OpenSSLError(draining: "BIO_new").description)
        }
        if let host, unsafe !demand(host, of: handle) {
            unsafe SSL_free(handle)
            OpenSSLError.clearQueue()
            throw .configuration("\(host) is not a host name")
        }
        return unsafe handle
    }

    private static func attachMemories(to handle: OpaquePointer) -> Bool {
        let (incoming, outgoing) = unsafe (BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()))
        guard let incoming = unsafe incoming, let outgoing = unsafe outgoing else {
            unsafe BIO_free(incoming)
            unsafe BIO_free(outgoing)
            return false
        }
        // An empty memory is "not yet", not the end of the stream.
        unsafe ostiary_bio_set_eof_is_retry(incoming)
        unsafe ostiary_bio_set_eof_is_retry(outgoing)
        unsafe SSL_set_bio(handle, incoming, outgoing)
        return true
    }

    private static func attach(_ handle: OpaquePointer, to outer: TLSEngine) -> Bool {
        guard let filter = unsafe BIO_new(BIO_f_ssl()) else { return false }
        unsafe ostiary_bio_set_ssl(filter, outer.handle)
        unsafe SSL_set_bio(handle, filter, filter)
        return true
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

    /// True: more ciphertext is needed. False: closed in order.
    private func needsCiphertext(after result: Int32, while phase: Phase) throws(TLSError) -> Bool {
        switch unsafe SSL_get_error(handle, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return true
        case SSL_ERROR_ZERO_RETURN: return false
        default: throw failure(in: phase)
        }
    }

    private func failure(in phase: Phase) -> TLSError {
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
