internal import COpenSSL

/// A certificate chain with the private key of its leaf: what a TLS end shows and proves.
@safe package final class ServingPair: @unchecked Sendable {
    /// The leaf first, then the issuers that were in the file.
    package let chain: [Certificate]
    // An EVP_PKEY is not changed after it was parsed, and its reference count is atomic.
    package let privateKey: OpaquePointer

    /// Reads a pair from PEM texts; both may be the same text. The key may be PKCS #1, PKCS #8 or SEC 1.
    ///
    /// - Throws: `PairProblem` when there is no certificate, no unencrypted private key, or the key is another's.
    package init(certificatePEM: [UInt8], keyPEM: [UInt8]) throws(PairProblem) {
        do throws(OpenSSLError) {
            chain = try Certificate.parse(pem: certificatePEM)
        } catch {
            throw .unreadableCertificate(error)
        }
        guard let leaf = chain.first else { throw .noCertificate }
        guard let key = unsafe Self.parseKey(keyPEM) else {
            throw .noKey(OpenSSLError(draining: "PEM_read_bio_PrivateKey"))
        }
        unsafe privateKey = key
        guard unsafe X509_check_private_key(leaf.handle, key) == 1 else {
            OpenSSLError.clearQueue()
            throw .mismatch(subject: leaf.subject)
        }
    }

    deinit {
        unsafe EVP_PKEY_free(privateKey)
    }

    private static func parseKey(_ pem: [UInt8]) -> OpaquePointer? {
        OpenSSLError.clearQueue()
        guard let memory = try? MemoryBIO(pem) else { return nil }
        // Without a callback OpenSSL would ask for a passphrase on the terminal.
        return unsafe PEM_read_bio_PrivateKey(memory.handle, nil, { _, _, _, _ in -1 }, nil)
    }
}

/// Why a certificate and a key do not make a pair.
package enum PairProblem: Error, Hashable, Sendable, CustomStringConvertible {
    case noCertificate
    case unreadableCertificate(OpenSSLError)
    case noKey(OpenSSLError)
    case mismatch(subject: String)

    package var description: String {
        switch self {
        case .noCertificate: "no PEM block CERTIFICATE in the certificate file"
        case .unreadableCertificate(let error): "unreadable certificate: \(error)"
        case .noKey(let error): "no unencrypted PEM private key in the key file: \(error)"
        case .mismatch(let subject): "the private key does not belong to the certificate of \(subject)"
        }
    }
}
