internal import Cryptography
internal import Primitives

/// A signature packet, version 4 (RFC 9580 §5.2.3), read but not verified.
struct SignaturePacket: Sendable {
    /// What a signature says about its data (RFC 9580 §5.2.1).
    struct Kind: RawRepresentable, Hashable, Sendable {
        let rawValue: UInt8

        static let binaryDocument = Kind(rawValue: 0x00)
        static let certifications: Set<Kind> = [
            Kind(rawValue: 0x10), Kind(rawValue: 0x11), Kind(rawValue: 0x12), Kind(rawValue: 0x13),
        ]
        static let subkeyBinding = Kind(rawValue: 0x18)
        static let primaryKeyBinding = Kind(rawValue: 0x19)
        static let directKey = Kind(rawValue: 0x1F)
        static let keyRevocation = Kind(rawValue: 0x20)
        static let subkeyRevocation = Kind(rawValue: 0x28)

        var name: String { "signature type 0x\(Hex.encode([rawValue]))" }
    }

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

    let kind: Kind
    let keyAlgorithm: KeyAlgorithm
    let hashAlgorithm: HashAlgorithm
    /// From the hashed area only, as everything below that is not called a hint.
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
    /// The whole packet, to know a copy by.
    let body: [UInt8]
    private let value: SignatureValue
    private let hashedLength: Int

    /// Reads the body of a packet. Refuses other versions than 4.
    init(body: ArraySlice<UInt8>) throws(OpenPGPError) {
        var fields = FieldReader(body, of: "signature packet")
        let version = try fields.byte()
        guard version == 4 else { throw .unsupported("version \(version) signatures") }
        kind = Kind(rawValue: try fields.byte())
        keyAlgorithm = KeyAlgorithm(rawValue: try fields.byte())
        hashAlgorithm = HashAlgorithm(rawValue: try fields.byte())
        let hashedArea = try fields.bytes(fields.uint16())
        let hashed = try Subpackets(parsing: hashedArea)
        let unhashed = try Subpackets(parsing: try fields.bytes(fields.uint16()))
        // The left 16 bits of the digest: a hint that saves nothing here. Real readers ignore a wrong one.
        _ = try fields.uint16()
        value = try SignatureValue(keyAlgorithm, from: &fields)
        hashedLength = 6 + hashedArea.count
        self.body = Array(body)

        let created = try hashed.number(.creationTime).map { Timestamp(secondsSince1970: $0) }
        self.created = created
        expires = try hashed.number(.signatureExpiration).flatMap { created?.advanced(byLifetime: $0) }
        keyLifetime = try hashed.number(.keyExpiration).flatMap { $0 == 0 ? nil : $0 }
        keyFlags = try hashed.only(.keyFlags).map { KeyFlags(rawValue: $0.first ?? 0) }
        issuer = try Self.issuer(hashed: hashed, unhashed: unhashed)
        embeddedSignatures = hashed.all(.embeddedSignature) + unhashed.all(.embeddedSignature)
        unknownCritical = hashed.unknownCritical ?? unhashed.unknownCritical
    }

    /// Whether the algorithm is one that this house verifies.
    var isSupported: Bool { value != .unsupported }

    /// Whether the owner of `key` made this signature over `data`, hashed with `digest` (the caller decides which
    /// functions are good enough).
    ///
    /// - Throws: `.cryptography` when OpenSSL could not tell.
    func verifies(
        _ data: SignedData, by key: KeyPacket, hashing digest: DigestAlgorithm
    ) throws(OpenPGPError) -> Bool {
        guard keyAlgorithm == key.algorithm else { return false }
        var running = RunningDigest(digest)
        data.feed(&running)
        running.update(body[..<hashedLength])
        running.update([0x04, 0xFF] + (0..<4).map { UInt8(truncatingIfNeeded: UInt32(hashedLength) >> (24 - 8 * $0)) })
        return try value.verifies(running.finish(), by: key.material)
    }

    private static func issuer(hashed: Subpackets, unhashed: Subpackets) throws(OpenPGPError) -> Issuer? {
        if let body = try hashed.only(.issuerFingerprint) {
            guard body.first == 4 else { throw .unsupported("signatures by keys of version \(body.first ?? 0)") }
            guard let fingerprint = Fingerprint(body.dropFirst()) else {
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

    static let sign = KeyFlags(rawValue: 0x02)
}

extension Timestamp {
    /// The moment `seconds` later, nil for zero, by which OpenPGP means "never".
    fileprivate func advanced(byLifetime seconds: Int64) -> Timestamp? {
        seconds == 0 ? nil : Timestamp(secondsSince1970: secondsSince1970 + seconds)
    }
}
