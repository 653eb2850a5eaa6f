internal import Cryptography
internal import Primitives

/// A signature packet, version 3, 4 or 6 (RFC 9580 §5.2), read but not verified.
struct SignaturePacket: Sendable {
    /// Which form a signature has.
    enum Version: UInt8 {
        /// Without subpackets. GnuPG 1 made it by an option, for messages.
        case three = 3
        case four = 4
        /// With a salt that is hashed first, by keys of version 6 only.
        case six = 6
    }

    /// What a signature says about its data (RFC 9580 §5.2.1).
    struct Kind: RawRepresentable, Hashable, Sendable {
        let rawValue: UInt8

        /// Binary and text. The ends of lines of a text are CRLF where it is stored already (§5.2.1.2), so that both are
        /// over the bytes as they are; a stored text with others does not verify.
        static let documents: Set<Kind> = [Kind(rawValue: 0x00), Kind(rawValue: 0x01)]
        static let certifications: Set<Kind> = [
            Kind(rawValue: 0x10), Kind(rawValue: 0x11), Kind(rawValue: 0x12), Kind(rawValue: 0x13),
        ]
        static let subkeyBinding = Kind(rawValue: 0x18)
        static let primaryKeyBinding = Kind(rawValue: 0x19)
        static let directKey = Kind(rawValue: 0x1F)
        static let keyRevocation = Kind(rawValue: 0x20)
        static let subkeyRevocation = Kind(rawValue: 0x28)
        static let certificationRevocation = Kind(rawValue: 0x30)

        var name: String { "signature type 0x\(Hex.encode([rawValue]))" }
    }

    let version: Version
    let kind: Kind
    let keyAlgorithm: KeyAlgorithm
    let hashAlgorithm: HashAlgorithm
    let claims: SignatureClaims
    /// The whole packet, to know a copy by.
    let body: [UInt8]
    /// Hashed before the data; empty but in version 6.
    let salt: [UInt8]
    /// Hashed behind the data (RFC 9580 §5.2.4).
    private let trailer: [UInt8]
    private let value: SignatureValue

    /// Reads the body of a packet. Refuses other versions.
    init(body: ArraySlice<UInt8>) throws(OpenPGPError) {
        var fields = FieldReader(body, of: "signature packet")
        let number = try fields.byte()
        guard let version = Version(rawValue: number) else { throw .unsupported("version \(number) signatures") }
        let head = try version == .three ? Head(version3: &fields) : Head(version, of: body, from: &fields)
        self.version = version
        (kind, keyAlgorithm, hashAlgorithm) = (head.kind, head.keyAlgorithm, head.hashAlgorithm)
        (claims, trailer) = (head.claims, head.trailer)
        // The left 16 bits of the digest: a hint that saves nothing here. Real readers ignore a wrong one.
        _ = try fields.uint16()
        salt = version == .six ? try Self.salt(for: head.hashAlgorithm, from: &fields) : []
        value = try SignatureValue(head.keyAlgorithm, from: &fields)
        self.body = Array(body)
    }

    /// Whether the algorithm is one that this house verifies.
    var isSupported: Bool { value != .unsupported }

    /// Whether the owner of `key` made this signature over `data`, hashed with `digest` (the caller decides which
    /// functions are good enough). A key of version 6 signs with version 6 only, and no other does.
    ///
    /// - Throws: `.cryptography` when OpenSSL could not tell.
    func verifies(
        _ data: SignedData, by key: KeyPacket, hashing digest: DigestAlgorithm
    ) throws(OpenPGPError) -> Bool {
        guard keyAlgorithm == key.algorithm, (version == .six) == (key.version == .six) else { return false }
        var running = RunningDigest(digest)
        running.update(salt)
        data.feed(&running)
        running.update(trailer)
        return try value.verifies(running.finish(), by: key.material)
    }

    /// RFC 9580 §5.2.3: a salt of another length than the hash function's is malformed.
    private static func salt(
        for hash: HashAlgorithm, from fields: inout FieldReader
    ) throws(OpenPGPError) -> [UInt8] {
        let salt = Array(try fields.bytes(Int(fields.byte())))
        guard hash.saltLength == nil || hash.saltLength == salt.count else {
            throw .malformed("a salt of \(salt.count) bytes for \(hash.name)")
        }
        return salt
    }
}

extension SignaturePacket {
    /// What stands before the numbers of the signature.
    private struct Head {
        let kind: Kind
        let keyAlgorithm: KeyAlgorithm
        let hashAlgorithm: HashAlgorithm
        let claims: SignatureClaims
        let trailer: [UInt8]

        /// RFC 9580 §5.2.2: only the type and the time are hashed.
        init(version3 fields: inout FieldReader) throws(OpenPGPError) {
            guard try fields.byte() == 5 else { throw .malformed("a version 3 signature of another length") }
            let hashed = try fields.bytes(5)
            var statement = FieldReader(hashed, of: "signature packet")
            kind = Kind(rawValue: try statement.byte())
            let created = try statement.timestamp()
            claims = SignatureClaims(created: created, issuer: KeyID(try fields.bytes(8)))
            keyAlgorithm = KeyAlgorithm(rawValue: try fields.byte())
            hashAlgorithm = HashAlgorithm(rawValue: try fields.byte())
            trailer = Array(hashed)
        }

        /// RFC 9580 §5.2.3: all to the end of the hashed area is hashed, and its length.
        init(
            _ version: Version, of body: ArraySlice<UInt8>, from fields: inout FieldReader
        ) throws(OpenPGPError) {
            kind = Kind(rawValue: try fields.byte())
            keyAlgorithm = KeyAlgorithm(rawValue: try fields.byte())
            hashAlgorithm = HashAlgorithm(rawValue: try fields.byte())
            let hashed = try Self.area(version, from: &fields)
            let unhashed = try Self.area(version, from: &fields)
            claims = try SignatureClaims(
                hashed: Subpackets(parsing: hashed), unhashed: Subpackets(parsing: unhashed))
            let statement = body[..<hashed.endIndex]
            trailer = statement + [version.rawValue, 0xFF] + bigEndian(statement.count, bytes: 4)
        }

        private static func area(
            _ version: Version, from fields: inout FieldReader
        ) throws(OpenPGPError) -> ArraySlice<UInt8> {
            try fields.bytes(version == .six ? Int(fields.uint32()) : fields.uint16())
        }
    }
}
