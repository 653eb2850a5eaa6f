internal import Cryptography
package import Primitives

/// A public key with what its owner proved to say about it: its names, its life, its subkeys.
///
/// What does not depend on the time of day is decided here, once; what does is asked with `refusal(of:at:)`.
package struct OpenPGPCertificate: Sendable {
    /// A name that the key has signed for itself.
    struct Name: Sendable {
        let text: String
        /// Verified certifications, at least one.
        let certifications: [SelfSignature]
        let revocations: [SelfSignature]
    }

    /// A subkey that the primary key has bound to itself.
    struct Subkey: Sendable {
        let key: KeyPacket
        /// Verified bindings, at least one.
        let bindings: [SelfSignature]
        let isRevoked: Bool
    }

    let primary: KeyPacket
    /// Only a key of version 6 may have none.
    let names: [Name]
    let directSignatures: [SelfSignature]
    let isRevoked: Bool
    let subkeys: [Subkey]
    /// Subkeys that the primary key has not bound to itself: whoever put them there did not own it.
    let strays: [KeyRingProblem]

    /// The names that the key has signed for itself, revoked ones too. For display: they prove nothing about a person.
    package var userIDs: [String] { names.map(\.text) }

    /// The name of the whole certificate: its primary key's fingerprint.
    package var fingerprint: Fingerprint { primary.fingerprint }

    /// The primary key itself, in a form that says nothing of its certificate: whoever has it may make several
    /// certificates of it, which all are that one key.
    package var primaryKeyInfo: [UInt8] { primary.material.info }

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
        let names = try Self.names(of: key)
        let directSignatures = try Self.proven(
            key.direct.filter { $0.kind == .directKey }, over: .key(primary), by: primary)
        // A version 6 key says all in a direct-key signature, and may have no name (RFC 9580 §10.1.1).
        guard !names.isEmpty || primary.version == .six && !directSignatures.isEmpty else {
            throw .malformed("no user ID with a valid self-signature (SHA-1 or SHA-2)")
        }
        self.primary = primary
        self.names = names
        self.directSignatures = directSignatures
        isRevoked = try Self.isRevoked(
            by: key.direct.filter { $0.kind == .keyRevocation }, over: .key(primary), primary: primary)
        (subkeys, strays) = try Self.subkeys(of: key)
    }

    private static func names(of key: TransferableKey) throws(OpenPGPError) -> [Name] {
        var names: [Name] = []
        for part in key.userIDs {
            let data = SignedData.userID(part.subject, of: key.primary)
            let certifications = try proven(
                part.signatures.filter { SignaturePacket.Kind.certifications.contains($0.kind) }, over: data,
                by: key.primary)
            guard !certifications.isEmpty else { continue }
            let revocations = try proven(
                part.signatures.filter { $0.kind == .certificationRevocation }, over: data, by: key.primary)
            names.append(
                Name(text: part.subject.text, certifications: certifications, revocations: revocations))
        }
        return names
    }

    private static func subkeys(
        of key: TransferableKey
    ) throws(OpenPGPError) -> ([Subkey], strays: [KeyRingProblem]) {
        var subkeys: [Subkey] = []
        var strays: [KeyRingProblem] = []
        for part in key.subkeys {
            let data = SignedData.subkey(part.subject, of: key.primary)
            let bindings = try proven(
                part.signatures.filter { $0.kind == .subkeyBinding }, over: data, by: key.primary)
            guard !bindings.isEmpty else {
                strays.append(
                    KeyRingProblem(subkey: part.subject, reason: "a subkey without a valid binding signature"))
                continue
            }
            let revocations = part.signatures.filter { $0.kind == .subkeyRevocation }
            let isRevoked = try isRevoked(by: revocations, over: data, primary: key.primary)
            subkeys.append(Subkey(key: part.subject, bindings: bindings, isRevoked: isRevoked))
        }
        return (subkeys, strays)
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
