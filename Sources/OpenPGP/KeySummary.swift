package import Primitives

/// What a key may be used for, by its owner's word (RFC 9580 §5.2.3.29).
package enum KeyUsage: String, Hashable, Sendable, CaseIterable {
    /// To sign names and other keys.
    case certify
    /// To sign data: what a key of an image's signature needs.
    case sign
    case encrypt
    case authenticate

    fileprivate var flags: KeyFlags {
        switch self {
        case .certify: .certify
        case .sign: .sign
        case .encrypt: .encrypt
        case .authenticate: .authenticate
        }
    }
}

/// One key of a ring, as its owner describes it and as this house judges it at a moment: for people.
package struct KeySummary: Hashable, Sendable {
    /// Which key it is.
    package let fingerprint: Fingerprint
    /// Of the packet: 4 or 6.
    package let version: Int
    /// With its size: `RSA of 3072 bits`, `ECDSA on P-256`.
    package let algorithm: String
    /// When it says it was made.
    package let created: Timestamp
    /// Nil for never.
    package let expires: Timestamp?
    /// Nil when its owner does not say: then it may do all.
    package let usages: [KeyUsage]?
    /// Why nothing that it signs counts; nil when it may sign.
    package let refusal: MessageRefusal?

    fileprivate init(_ key: KeyPacket, statements: [SelfSignature], refusal: MessageRefusal?) {
        fingerprint = key.fingerprint
        version = Int(key.version.rawValue)
        algorithm = key.material.name
        created = key.created
        expires = key.end(by: statements)
        let flags = statements.compactMap(\.keyFlags)
        usages =
            flags.isEmpty
            ? nil : KeyUsage.allCases.filter { usage in flags.allSatisfy { !$0.isDisjoint(with: usage.flags) } }
        self.refusal = refusal
    }
}

extension OpenPGPCertificate {
    /// The primary key and then the subkeys that are bound to it, as of `now`.
    package func summaries(at now: Timestamp) -> [KeySummary] {
        let first = KeySummary(primary, statements: statements(at: now), refusal: refusal(of: primary, at: now))
        return [first]
            + subkeys.map { subkey in
                KeySummary(
                    subkey.key, statements: subkey.bindings(at: now),
                    refusal: refusal(of: subkey.key, at: now))
            }
    }
}
