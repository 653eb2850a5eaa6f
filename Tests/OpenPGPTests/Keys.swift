import Cryptography
import OpenPGP
import Primitives

/// Keys that are made once.
enum Keys {
    static let alice = Result { try ForgedKey.make(.ed25519) }
    static let bob = Result { try ForgedKey.make(.ed25519) }
    static let subkey = Result { try ForgedKey.make(.ed25519) }
    static let modern = Result { try ForgedKey.make(.ed25519, as: 27) }
    static let rsa = Result { try ForgedKey.make(.rsa(bits: 2048)) }
    static let largeRSA = Result { try ForgedKey.make(.rsa(bits: 8192)) }
    static let weak = Result { try ForgedKey.make(.rsa(bits: 1024)) }
    static let dsa = Result { try ForgedKey.make(.dsa(bits: 2048)) }
    static let weakDSA = Result { try ForgedKey.make(.dsa(bits: 1024)) }
    static let p256 = Result { try ForgedKey.make(.ecdsa(.p256)) }
    static let p384 = Result { try ForgedKey.make(.ecdsa(.p384)) }
    static let p521 = Result { try ForgedKey.make(.ecdsa(.p521)) }
    static let brainpool256 = Result { try ForgedKey.make(.ecdsa(.brainpoolP256)) }
    static let brainpool384 = Result { try ForgedKey.make(.ecdsa(.brainpoolP384)) }
    static let brainpool512 = Result { try ForgedKey.make(.ecdsa(.brainpoolP512)) }
    static let secp256k1 = Result { try ForgedKey.make(.ecdsa(.secp256k1)) }
    static let ed448 = Result { try ForgedKey.make(.ed448) }
}

/// The answer about a message, as the operator would read it.
func answer(to message: [UInt8], from ring: [UInt8], at now: UInt32 = Moment.now) -> String {
    do {
        let verifier = MessageVerifier(keyRing: try KeyRing(parsing: ring))
        let verdict = try verifier.verify(
            try UnverifiedMessage(parsing: message), at: Timestamp(secondsSince1970: Int64(now)))
        switch verdict {
        case .verified: return "verified"
        case .refused(let refusal): return "refused: \(refusal)"
        }
    } catch {
        return "error: \(error)"
    }
}
