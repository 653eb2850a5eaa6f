private import COpenSSL

/// How a signature over a message is made.
package enum SignatureScheme: Hashable, Sendable {
    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2) over a digest by this function.
    case rsaPKCS1(DigestAlgorithm)
    /// Ed25519 (RFC 8032 §5.1), which hashes by itself.
    case ed25519
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
        switch scheme {
        case .rsaPKCS1(let digest): try verifies(signature, over: Digest(of: message, using: digest))
        case .ed25519: try verifiesEd25519(signature, over: message)
        }
    }

    /// Whether this RSA key's owner signed the message that `digest` was made from (RSASSA-PKCS1-v1_5; the signature
    /// must name the same hash function).
    ///
    /// - Throws: `OpenSSLError` for a key that is not RSA.
    package func verifies(_ signature: [UInt8], over digest: Digest) throws(OpenSSLError) -> Bool {
        OpenSSLError.clearQueue()
        guard algorithm == .rsa, let context = unsafe EVP_PKEY_CTX_new(handle, nil) else {
            throw OpenSSLError(draining: "EVP_PKEY_CTX_new for RSA")
        }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        guard unsafe EVP_PKEY_verify_init(context) == 1,
            unsafe EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1,
            unsafe EVP_PKEY_CTX_set_signature_md(context, digest.algorithm.implementation) == 1
        else { throw OpenSSLError(draining: "EVP_PKEY_verify_init") }
        let result = unsafe EVP_PKEY_verify(
            context, signature, signature.count, digest.bytes, digest.bytes.count)
        OpenSSLError.clearQueue()
        return result == 1
    }

    private func verifiesEd25519(_ signature: [UInt8], over message: [UInt8]) throws(OpenSSLError) -> Bool {
        OpenSSLError.clearQueue()
        guard algorithm == .ed25519, let context = unsafe EVP_MD_CTX_new() else {
            throw OpenSSLError(draining: "EVP_MD_CTX_new for Ed25519")
        }
        defer { unsafe EVP_MD_CTX_free(context) }
        guard unsafe EVP_DigestVerifyInit(context, nil, nil, nil, handle) == 1 else {
            throw OpenSSLError(draining: "EVP_DigestVerifyInit")
        }
        let result = unsafe EVP_DigestVerify(context, signature, signature.count, message, message.count)
        OpenSSLError.clearQueue()
        return result == 1
    }
}
