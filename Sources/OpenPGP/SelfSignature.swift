internal import Cryptography
internal import Primitives

/// What the owner of a key proved to have said about it.
struct SelfSignature: Sendable {
    let created: Timestamp
    let expires: Timestamp?
    let keyLifetime: Int64?
    let keyFlags: KeyFlags?
    /// In a binding: the signatures by which the subkey agreed to sign for the primary key.
    private let backSignatures: [SignatureClaims]

    /// Verifies a self-signature by the primary key; nil when it is none.
    ///
    /// SHA-1 counts here, and only here: the self-signatures of keys that are still in use were made with it. What the
    /// signature says is nothing without a creation time, nor with a critical subpacket that is not understood, nor in
    /// version 3, which has no place to say anything.
    init?(
        proving signature: SignaturePacket, over data: SignedData, by primary: KeyPacket
    ) throws(OpenPGPError) {
        guard Self.isClear(signature), let created = signature.claims.created,
            let digest = signature.hashAlgorithm.digest,
            try signature.verifies(data, by: primary, hashing: digest)
        else { return nil }
        self.created = created
        expires = signature.claims.expires
        keyLifetime = signature.claims.keyLifetime
        keyFlags = signature.claims.keyFlags
        if case .subkey(let subkey, _) = data {
            backSignatures = try Self.backSignatures(in: signature, by: subkey, over: data)
        } else {
            backSignatures = []
        }
    }

    /// Whether the subkey of this binding agrees, at `now`, to sign for the primary key. Without that, anybody could
    /// claim a stranger's signing subkey.
    func isBackSigned(at now: Timestamp) -> Bool {
        backSignatures.contains { $0.expires.map { $0 > now } ?? true }
    }

    /// When a key of this age ends by this signature; nil for never.
    func keyExpiry(of key: KeyPacket) -> Timestamp? {
        keyLifetime.map { Timestamp(secondsSince1970: key.created.secondsSince1970 + $0) }
    }

    /// The subkey's own signatures in a binding, type 0x19 over the same two keys (RFC 9580 §5.2.1.9), as far as they are
    /// good.
    private static func backSignatures(
        in binding: SignaturePacket, by subkey: KeyPacket, over data: SignedData
    ) throws(OpenPGPError) -> [SignatureClaims] {
        var proven: [SignatureClaims] = []
        for body in binding.claims.embeddedSignatures.prefix(maximumBackSignatures) {
            guard let signature = readable(body), signature.kind == .primaryKeyBinding, isClear(signature),
                let digest = signature.hashAlgorithm.digest,
                try signature.verifies(data, by: subkey, hashing: digest)
            else { continue }
            proven.append(signature.claims)
        }
        return proven
    }

    private static func isClear(_ signature: SignaturePacket) -> Bool {
        signature.version != .three && signature.claims.created != nil && signature.claims.unknownCritical == nil
    }

    /// More than one is odd, more than a few a way to make a verifier work.
    private static let maximumBackSignatures = 2

    private static func readable(_ body: ArraySlice<UInt8>) -> SignaturePacket? {
        do throws(OpenPGPError) { return try SignaturePacket(body: body) } catch { return nil }
    }
}
