package import Primitives

// What depends on the time of day. The present counts, never the time of the signature: a key that has expired or was
// revoked since proves nothing now.
extension OpenPGPCertificate {
    /// Why `key`, the primary or a subkey, may not sign at `now`; nil when it may.
    func refusal(of key: KeyPacket, at now: Timestamp) -> MessageRefusal? {
        if let refusal = primaryRefusal(at: now) { return refusal }
        guard key.fingerprint != primary.fingerprint else {
            return allowsSigning(statements(at: now)) ? nil : .wrongUsage(primary.fingerprint)
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

    /// What the owner says of the primary key now; where several speak, the strictest counts.
    ///
    /// A name says so in its newest certification, and the newest name decides; but one that says nothing about the end of
    /// the key or its use leaves that to the newest which does, as for GnuPG. A name that was revoked is heard only when
    /// there is no other. A direct-key signature is always heard.
    func statements(at now: Timestamp) -> [SelfSignature] {
        let valid = names.filter { !$0.isRevoked(at: now) }
        let spoken = (valid.isEmpty ? names : valid).flatMap { Self.newest($0.certifications, at: now) }
        guard !spoken.isEmpty || primary.version == .six else { return [] }
        let limiting = Self.newest(spoken.filter { $0.keyLifetime != nil }, at: now)
        let describing = Self.newest(spoken.filter { $0.keyFlags != nil }, at: now)
        return Self.newest(spoken, at: now) + limiting + describing + Self.newest(directSignatures, at: now)
    }

    private func primaryRefusal(at now: Timestamp) -> MessageRefusal? {
        if isRevoked { return .revokedKey(fingerprint) }
        let statements = statements(at: now)
        guard !statements.isEmpty, primary.created <= now.toleratingSkew else { return .keyNotYetValid(fingerprint) }
        return primary.end(by: statements).flatMap { $0 <= now ? .expiredKey(fingerprint, $0) : nil }
    }

    private func subkeyRefusal(of subkey: Subkey, at now: Timestamp) -> MessageRefusal? {
        let name = subkey.key.fingerprint
        if subkey.isRevoked { return .revokedKey(name) }
        let bindings = subkey.bindings(at: now)
        guard !bindings.isEmpty, subkey.key.created <= now.toleratingSkew else { return .keyNotYetValid(name) }
        if let end = subkey.key.end(by: bindings), end <= now { return .expiredKey(name, end) }
        guard allowsSigning(bindings) else { return .wrongUsage(name) }
        if let refusal = subkey.key.material.refusal(of: name) { return refusal }
        return bindings.contains { $0.isBackSigned(at: now) } ? nil : .noBackSignature(name)
    }

    /// A key whose owner says nothing about its use may sign (RFC 9580 §5.2.3.29).
    private func allowsSigning(_ statements: [SelfSignature]) -> Bool {
        statements.allSatisfy { $0.keyFlags?.contains(.sign) ?? true }
    }

    /// The newest statement decides; one from the future does not yet. There are several when they were made in the same
    /// second: then the strictest counts, since which comes last in a ring is anybody's choice.
    fileprivate static func newest(_ statements: [SelfSignature], at now: Timestamp) -> [SelfSignature] {
        let spoken = statements.filter { $0.created <= now.toleratingSkew }
        let last = spoken.map(\.created).max()
        return spoken.filter { $0.created == last }
    }
}

extension OpenPGPCertificate.Name {
    /// Whether the owner took the name back, and has not given it anew since.
    fileprivate func isRevoked(at now: Timestamp) -> Bool {
        guard let revoked = OpenPGPCertificate.newest(revocations, at: now).first?.created,
            let certified = OpenPGPCertificate.newest(certifications, at: now).first?.created
        else { return false }
        return revoked >= certified
    }
}

extension OpenPGPCertificate.Subkey {
    /// What the primary key says of this subkey now.
    func bindings(at now: Timestamp) -> [SelfSignature] {
        OpenPGPCertificate.newest(bindings, at: now)
    }
}

extension KeyPacket {
    /// When this key ends by what is said about it; nil for never. A statement that ends takes the key along.
    func end(by statements: [SelfSignature]) -> Timestamp? {
        statements.flatMap { [$0.keyExpiry(of: self), $0.expires] }.compactMap { $0 }.min()
    }
}

extension KeyMaterial {
    /// Why nothing that such a key signs counts, whoever owns it; nil when it may.
    fileprivate func refusal(of fingerprint: Fingerprint) -> MessageRefusal? {
        if key == nil { return .unsupportedKey(fingerprint, name) }
        return weakness.map { .weakKey(fingerprint, $0) }
    }
}
