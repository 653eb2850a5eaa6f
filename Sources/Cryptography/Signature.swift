private import COpenSSL

/// How a signature over a message is made.
package enum SignatureScheme: Hashable, Sendable {
    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2) over a digest by this function.
    case rsaPKCS1(DigestAlgorithm)
    /// DSA or ECDSA (FIPS 186-4) over a digest by this function: the two numbers in DER (RFC 3279 §2.2.2 and §2.2.3).
    case dsa(DigestAlgorithm)
    /// Ed25519 or Ed448 (RFC 8032), which hash by themselves.
    case edwards
}

// A signature that does not verify is an answer, `false`. What these throw means "could not tell": the key and the
// scheme do not belong together, or OpenSSL refused to start.
extension PublicKey {
    /// Whether this key's owner signed exactly `message`.
    ///
    /// - Throws: `OpenSSLError` when the scheme is for another kind of key.
    package func verifies(
        _ signature: [UInt8], over message: [UInt8], by scheme: SignatureScheme
    ) throws(OpenSSLError) -> Bool {
        OpenSSLError.clearQueue()
        guard isUsed(by: scheme) else { throw OpenSSLError(draining: "a signature scheme for another kind of key") }
        switch scheme {
        case .rsaPKCS1(let digest), .dsa(let digest):
            return try verifies(signature, over: Digest(of: message, using: digest))
        case .edwards: return try verifiesEdwards(signature, over: message)
        }
    }

    /// Whether the owner of this RSA, DSA or ECDSA key signed the message that `digest` was made from: by
    /// RSASSA-PKCS1-v1_5, where the signature must name the same hash function, or with two numbers in DER. Of a digest
    /// that is longer than the key's group, its first bits count (FIPS 186-4 §4.6).
    ///
    /// - Throws: `OpenSSLError` for a key of another kind.
    package func verifies(_ signature: [UInt8], over digest: Digest) throws(OpenSSLError) -> Bool {
        OpenSSLError.clearQueue()
        guard !isEdwards, let context = unsafe EVP_PKEY_CTX_new(handle, nil) else {
            throw OpenSSLError(draining: "EVP_PKEY_CTX_new for a digest")
        }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        guard unsafe EVP_PKEY_verify_init(context) == 1,
            unsafe algorithm != .rsa || EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1,
            unsafe EVP_PKEY_CTX_set_signature_md(context, digest.algorithm.implementation) == 1
        else { throw OpenSSLError(draining: "EVP_PKEY_verify_init") }
        let result = unsafe EVP_PKEY_verify(
            context, signature, signature.count, digest.bytes, digest.bytes.count)
        OpenSSLError.clearQueue()
        return result == 1
    }

    private func verifiesEdwards(_ signature: [UInt8], over message: [UInt8]) throws(OpenSSLError) -> Bool {
        OpenSSLError.clearQueue()
        guard let context = unsafe EVP_MD_CTX_new() else { throw OpenSSLError(draining: "EVP_MD_CTX_new") }
        defer { unsafe EVP_MD_CTX_free(context) }
        guard unsafe EVP_DigestVerifyInit(context, nil, nil, nil, handle) == 1 else {
            throw OpenSSLError(draining: "EVP_DigestVerifyInit")
        }
        let result = unsafe EVP_DigestVerify(context, signature, signature.count, message, message.count)
        OpenSSLError.clearQueue()
        return result == 1
    }

    private func isUsed(by scheme: SignatureScheme) -> Bool {
        switch (scheme, algorithm) {
        case (.rsaPKCS1, .rsa), (.dsa, .dsa), (.dsa, .ecdsa), (.edwards, .ed25519), (.edwards, .ed448): true
        default: false
        }
    }

    private var isEdwards: Bool { algorithm == .ed25519 || algorithm == .ed448 }
}
