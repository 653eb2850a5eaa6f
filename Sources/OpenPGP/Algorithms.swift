internal import Cryptography

/// How a key signs (RFC 9580 §9.1).
struct KeyAlgorithm: RawRepresentable, Hashable, Sendable {
    let rawValue: UInt8

    static let rsa = KeyAlgorithm(rawValue: 1)
    static let rsaSignOnly = KeyAlgorithm(rawValue: 3)
    static let dsa = KeyAlgorithm(rawValue: 17)
    static let ecdsa = KeyAlgorithm(rawValue: 19)
    /// EdDSA with the curve named in the key, as GnuPG has made it since 2014.
    static let legacyEdDSA = KeyAlgorithm(rawValue: 22)
    static let ed25519 = KeyAlgorithm(rawValue: 27)
    static let ed448 = KeyAlgorithm(rawValue: 28)

    var name: String {
        switch rawValue {
        case 1, 2, 3: "RSA"
        case 16: "Elgamal"
        case 17: "DSA"
        case 18: "ECDH"
        case 19: "ECDSA"
        case 22: "EdDSA"
        case 25: "X25519"
        case 26: "X448"
        case 27: "Ed25519"
        case 28: "Ed448"
        default: "algorithm \(rawValue)"
        }
    }
}

/// What a signature hashes with (RFC 9580 §9.5).
struct HashAlgorithm: RawRepresentable, Hashable, Sendable {
    let rawValue: UInt8

    /// The function, when it is one that is used here at all.
    var digest: DigestAlgorithm? {
        switch rawValue {
        case 2: .sha1
        case 8: .sha256
        case 9: .sha384
        case 10: .sha512
        case 11: .sha224
        case 12: .sha3with256
        case 14: .sha3with512
        default: nil
        }
    }

    /// The function, when a signature over data may use it. SHA-1 is out: collisions can be bought (CVE-2019-14855). So
    /// is SHA-224, which is hardly ever used and shorter than what is.
    var strongDigest: DigestAlgorithm? {
        switch digest {
        case .sha1, .sha224: nil
        default: digest
        }
    }

    /// The bytes of salt that a version 6 signature has with this function (RFC 9580 §9.5); nil where it may not be used.
    var saltLength: Int? {
        switch rawValue {
        case 8, 11, 12: 16
        case 9: 24
        case 10, 14: 32
        default: nil
        }
    }

    var name: String {
        switch rawValue {
        case 1: "MD5"
        case 2: "SHA-1"
        case 3: "RIPEMD-160"
        case 8: "SHA-256"
        case 9: "SHA-384"
        case 10: "SHA-512"
        case 11: "SHA-224"
        case 12: "SHA3-256"
        case 14: "SHA3-512"
        default: "hash algorithm \(rawValue)"
        }
    }
}
