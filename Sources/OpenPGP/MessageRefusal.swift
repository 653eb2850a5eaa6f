package import Primitives

/// Why a message that was read is not accepted: a definite no, which only other keys or another signature change.
package enum MessageRefusal: Hashable, Sendable, CustomStringConvertible {
    /// The signature does not say which key made it.
    case noIssuer
    /// Signed by a key that the ring does not hold.
    case unknownKey(KeyID)
    /// Signed by a key that the ring holds but cannot use, with the reason.
    case unusableKey(KeyRingProblem)
    /// The signature is not this key's over this content.
    case badSignature(Fingerprint)
    /// The signature ended then.
    case expiredSignature(Timestamp)
    /// The signature claims to be from the future, by more than `clockSkewSeconds`.
    case futureSignature(Timestamp)
    /// The signature claims to be older than the key.
    case signatureBeforeKey(Fingerprint)
    /// A critical subpacket of this number is not understood, so what it restricts is not known.
    case unknownRestriction(UInt8)
    /// A hash function that is not good enough to sign data with.
    case weakDigest(String)
    /// A hash function whose digest is shorter than the signer's key needs.
    case shortDigest(String, neededBits: Int)
    /// A key of a kind that this house does not verify with.
    case unsupportedKey(Fingerprint, String)
    /// An RSA or DSA key of fewer than `KeyWeakness.neededBits`.
    case weakKey(Fingerprint, KeyWeakness)
    /// The key ended then; that the signature is older does not help.
    case expiredKey(Fingerprint, Timestamp)
    /// The key was revoked, for whatever reason; that the signature is older does not help.
    case revokedKey(Fingerprint)
    /// The key, or what its owner says about it, is from the future.
    case keyNotYetValid(Fingerprint)
    /// The key's owner made it for something else than signing.
    case wrongUsage(Fingerprint)
    /// The subkey never agreed to sign for its primary key.
    case noBackSignature(Fingerprint)

    /// How far the clocks of signers may be ahead of this machine's.
    package static let clockSkewSeconds: Int64 = 300

    /// One line for the operator of a cluster.
    package var description: String {
        switch self {
        case .noIssuer: "the signature does not name the key it was made with"
        case .unknownKey(let keyID): "signed by key \(keyID), which is not in the key ring"
        case .unusableKey(let problem): "signed by a key that cannot be used: \(problem)"
        case .badSignature(let key): "bad signature by key \(key): the content was changed, or another key signed it"
        case .expiredSignature(let end): "the signature expired at \(end)"
        case .futureSignature(let time): "the signature was made in the future, at \(time); check the clocks"
        case .signatureBeforeKey(let key): "the signature is older than key \(key), which made it"
        case .unknownRestriction(let number): "the signature has an unknown critical subpacket of type \(number)"
        case .weakDigest(let name): "the signature uses \(name), which is not accepted; sign with SHA-256 or better"
        case .shortDigest(let name, let bits):
            "the signature uses \(name), which is too short for its key; sign with a hash of \(bits) bits"
        case .unsupportedKey(let key, let name): "key \(key) is not supported: \(name)"
        case .weakKey(let key, let weakness): "key \(key) is too weak: \(weakness)"
        case .expiredKey(let key, let end): "key \(key) expired at \(end)"
        case .revokedKey(let key): "key \(key) was revoked"
        case .keyNotYetValid(let key): "key \(key) is not valid yet; check the clocks"
        case .wrongUsage(let key): "key \(key) is not meant for signing data"
        case .noBackSignature(let key): "subkey \(key) is not allowed to sign: it has no back-signature"
        }
    }
}

extension Timestamp {
    /// The latest moment that a statement may be from to be believed now.
    var toleratingSkew: Timestamp {
        Timestamp(secondsSince1970: secondsSince1970 + MessageRefusal.clockSkewSeconds)
    }
}
