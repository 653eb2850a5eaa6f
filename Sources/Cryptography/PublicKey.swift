private import COpenSSL

/// Why bytes are not a public key that this house can use.
package enum PublicKeyError: Error, Hashable, CustomStringConvertible {
    /// Not a SubjectPublicKeyInfo that OpenSSL reads, a key that is mathematically impossible, or one on a curve that
    /// this build of OpenSSL leaves out.
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
    package enum Algorithm: Hashable, Sendable {
        /// RSA that is not bound to one padding (`rsaEncryption`, RFC 8017).
        case rsa
        /// FIPS 186-4 §4.
        case dsa
        /// ECDSA (FIPS 186-4 §6) on a curve that is named; a key that writes its curve out is refused (CVE-2020-0601).
        case ecdsa(EllipticCurve)
        /// RFC 8032 §5.1.
        case ed25519
        /// RFC 8032 §5.2.
        case ed448
    }

    /// What kind of key this is.
    package let algorithm: Algorithm
    /// The size of the key: of the modulus for RSA and DSA, of the group's order otherwise, as OpenSSL counts it.
    package let bits: Int
    let handle: OpaquePointer

    /// Reads a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) in DER, the whole of `bytes`.
    package init(subjectPublicKeyInfo bytes: [UInt8]) throws(PublicKeyError) {
        let handle = try unsafe Self.parse(bytes)
        guard let algorithm = unsafe Self.algorithm(of: handle) else {
            let name = unsafe Self.name(of: handle)
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
        case EVP_PKEY_DSA: .dsa
        case EVP_PKEY_EC: unsafe curve(of: handle).map { .ecdsa($0) }
        case EVP_PKEY_ED25519: .ed25519
        case EVP_PKEY_ED448: .ed448
        default: nil
        }
    }

    private static func curve(of handle: OpaquePointer) -> EllipticCurve? {
        var isWrittenOut: Int32 = 0
        unsafe EVP_PKEY_get_int_param(handle, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &isWrittenOut)
        guard isWrittenOut == 0 else { return nil }
        var name = [CChar](repeating: 0, count: 64)
        guard unsafe EVP_PKEY_get_group_name(handle, &name, name.count, nil) == 1 else { return nil }
        let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return EllipticCurve(rawValue: String(decoding: bytes, as: UTF8.self))
    }

    /// What a key that is not supported calls itself.
    private static func name(of handle: OpaquePointer) -> String {
        unsafe EVP_PKEY_get0_type_name(handle).map { unsafe String(cString: $0) } ?? "unknown"
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
