internal import Cryptography

/// Writes keys in the one form that OpenSSL reads them all in (RFC 5280 §4.1.2.7). Numbers are unsigned, most
/// significant byte first, without leading zeros.
enum SubjectPublicKeyInfo {
    /// RFC 8017 §A.1.
    static func rsa(modulus: ArraySlice<UInt8>, exponent: ArraySlice<UInt8>) -> [UInt8] {
        info(rsaEncryption, DER.null, key: DER.sequence(DER.integer(modulus), DER.integer(exponent)))
    }

    /// RFC 3279 §2.3.2.
    static func dsa(
        prime: ArraySlice<UInt8>, order: ArraySlice<UInt8>, generator: ArraySlice<UInt8>, value: ArraySlice<UInt8>
    ) -> [UInt8] {
        let parameters = DER.sequence(DER.integer(prime), DER.integer(order), DER.integer(generator))
        return info(dsaIdentifier, parameters, key: DER.integer(value))
    }

    /// RFC 5480 §2. `point` is not compressed.
    static func elliptic(_ curve: EllipticCurve, point: ArraySlice<UInt8>) -> [UInt8] {
        info(ellipticIdentifier, DER.objectIdentifier(curve.objectIdentifier), key: Array(point))
    }

    /// RFC 8410 §4. `key` has 32 bytes.
    static func ed25519(_ key: ArraySlice<UInt8>) -> [UInt8] { info(ed25519Identifier, [], key: Array(key)) }

    /// RFC 8410 §4. `key` has 57 bytes.
    static func ed448(_ key: ArraySlice<UInt8>) -> [UInt8] { info(ed448Identifier, [], key: Array(key)) }

    /// 1.2.840.113549.1.1.1
    private static let rsaEncryption: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]
    /// 1.2.840.10040.4.1
    private static let dsaIdentifier: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x38, 0x04, 0x01]
    /// 1.2.840.10045.2.1
    private static let ellipticIdentifier: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]
    /// 1.3.101.112
    private static let ed25519Identifier: [UInt8] = [0x2B, 0x65, 0x70]
    /// 1.3.101.113
    private static let ed448Identifier: [UInt8] = [0x2B, 0x65, 0x71]

    private static func info(_ algorithm: [UInt8], _ parameters: [UInt8], key: [UInt8]) -> [UInt8] {
        DER.sequence(DER.sequence(DER.objectIdentifier(algorithm), parameters), DER.bitString(key))
    }
}

// OpenPGP names a curve by the bytes of its object identifier (RFC 9580 §9.2).
extension EllipticCurve {
    /// Nil for a curve that this house does not know.
    init?(objectIdentifier: ArraySlice<UInt8>) {
        guard let curve = Self.allCases.first(where: { objectIdentifier.elementsEqual($0.objectIdentifier) }) else {
            return nil
        }
        self = curve
    }

    var objectIdentifier: [UInt8] {
        switch self {
        case .p256: [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
        case .p384: [0x2B, 0x81, 0x04, 0x00, 0x22]
        case .p521: [0x2B, 0x81, 0x04, 0x00, 0x23]
        case .brainpoolP256: [0x2B, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x07]
        case .brainpoolP384: [0x2B, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0B]
        case .brainpoolP512: [0x2B, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0D]
        case .secp256k1: [0x2B, 0x81, 0x04, 0x00, 0x0A]
        }
    }
}
