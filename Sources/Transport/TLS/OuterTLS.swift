/// A TLS connection that carries another one: that to a proxy, inside of which goes the one to the server.
///
/// OpenSSL puts the two together (BIO_f_ssl(3)), so that whoever moves the bytes sees one connection: what goes in and out
/// is the outer one's. It must live as long as the inner one.
@safe final class OuterTLS: @unchecked Sendable {
    // Sendable: it changes once, before anybody else has it.
    private var engine: TLSEngine?

    /// Takes over an engine whose handshake is done, and leaves nil in its place.
    func adopt(_ other: inout TLSEngine?) {
        swap(&engine, &other)
    }

    /// Where its ciphertext goes in and out.
    var memories: (OpaquePointer?, OpaquePointer?) { unsafe engine?.memories ?? (nil, nil) }

    /// Lets another connection put its ciphertext into this one, and take it from there.
    func carry(_ inner: OpaquePointer) -> Bool { unsafe engine?.carry(inner) ?? false }

    /// Whether it has nothing for the inner one.
    var isEmpty: Bool { engine?.isEmpty ?? true }

    /// Keeps what the server of this connection gave to come back with.
    func keepSession() { engine?.keepSession() }

    /// Says goodbye.
    func close() { engine?.close() }
}
