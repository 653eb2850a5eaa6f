/// A TLS connection that carries another one: that to a proxy, inside of which goes the one to the server.
///
/// OpenSSL puts the two together (BIO_f_ssl(3)), so that whoever moves the bytes sees one connection: what goes in and out
/// is the outer one's. It must live as long as the inner one.
@safe final class OuterTLS: Sendable {
    private let engine: TLSEngine

    /// Nil without an engine.
    ///
    /// - Parameter engine: one whose handshake is done.
    init?(_ engine: consuming TLSEngine?) {
        guard let engine = consume engine else { return nil }
        self.engine = engine
    }

    /// Where its ciphertext goes in and out.
    var memories: (OpaquePointer?, OpaquePointer?) { unsafe engine.memories }

    /// Lets another connection put its ciphertext into this one, and take it from there.
    func carry(_ inner: OpaquePointer) -> Bool { unsafe engine.carry(inner) }

    /// Whether it has nothing for the inner one.
    var isEmpty: Bool { engine.isEmpty }

    /// Keeps what the server of this connection gave to come back with.
    func keepSession() { engine.keepSession() }

    /// Says goodbye.
    func close() { engine.close() }
}
