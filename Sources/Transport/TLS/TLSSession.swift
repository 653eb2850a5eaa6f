internal import COpenSSL
internal import Primitives
internal import Synchronization

/// What a server gave to come back with, so that the next handshake needs neither certificates nor signatures
/// (RFC 8446 §2.2, RFC 5077).
@safe final class TLSSession: @unchecked Sendable {
    // A copy of its own, that no connection uses and nobody changes.
    private let handle: OpaquePointer
    /// When the certificate that it stands for must be proved again.
    let expiry: Deadline

    /// The newest session of a connection; nil when there is none to come back with.
    ///
    /// - Parameter offered: what the connection was begun with. A server that took it has proved nothing since, so that
    ///   what it gives then is worth no longer.
    init?(of connection: OpaquePointer, after offered: TLSSession?) {
        guard let session = unsafe SSL_get_session(connection), unsafe SSL_SESSION_is_resumable(session) == 1,
            let copy = unsafe SSL_SESSION_dup(session)
        else { return nil }
        unsafe handle = copy
        let isResumed = unsafe SSL_session_reused(connection) == 1
        expiry = offered.flatMap { isResumed ? $0.expiry : nil } ?? .after(Limits.tlsSessionAge)
    }

    deinit {
        unsafe SSL_SESSION_free(handle)
    }

    /// Lets a connection whose handshake has not begun offer it; the server may decline.
    func offer(on connection: OpaquePointer) {
        guard let copy = unsafe SSL_SESSION_dup(handle) else { return }
        unsafe SSL_set_session(connection, copy)
        unsafe SSL_SESSION_free(copy)
    }
}

/// The sessions of one context, the last one of each server.
///
/// A session stands for a certificate that was verified for one name against the roots of one context, and for the
/// client's certificate that was shown: it is never used for another name, port or context, and not for longer than
/// `Limits.tlsSessionAge`.
final class TLSSessions: Sendable {
    /// Whom a session was made with: the name that the certificate holds, and the port.
    struct Server: Hashable, Sendable {
        let host: String
        let port: UInt16
    }

    private let kept = Mutex<[Server: TLSSession]>([:])

    /// What to offer a server; nil if nothing is kept.
    func session(for server: Server) -> TLSSession? {
        kept.withLock { $0[server] }.flatMap { $0.expiry.hasPassed ? nil : $0 }
    }

    /// Keeps a session in place of the server's last; the one that ends first makes room.
    func keep(_ session: TLSSession, for server: Server) {
        kept.withLock { kept in
            kept[server] = session
            guard kept.count > Limits.tlsSessions else { return }
            if let oldest = kept.min(by: { $0.value.expiry < $1.value.expiry })?.key { kept[oldest] = nil }
        }
    }
}
