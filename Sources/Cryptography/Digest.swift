private import COpenSSL

/// A hash function of the formats that this house reads.
package enum DigestAlgorithm: String, Hashable, Sendable, CaseIterable {
    /// For OpenPGP fingerprints and the self-signatures of old keys; never enough for a signature over data.
    case sha1 = "SHA-1"
    /// For the self-signatures of old keys, as SHA-1.
    case sha224 = "SHA-224"
    case sha256 = "SHA-256"
    case sha384 = "SHA-384"
    case sha512 = "SHA-512"
    case sha3with256 = "SHA3-256"
    case sha3with512 = "SHA3-512"

    /// The length of a digest, in bytes.
    package var byteCount: Int {
        switch self {
        case .sha1: 20
        case .sha224: 28
        case .sha256, .sha3with256: 32
        case .sha384: 48
        case .sha512, .sha3with512: 64
        }
    }

    /// OpenSSL's description of the function: a static object of libcrypto, never freed.
    var implementation: OpaquePointer? {
        switch self {
        case .sha1: unsafe EVP_sha1()
        case .sha224: unsafe EVP_sha224()
        case .sha256: unsafe EVP_sha256()
        case .sha384: unsafe EVP_sha384()
        case .sha512: unsafe EVP_sha512()
        case .sha3with256: unsafe EVP_sha3_256()
        case .sha3with512: unsafe EVP_sha3_512()
        }
    }
}

/// The digest of some bytes, with the function that made it.
package struct Digest: Hashable, Sendable {
    /// The function that made it.
    package let algorithm: DigestAlgorithm
    /// As many as `algorithm.byteCount`.
    package let bytes: [UInt8]

    fileprivate init(algorithm: DigestAlgorithm, bytes: [UInt8]) {
        self.algorithm = algorithm
        self.bytes = bytes
    }

    /// Hashes all of `bytes` at once.
    package init(of bytes: [UInt8], using algorithm: DigestAlgorithm) {
        var running = RunningDigest(algorithm)
        running.update(bytes)
        self = running.finish()
    }

    /// The 32 bytes of SHA-256 (FIPS 180-4).
    package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        Digest(of: bytes, using: .sha256).bytes
    }
}

/// A digest in the making, fed piece by piece.
///
/// Hashing has no error of its own: OpenSSL reports one only when it is out of memory or built without the function,
/// and then this traps, as an allocation of Swift would. A digest that could not be made must never look like one.
@safe package struct RunningDigest: ~Copyable {
    /// The function that is running.
    package let algorithm: DigestAlgorithm
    private let context: OpaquePointer?

    /// Starts with no bytes fed.
    package init(_ algorithm: DigestAlgorithm) {
        self.algorithm = algorithm
        unsafe context = EVP_MD_CTX_new()
        let started = unsafe EVP_DigestInit_ex(context, algorithm.implementation, nil)
        precondition(started == 1, "libcrypto offers no \(algorithm.rawValue)")
    }

    deinit {
        unsafe EVP_MD_CTX_free(context)
    }

    /// Feeds `bytes`, behind all that came before.
    package mutating func update(_ bytes: [UInt8]) {
        update(bytes[...])
    }

    /// Feeds `bytes`, behind all that came before.
    package mutating func update(_ bytes: ArraySlice<UInt8>) {
        let updated = unsafe bytes.withUnsafeBytes { unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        precondition(updated == 1, "libcrypto could not go on hashing")
    }

    /// The digest of everything fed.
    package consuming func finish() -> Digest {
        var bytes = [UInt8](repeating: 0, count: algorithm.byteCount)
        let finished = unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe EVP_DigestFinal_ex(context, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), nil)
        }
        precondition(finished == 1, "libcrypto could not finish hashing")
        return Digest(algorithm: algorithm, bytes: bytes)
    }
}
