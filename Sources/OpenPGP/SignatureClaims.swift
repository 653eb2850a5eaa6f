internal import Primitives

/// What a signature says about itself and about the key: its subpackets (RFC 9580 §5.2.3.7). Nothing of it is true
/// before the signature is verified, and nothing from the unhashed area even then: it is taken as hints only.
struct SignatureClaims: Sendable {
    /// Which key a signature says it is by. It chooses candidates; only the verification proves one.
    enum Issuer: Hashable, Sendable {
        case fingerprint(Fingerprint)
        case keyID(KeyID)

        var keyID: KeyID {
            switch self {
            case .fingerprint(let fingerprint): fingerprint.keyID
            case .keyID(let keyID): keyID
            }
        }

        func names(_ fingerprint: Fingerprint) -> Bool {
            switch self {
            case .fingerprint(let named): named == fingerprint
            case .keyID(let named): named == fingerprint.keyID
            }
        }
    }

    let created: Timestamp?
    /// Nil when the signature never expires.
    let expires: Timestamp?
    /// Seconds from the key's creation to its end; nil when the key never expires. In self-signatures.
    let keyLifetime: Int64?
    /// What the key may be used for; nil when the signature does not say. In self-signatures.
    let keyFlags: KeyFlags?
    /// A hint: a hashed fingerprint, else a key ID from either area.
    let issuer: Issuer?
    /// Back-signatures, from either area: each proves itself.
    let embeddedSignatures: [ArraySlice<UInt8>]
    /// A subpacket, of either area, that must be understood and is not.
    let unknownCritical: UInt8?

    /// Of versions 4 and 6, whose subpackets say all.
    init(hashed: Subpackets, unhashed: Subpackets) throws(OpenPGPError) {
        let created = try hashed.number(.creationTime).map { Timestamp(secondsSince1970: $0) }
        self.created = created
        expires = try hashed.number(.signatureExpiration).flatMap { created?.advanced(byLifetime: $0) }
        keyLifetime = try hashed.number(.keyExpiration).flatMap { $0 == 0 ? nil : $0 }
        keyFlags = try hashed.only(.keyFlags).map { KeyFlags(rawValue: $0.first ?? 0) }
        issuer = try Self.issuer(hashed: hashed, unhashed: unhashed)
        embeddedSignatures = hashed.all(.embeddedSignature) + unhashed.all(.embeddedSignature)
        unknownCritical = hashed.unknownCritical ?? unhashed.unknownCritical
    }

    /// Of version 3, which says no more, and so never expires.
    init(created: Timestamp, issuer: KeyID) {
        self.created = created
        self.issuer = .keyID(issuer)
        (expires, keyLifetime, keyFlags) = (nil, nil, nil)
        (embeddedSignatures, unknownCritical) = ([], nil)
    }

    private static func issuer(hashed: Subpackets, unhashed: Subpackets) throws(OpenPGPError) -> Issuer? {
        if let body = try hashed.only(.issuerFingerprint) {
            guard let version = body.first.flatMap(KeyPacket.Version.init) else {
                throw .unsupported("signatures by keys of version \(body.first ?? 0)")
            }
            guard body.count == (version == .four ? 21 : 33), let fingerprint = Fingerprint(body.dropFirst()) else {
                throw .malformed("an issuer fingerprint of \(body.count - 1) bytes")
            }
            return .fingerprint(fingerprint)
        }
        guard let body = hashed.all(.issuerKeyID).first ?? unhashed.all(.issuerKeyID).first else { return nil }
        guard body.count == 8 else { throw .malformed("an issuer key ID of \(body.count) bytes") }
        return .keyID(KeyID(body))
    }
}

/// What a key may be used for: the first byte of the key flags (RFC 9580 §5.2.3.29).
struct KeyFlags: OptionSet, Hashable, Sendable {
    let rawValue: UInt8

    static let certify = KeyFlags(rawValue: 0x01)
    static let sign = KeyFlags(rawValue: 0x02)
    static let encrypt = KeyFlags(rawValue: 0x0C)
    static let authenticate = KeyFlags(rawValue: 0x20)
}

extension Timestamp {
    /// The moment `seconds` later, nil for zero, by which OpenPGP means "never".
    fileprivate func advanced(byLifetime seconds: Int64) -> Timestamp? {
        seconds == 0 ? nil : Timestamp(secondsSince1970: secondsSince1970 + seconds)
    }
}
