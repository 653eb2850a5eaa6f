private import COpenSSL

/// Why bytes are not a public key that this house can use.
package enum PublicKeyError: Error, Hashable, CustomStringConvertible {
    /// Not a SubjectPublicKeyInfo that OpenSSL reads, or a key that is mathematically impossible.
    case malformed(OpenSSLError)
    /// Bytes follow the key: whoever wrote it meant something else.
    case trailingBytes(Int)
    /// A sound key of a kind that nothing here verifies with.
    case unsupportedAlgorithm(String)

    /// One line for the operator.
    package var description: String {
        switch self {
        case .malformed(let error): "malformed public key (\(error))"
        case .trailingBytes(let count): "\(count) bytes follow the end of the public key"
        case .unsupportedAlgorithm(let name): "public keys of type \(name) are not supported"
        }
    }
}

/// A public key for verifying signatures.
///
/// Two keys are equal when they are the same key, whatever bytes they were read from.
@safe package final class PublicKey: @unchecked Sendable {
    // An EVP_PKEY is not changed after it was parsed, and its reference count is atomic.

    /// The kinds of keys that can be read.
    package enum Algorithm: String, Hashable, Sendable {
        /// RSA that is not bound to one padding (`rsaEncryption`, RFC 8017).
        case rsa = "RSA"
        /// RFC 8032 §5.1.
        case ed25519 = "Ed25519"
    }

    /// What kind of key this is.
    package let algorithm: Algorithm
    /// The size of the key: of the modulus for RSA, 253 for Ed25519 (as OpenSSL counts its group).
    package let bits: Int
    let handle: OpaquePointer

    /// Reads a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) in DER, the whole of `bytes`.
    package init(subjectPublicKeyInfo bytes: [UInt8]) throws(PublicKeyError) {
        let handle = try unsafe Self.parse(bytes)
        guard let algorithm = unsafe Self.algorithm(of: handle) else {
            let name = unsafe EVP_PKEY_get0_type_name(handle).map { unsafe String(cString: $0) } ?? "unknown"
            unsafe EVP_PKEY_free(handle)
            throw .unsupportedAlgorithm(name)
        }
        self.algorithm = algorithm
        bits = unsafe Int(EVP_PKEY_get_bits(handle))
        unsafe self.handle = handle
    }

    deinit {
        unsafe EVP_PKEY_free(handle)
    }

    private static func parse(_ bytes: [UInt8]) throws(PublicKeyError) -> OpaquePointer {
        OpenSSLError.clearQueue()
        let (parsed, consumed) = unsafe bytes.withUnsafeBufferPointer { buffer -> (OpaquePointer?, Int) in
            var cursor = buffer.baseAddress
            let key = unsafe d2i_PUBKEY(nil, &cursor, buffer.count)
            guard let start = buffer.baseAddress, let cursor = unsafe cursor else { return unsafe (key, 0) }
            return unsafe (key, cursor - start)
        }
        guard let key = unsafe parsed else { throw .malformed(OpenSSLError(draining: "d2i_PUBKEY")) }
        guard consumed == bytes.count else {
            unsafe EVP_PKEY_free(key)
            throw .trailingBytes(bytes.count - consumed)
        }
        return unsafe key
    }

    private static func algorithm(of handle: OpaquePointer) -> Algorithm? {
        switch unsafe EVP_PKEY_get_id(handle) {
        case EVP_PKEY_RSA: .rsa
        case EVP_PKEY_ED25519: .ed25519
        default: nil
        }
    }
}

extension PublicKey: Hashable {
    /// Whether both are the same key, not whether they were written the same way.
    package static func == (left: PublicKey, right: PublicKey) -> Bool {
        OpenSSLError.clearQueue()
        let equal = unsafe EVP_PKEY_eq(left.handle, right.handle) == 1
        OpenSSLError.clearQueue()
        return equal
    }

    /// Keys of one kind and size collide; rings of keys are small.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(algorithm)
        hasher.combine(bits)
    }
}
