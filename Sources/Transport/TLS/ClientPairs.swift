internal import COpenSSL
internal import Cryptography

/// The certificates that a client may show: the first whose issuer the server asks for, as docker chooses.
@safe final class ClientPairs: Sendable {
    private let pairs: [ServingPair]

    init(_ pairs: [ServingPair]) {
        self.pairs = pairs
    }

    /// Lets contexts ask this for a certificate. It must live as long as their connections.
    func install(on context: OpaquePointer) {
        unsafe SSL_CTX_set_cert_cb(context, Self.choose, Unmanaged.passUnretained(self).toOpaque())
    }

    private static let choose: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Int32 = {
        handle, argument in
        guard let handle = unsafe handle, let argument = unsafe argument else { return 0 }
        let pairs = unsafe Unmanaged<ClientPairs>.fromOpaque(argument).takeUnretainedValue().pairs
        let accepted = unsafe SSL_get0_peer_CA_list(handle)
        guard let pair = pairs.first(where: { unsafe isIssued($0, byOneOf: accepted) }) else { return 1 }
        return unsafe show(pair, on: handle) ? 1 : 0
    }

    /// A server that names no issuers takes any (RFC 8446 §4.2.4).
    private static func isIssued(_ pair: ServingPair, byOneOf names: OpaquePointer?) -> Bool {
        guard let names = unsafe names, unsafe OPENSSL_sk_num(names) > 0 else { return true }
        return (unsafe 0..<OPENSSL_sk_num(names)).contains { index in
            let name = unsafe OPENSSL_sk_value(names, index).map { OpaquePointer($0) }
            return pair.chain.contains { unsafe X509_NAME_cmp(X509_get_issuer_name($0.handle), name) == 0 }
        }
    }

    private static func show(_ pair: ServingPair, on handle: OpaquePointer) -> Bool {
        guard let leaf = pair.chain.first, unsafe SSL_use_certificate(handle, leaf.handle) == 1,
            unsafe SSL_use_PrivateKey(handle, pair.privateKey) == 1
        else { return false }
        return pair.chain.dropFirst().allSatisfy { unsafe ostiary_ssl_add_chain_certificate(handle, $0.handle) == 1 }
    }
}
