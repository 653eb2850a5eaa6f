internal import Cryptography
package import Primitives

/// A public key with what its owner proved to say about it: its names, its life, its subkeys.
///
/// What does not depend on the time of day is decided here, once; what does is asked with `refusal(of:at:)`.
package struct OpenPGPCertificate: Sendable {
    /// A subkey that the primary key has bound to itself.
    struct Subkey: Sendable {
        let key: KeyPacket
        /// Verified bindings, at least one.
        let bindings: [SelfSignature]
        let isRevoked: Bool
    }

    let primary: KeyPacket
    /// The names that the key has signed for itself; only a key of version 6 may have none. For display: they prove
    /// nothing about a person.
    package let userIDs: [String]
    /// Verified certifications of any user ID. A revoked user ID still says how long the key lives.
    private let certifications: [SelfSignature]
    private let directSignatures: [SelfSignature]
    private let isRevoked: Bool
    let subkeys: [Subkey]

    /// The name of the whole certificate: its primary key's fingerprint.
    package var fingerprint: Fingerprint { primary.fingerprint }

    /// When the primary key says it was made.
    package var created: Timestamp { primary.created }

    /// The fingerprints of the subkeys, bound ones only, whatever they are for.
    package var subkeyFingerprints: [Fingerprint] { subkeys.map(\.key.fingerprint) }

    /// Verifies the self-signatures of a key.
    ///
    /// - Throws: when the primary key cannot verify anything, is too weak, or has no name that it signed itself (as
    ///   GnuPG, which then imports nothing).
    init(verifying key: TransferableKey) throws(OpenPGPError) {
        let primary = key.primary
        guard primary.material.key != nil else { throw .unsupported("keys of \(primary.material.name)") }
        if let weakness = primary.material.weakness { throw .unsupported("a weak key: \(weakness)") }
        var certifications: [SelfSignature] = []
        var userIDs: [String] = []
        for part in key.userIDs {
            let proven = try Self.proven(
                part.signatures.filter { SignaturePacket.Kind.certifications.contains($0.kind) },
                over: .userID(part.subject, of: primary), by: primary)
            certifications += proven
            if !proven.isEmpty { userIDs.append(part.subject.text) }
        }
        let directSignatures = try Self.proven(
            key.direct.filter { $0.kind == .directKey }, over: .key(primary), by: primary)
        // A version 6 key says all in a direct-key signature, and may have no name (RFC 9580 §10.1.1).
        guard !certifications.isEmpty || primary.version == .six && !directSignatures.isEmpty else {
            throw .malformed("no user ID with a valid self-signature (SHA-1 or SHA-2)")
        }
        self.primary = primary
        self.userIDs = userIDs
        self.certifications = certifications
        self.directSignatures = directSignatures
        isRevoked = try Self.isRevoked(
            by: key.direct.filter { $0.kind == .keyRevocation }, over: .key(primary), primary: primary)
        subkeys = try Self.subkeys(of: key)
    }

    private static func subkeys(of key: TransferableKey) throws(OpenPGPError) -> [Subkey] {
        var subkeys: [Subkey] = []
        for part in key.subkeys {
            let data = SignedData.subkey(part.subject, of: key.primary)
            let bindings = try proven(
                part.signatures.filter { $0.kind == .subkeyBinding }, over: data, by: key.primary)
            guard !bindings.isEmpty else { continue }
            let revocations = part.signatures.filter { $0.kind == .subkeyRevocation }
            let isRevoked = try isRevoked(by: revocations, over: data, primary: key.primary)
            subkeys.append(Subkey(key: part.subject, bindings: bindings, isRevoked: isRevoked))
        }
        return subkeys
    }

    private static func proven(
        _ signatures: [SignaturePacket], over data: SignedData, by primary: KeyPacket
    ) throws(OpenPGPError) -> [SelfSignature] {
        var proven: [SelfSignature] = []
        for signature in signatures {
            if let signature = try SelfSignature(proving: signature, over: data, by: primary) {
                proven.append(signature)
            }
        }
        return proven
    }

    /// A revocation counts for ever, whatever its reason, its date and its unknown subpackets: to heed one too many is
    /// safe, to miss one is not.
    private static func isRevoked(
        by revocations: [SignaturePacket], over data: SignedData, primary: KeyPacket
    ) throws(OpenPGPError) -> Bool {
        for revocation in revocations {
            guard let digest = revocation.hashAlgorithm.digest else { continue }
            if try revocation.verifies(data, by: primary, hashing: digest) { return true }
        }
        return false
    }
}

// What depends on the time of day. The present counts, never the time of the signature: a key that has expired or was
// revoked since proves nothing now.
extension OpenPGPCertificate {
    /// Why `key`, the primary or a subkey, may not sign at `now`; nil when it may.
    func refusal(of key: KeyPacket, at now: Timestamp) -> MessageRefusal? {
        if let refusal = primaryRefusal(at: now) { return refusal }
        guard key.fingerprint != primary.fingerprint else {
            return maySign(at: now) ? nil : .wrongUsage(primary.fingerprint)
        }
        return subkeys.first { $0.key.fingerprint == key.fingerprint }.map { subkeyRefusal(of: $0, at: now) }
            ?? .unknownKey(key.fingerprint.keyID)
    }

    /// Why nothing that this certificate's keys sign counts at `now`; nil when one of them may sign.
    package func signingRefusal(at now: Timestamp) -> MessageRefusal? {
        let refusals = ([primary] + subkeys.map(\.key)).map { refusal(of: $0, at: now) }
        guard !refusals.contains(nil) else { return nil }
        // That the primary key, or one to encrypt with, is not meant for signing is seldom the reason.
        let reasons = refusals.compactMap { $0 }
        return reasons.first { if case .wrongUsage = $0 { false } else { true } } ?? reasons.first
    }

    private func primaryRefusal(at now: Timestamp) -> MessageRefusal? {
        if isRevoked { return .revokedKey(fingerprint) }
        let statements = statements(at: now)
        guard !statements.isEmpty, primary.created <= now.toleratingSkew else { return .keyNotYetValid(fingerprint) }
        let ends = statements.flatMap { [$0.keyExpiry(of: primary), $0.expires] }.compactMap { $0 }
        return ends.min().flatMap { $0 <= now ? .expiredKey(fingerprint, $0) : nil }
    }

    /// What the owner says of the primary key now: the newest certification of a name, which speaks for it in version 4,
    /// and the newest direct-key signature. Where both speak, the stricter counts.
    private func statements(at now: Timestamp) -> [SelfSignature] {
        let certification = newest(certifications, at: now)
        guard certification != nil || primary.version == .six else { return [] }
        return [certification, newest(directSignatures, at: now)].compactMap { $0 }
    }

    private func maySign(at now: Timestamp) -> Bool {
        statements(at: now).allSatisfy { $0.keyFlags?.contains(.sign) ?? true }
    }

    private func subkeyRefusal(of subkey: Subkey, at now: Timestamp) -> MessageRefusal? {
        let name = subkey.key.fingerprint
        if subkey.isRevoked { return .revokedKey(name) }
        guard let binding = newest(subkey.bindings, at: now), subkey.key.created <= now.toleratingSkew else {
            return .keyNotYetValid(name)
        }
        for end in [binding.keyExpiry(of: subkey.key), binding.expires].compactMap({ $0 }) where end <= now {
            return .expiredKey(name, end)
        }
        guard binding.keyFlags?.contains(.sign) ?? true else { return .wrongUsage(name) }
        return binding.isBackSigned ? nil : .noBackSignature(name)
    }

    /// The newest statement decides; one from the future does not yet.
    private func newest(_ statements: [SelfSignature], at now: Timestamp) -> SelfSignature? {
        statements.filter { $0.created <= now.toleratingSkew }.max { $0.created < $1.created }
    }
}
