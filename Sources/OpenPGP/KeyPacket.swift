internal import Cryptography
internal import Primitives

/// A public key or subkey packet, version 4 (RFC 9580 §5.5.2.2).
struct KeyPacket: Sendable {
    let fingerprint: Fingerprint
    let created: Timestamp
    let algorithm: KeyAlgorithm
    let material: KeyMaterial
    /// What a signature over this key hashes (RFC 9580 §5.2.4): 0x99, the length in two bytes, the packet's body.
    let signedForm: [UInt8]

    /// Reads the body of a packet. Refuses other versions: 3 names its keys by forgeable IDs, 5 and 6 are not supported.
    init(body: ArraySlice<UInt8>) throws(OpenPGPError) {
        var fields = FieldReader(body, of: "public key packet")
        let version = try fields.byte()
        guard version == 4 else { throw .unsupported("version \(version) keys") }
        guard body.count <= Int(UInt16.max) else {
            throw .tooLarge(what: "public key packet", limit: Int(UInt16.max))
        }
        created = try fields.timestamp()
        algorithm = KeyAlgorithm(rawValue: try fields.byte())
        material = try KeyMaterial(algorithm, from: &fields)
        signedForm = [0x99, UInt8(body.count >> 8), UInt8(body.count & 0xFF)] + body
        fingerprint = Fingerprint(sha1: Digest(of: signedForm, using: .sha1).bytes)
    }
}
