internal import Cryptography

/// The numbers of a signature, by the algorithm that made them (RFC 9580 §5.2.3.1 and following).
enum SignatureValue: Hashable, Sendable {
    /// One integer, without leading zeros.
    case rsa([UInt8])
    /// The numbers R and S of DSA or ECDSA, in DER.
    case dsa([UInt8])
    /// R and S together, as RFC 8032 has them: 64 bytes of Ed25519 or 114 of Ed448.
    case edwards([UInt8])
    case unsupported

    init(_ algorithm: KeyAlgorithm, from fields: inout FieldReader) throws(OpenPGPError) {
        switch algorithm {
        case .rsa, .rsaSignOnly:
            self = .rsa(Array(try fields.integer()))
        case .dsa, .ecdsa:
            self = .dsa(DER.sequence(DER.integer(try fields.integer()), DER.integer(try fields.integer())))
        case .legacyEdDSA:
            let (r, s) = (try fields.integer(), try fields.integer())
            // Another curve than Ed25519 has longer numbers; its keys are unsupported too, so none is ever looked up.
            self = r.count <= 32 && s.count <= 32 ? .edwards(padded(r, to: 32) + padded(s, to: 32)) : .unsupported
        case .ed25519:
            self = .edwards(Array(try fields.bytes(64)))
        case .ed448:
            self = .edwards(Array(try fields.bytes(114)))
        default:
            _ = fields.rest()
            self = .unsupported
        }
        try fields.expectEnd()
    }

    /// Whether the owner of `material` signed what `digest` was made from. EdDSA signs the digest as if it were the
    /// message. A digest that is too short for the key is never signed by it.
    ///
    /// - Throws: `.cryptography` when OpenSSL could not tell.
    func verifies(_ digest: Digest, by material: KeyMaterial) throws(OpenPGPError) -> Bool {
        guard let key = material.key, digest.bytes.count >= material.shortestDigest else { return false }
        do throws(OpenSSLError) {
            return switch (self, key.algorithm) {
            case (.rsa(let number), .rsa): try Self.verifies(number, over: digest, byRSA: key)
            case (.dsa(let value), .dsa), (.dsa(let value), .ecdsa): try key.verifies(value, over: digest)
            case (.edwards(let value), .ed25519), (.edwards(let value), .ed448):
                try key.verifies(value, over: digest.bytes, by: .edwards)
            default: false
            }
        } catch {
            throw .cryptography("\(error)")
        }
    }

    private static func verifies(
        _ number: [UInt8], over digest: Digest, byRSA key: PublicKey
    ) throws(OpenSSLError) -> Bool {
        let size = (key.bits + 7) / 8
        guard number.count <= size else { return false }
        return try key.verifies(padded(number[...], to: size), over: digest)
    }
}

/// OpenPGP strips leading zeros that the signature schemes count as part of the signature.
private func padded(_ number: ArraySlice<UInt8>, to size: Int) -> [UInt8] {
    [UInt8](repeating: 0, count: size - number.count) + number
}
