internal import Cryptography

/// The part of a key packet that verifies (RFC 9580 §5.5.5).
enum KeyMaterial: Sendable {
    case rsa(PublicKey)
    case ed25519(PublicKey)
    /// A key that signs in a way this house does not verify, or does not sign at all.
    case unsupported

    /// Reads the algorithm's fields to the end of the packet.
    ///
    /// Refuses RSA with a modulus above 8192 bits or an exponent that is even, 1, or above 32 bits (each makes a
    /// verification slow or worthless), and EdDSA points of another length than Ed25519's. Weak but sound RSA keys are
    /// read: whoever verifies says so.
    init(_ algorithm: KeyAlgorithm, from fields: inout FieldReader) throws(OpenPGPError) {
        switch algorithm {
        case .rsa, .rsaSignOnly:
            self = .rsa(try Self.rsa(from: &fields))
        case .legacyEdDSA:
            guard let point = try Self.legacyPoint(from: &fields) else {
                self = .unsupported
                return
            }
            self = .ed25519(try Self.key(SubjectPublicKeyInfo.ed25519(point)))
        case .ed25519:
            self = .ed25519(try Self.key(SubjectPublicKeyInfo.ed25519(try fields.bytes(32))))
        default:
            _ = fields.rest()
            self = .unsupported
        }
        try fields.expectEnd()
    }

    /// The size of an RSA modulus in bits when it is too small to trust (below 2048), else nil.
    var weakBits: Int? {
        guard case .rsa(let key) = self, key.bits < 2048 else { return nil }
        return key.bits
    }

    private static let ed25519Curve: [UInt8] = [0x2B, 0x06, 0x01, 0x04, 0x01, 0xDA, 0x47, 0x0F, 0x01]

    private static func rsa(from fields: inout FieldReader) throws(OpenPGPError) -> PublicKey {
        let modulus = try fields.integer()
        let exponent = try fields.integer()
        guard modulus.count >= 64, modulus.count <= 1024, isOdd(modulus) else {
            throw .malformed("an RSA modulus of \(modulus.count) bytes, or an even one")
        }
        guard exponent.count <= 4, isOdd(exponent), exponent != [1] else {
            throw .malformed("an RSA exponent that is even, 1 or larger than 32 bits")
        }
        return try key(SubjectPublicKeyInfo.rsa(modulus: modulus, exponent: exponent))
    }

    /// The 32 bytes behind the prefix 0x40; nil when the curve is another than Ed25519.
    private static func legacyPoint(from fields: inout FieldReader) throws(OpenPGPError) -> ArraySlice<UInt8>? {
        let curve = try fields.bytes(Int(fields.byte()))
        guard curve.elementsEqual(ed25519Curve) else {
            _ = fields.rest()
            return nil
        }
        let point = try fields.integer()
        guard point.count == 33, point.first == 0x40 else { throw .malformed("an Ed25519 point of another form") }
        return point.dropFirst()
    }

    private static func isOdd(_ integer: ArraySlice<UInt8>) -> Bool {
        (integer.last ?? 0) & 1 == 1
    }

    private static func key(_ bytes: [UInt8]) throws(OpenPGPError) -> PublicKey {
        do throws(PublicKeyError) {
            return try PublicKey(subjectPublicKeyInfo: bytes)
        } catch {
            throw .malformed("\(error)")
        }
    }
}
