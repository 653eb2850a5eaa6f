internal import Cryptography
internal import Primitives

/// A public key or subkey packet, version 4 or 6 (RFC 9580 §5.5.2).
struct KeyPacket: Sendable {
    /// Which form a key has. Keys of one version sign with signatures of their own.
    enum Version: UInt8 {
        case four = 4
        case six = 6
    }

    let version: Version
    let fingerprint: Fingerprint
    let created: Timestamp
    let algorithm: KeyAlgorithm
    let material: KeyMaterial
    /// What a signature over this key hashes (RFC 9580 §5.2.4): the packet's body behind its length.
    let signedForm: [UInt8]

    /// Reads the body of a packet. Refuses other versions: 2 and 3 name their keys by forgeable IDs, and 5 is a form that
    /// only LibrePGP has.
    init(body: ArraySlice<UInt8>) throws(OpenPGPError) {
        var fields = FieldReader(body, of: "public key packet")
        let number = try fields.byte()
        guard let version = Version(rawValue: number) else { throw .unsupported("version \(number) keys") }
        guard body.count <= Int(UInt16.max) else {
            throw .tooLarge(what: "public key packet", limit: Int(UInt16.max))
        }
        self.version = version
        created = try fields.timestamp()
        algorithm = KeyAlgorithm(rawValue: try fields.byte())
        if version == .six { try Self.expect(try fields.uint32(), bytesIn: fields) }
        material = try KeyMaterial(algorithm, version: version, from: &fields)
        switch version {
        case .four:
            signedForm = [0x99] + bigEndian(body.count, bytes: 2) + body
            fingerprint = Fingerprint(Digest(of: signedForm, using: .sha1))
        case .six:
            signedForm = [0x9B] + bigEndian(body.count, bytes: 4) + body
            fingerprint = Fingerprint(Digest(of: signedForm, using: .sha256))
        }
    }

    /// The length of the material, which version 6 writes down.
    private static func expect(_ count: UInt32, bytesIn fields: FieldReader) throws(OpenPGPError) {
        var rest = fields
        guard rest.rest().count == Int(count) else { throw .malformed("a key of another length than it says") }
    }
}

/// A number as `bytes` bytes, the most significant first.
func bigEndian(_ number: Int, bytes: Int) -> [UInt8] {
    (0..<bytes).map { UInt8(truncatingIfNeeded: number >> (8 * (bytes - 1 - $0))) }
}
