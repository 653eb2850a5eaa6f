internal import Cryptography

/// The numbers of a signature, by the algorithm that made them (RFC 9580 §5.2.3.1 and following).
enum SignatureValue: Hashable, Sendable {
    /// One integer, without leading zeros.
    case rsa([UInt8])
    /// R and S, 64 bytes together, as RFC 8032 has them.
    case ed25519([UInt8])
    case unsupported

    init(_ algorithm: KeyAlgorithm, from fields: inout FieldReader) throws(OpenPGPError) {
        switch algorithm {
        case .rsa, .rsaSignOnly:
            self = .rsa(Array(try fields.integer()))
        case .legacyEdDSA:
            let (r, s) = (try fields.integer(), try fields.integer())
            // Another curve than Ed25519 has longer numbers; its keys are unsupported too, so none is ever looked up.
            self = r.count <= 32 && s.count <= 32 ? .ed25519(padded(r, to: 32) + padded(s, to: 32)) : .unsupported
        case .ed25519:
            self = .ed25519(Array(try fields.bytes(64)))
        default:
            _ = fields.rest()
            self = .unsupported
        }
        try fields.expectEnd()
    }

    /// Whether the owner of `key` signed what `digest` was made from. EdDSA signs the digest as if it were the message.
    ///
    /// - Throws: `.cryptography` when OpenSSL could not tell.
    func verifies(_ digest: Digest, by key: KeyMaterial) throws(OpenPGPError) -> Bool {
        do throws(OpenSSLError) {
            switch (self, key) {
            case (.rsa(let number), .rsa(let key)):
                let size = (key.bits + 7) / 8
                guard number.count <= size else { return false }
                return try key.verifies(padded(number[...], to: size), over: digest)
            case (.ed25519(let value), .ed25519(let key)):
                return try key.verifies(value, over: digest.bytes, by: .ed25519)
            default:
                return false
            }
        } catch {
            throw .cryptography("\(error)")
        }
    }
}

/// OpenPGP strips leading zeros that the signature schemes count as part of the signature.
private func padded(_ number: ArraySlice<UInt8>, to size: Int) -> [UInt8] {
    [UInt8](repeating: 0, count: size - number.count) + number
}
