internal import Cryptography
internal import Primitives

/// What the owner of a key proved to have said about it.
struct SelfSignature: Sendable {
    let created: Timestamp
    let expires: Timestamp?
    let keyLifetime: Int64?
    let keyFlags: KeyFlags?
    /// In a binding: the subkey agreed, by a signature of its own, to sign for the primary key.
    let isBackSigned: Bool

    /// Verifies a self-signature by the primary key; nil when it is none.
    ///
    /// SHA-1 counts here, and only here: the self-signatures of keys that are still in use were made with it. What the
    /// signature says is nothing without a creation time, nor with a critical subpacket that is not understood.
    init?(
        proving signature: SignaturePacket, over data: SignedData, by primary: KeyPacket
    ) throws(OpenPGPError) {
        guard let created = signature.claims.created, signature.claims.unknownCritical == nil,
            let digest = signature.hashAlgorithm.digest,
            try signature.verifies(data, by: primary, hashing: digest)
        else { return nil }
        self.created = created
        expires = signature.claims.expires
        keyLifetime = signature.claims.keyLifetime
        keyFlags = signature.claims.keyFlags
        if case .subkey(let subkey, _) = data {
            isBackSigned = try Self.isBackSigned(signature, by: subkey, over: data)
        } else {
            isBackSigned = false
        }
    }

    /// When a key of this age ends by this signature; nil for never.
    func keyExpiry(of key: KeyPacket) -> Timestamp? {
        keyLifetime.map { Timestamp(secondsSince1970: key.created.secondsSince1970 + $0) }
    }

    /// Whether the binding carries the subkey's own signature, type 0x19 over the same two keys (RFC 9580 §5.2.1.9).
    /// Without it, anybody could claim a stranger's signing subkey.
    private static func isBackSigned(
        _ binding: SignaturePacket, by subkey: KeyPacket, over data: SignedData
    ) throws(OpenPGPError) -> Bool {
        for body in binding.claims.embeddedSignatures.prefix(maximumBackSignatures) {
            guard let signature = readable(body), signature.kind == .primaryKeyBinding,
                signature.claims.created != nil, signature.claims.unknownCritical == nil,
                let digest = signature.hashAlgorithm.digest
            else { continue }
            if try signature.verifies(data, by: subkey, hashing: digest) { return true }
        }
        return false
    }

    /// More than one is odd, more than a few a way to make a verifier work.
    private static let maximumBackSignatures = 2

    private static func readable(_ body: ArraySlice<UInt8>) -> SignaturePacket? {
        do throws(OpenPGPError) { return try SignaturePacket(body: body) } catch { return nil }
    }
}
