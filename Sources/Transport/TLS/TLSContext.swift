internal import COpenSSL
package import Cryptography

/// What all TLS connections of one kind share: versions, own certificate, trusted roots. TLS 1.2 and 1.3.
@safe package final class TLSContext: @unchecked Sendable {
    // An SSL_CTX may be used from several threads; nothing is set on it after `init`.
    let handle: OpaquePointer
    /// What a client comes back to servers with.
    let sessions = TLSSessions()
    private let clientPairs: ClientPairs?

    /// For servers: shows `pair`.
    package init(serving pair: ServingPair) throws(TLSError) {
        OpenSSLError.clearQueue()
        clientPairs = nil
        unsafe handle = try Self.makeContext(TLS_server_method())
        guard let leaf = pair.chain.first,
            unsafe SSL_CTX_use_certificate(handle, leaf.handle) == 1,
            unsafe SSL_CTX_use_PrivateKey(handle, pair.privateKey) == 1
        else { throw .configuration(OpenSSLError(draining: "SSL_CTX_use_certificate").description) }
        for issuer in pair.chain.dropFirst()
        where unsafe ostiary_ssl_ctx_add_chain_certificate(handle, issuer.handle) != 1 {
            throw .configuration(OpenSSLError(draining: "SSL_CTX_add1_chain_cert").description)
        }
        // The API server keeps no session cache: tickets would be made, sent and never used.
        unsafe ostiary_ssl_ctx_serve_without_tickets(handle)
        unsafe SSL_CTX_set_alpn_select_cb(handle, Self.chooseHTTP1, nil)
    }

    /// For clients: believes `anchors` only.
    ///
    /// - Parameter pairs: what a server that asks for a certificate is shown: the first that it would take.
    package init(trusting anchors: TrustAnchors, choosingFrom pairs: [ServingPair] = []) throws(TLSError) {
        OpenSSLError.clearQueue()
        clientPairs = pairs.isEmpty ? nil : ClientPairs(pairs)
        unsafe handle = try Self.makeContext(TLS_client_method())
        // A client's connection rests most of the time. (A server says itself when to give back the buffers.)
        unsafe ostiary_ssl_ctx_set_mode(handle, Int(SSL_MODE_RELEASE_BUFFERS))
        unsafe SSL_CTX_set1_cert_store(handle, anchors.handle)
        unsafe SSL_CTX_set_verify(handle, SSL_VERIFY_PEER, nil)
        unsafe clientPairs?.install(on: handle)
        let protocols: [UInt8] = [8] + Array("http/1.1".utf8)
        guard unsafe SSL_CTX_set_alpn_protos(handle, protocols, UInt32(protocols.count)) == 0 else {
            throw .configuration(OpenSSLError(draining: "SSL_CTX_set_alpn_protos").description)
        }
    }

    deinit {
        unsafe SSL_CTX_free(handle)
    }

    private static func makeContext(_ method: OpaquePointer?) throws(TLSError) -> OpaquePointer {
        guard let context = unsafe SSL_CTX_new(method), unsafe ostiary_ssl_ctx_set_min_tls12(context) == 1 else {
            throw .configuration(OpenSSLError(draining: "SSL_CTX_new").description)
        }
        // Swift may move a buffer between two tries.
        let mode = SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
        unsafe ostiary_ssl_ctx_set_mode(context, Int(mode))
        unsafe ostiary_ssl_ctx_set_session_cache_off(context)
        unsafe ostiary_ssl_ctx_restrict(context)
        return unsafe context
    }

    /// Takes `http/1.1` where the client offers it, and goes on without ALPN where it does not: this server speaks
    /// nothing else, and the API server offers only that.
    private static let chooseHTTP1: SSL_CTX_alpn_select_cb_func = {
        _, selected, selectedLength, offered, offeredLength, _ in
        let name = Array("http/1.1".utf8)
        guard let offered = unsafe offered, let selected = unsafe selected, let selectedLength = unsafe selectedLength
        else {
            return SSL_TLSEXT_ERR_NOACK
        }
        var offset = 0
        while offset < Int(offeredLength) {
            let length = Int(unsafe offered[offset])
            guard offset + 1 + length <= Int(offeredLength) else { break }
            let candidate = unsafe UnsafeBufferPointer(start: offered + offset + 1, count: length)
            if unsafe candidate.elementsEqual(name) {
                unsafe selected.pointee = unsafe offered + offset + 1
                unsafe selectedLength.pointee = UInt8(length)
                return SSL_TLSEXT_ERR_OK
            }
            offset += 1 + length
        }
        return SSL_TLSEXT_ERR_NOACK
    }
}
