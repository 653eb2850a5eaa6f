/// A one-pass signature packet, version 3 (RFC 9580 §5.4): announces a signature, so that a reader can hash on the way.
struct OnePassSignature: Sendable {
    private let kind: SignaturePacket.Kind
    private let hashAlgorithm: HashAlgorithm
    private let keyAlgorithm: KeyAlgorithm
    private let keyID: KeyID

    /// Refuses other versions, and the flag that says that another one-pass packet follows.
    init(body: ArraySlice<UInt8>) throws(OpenPGPError) {
        var fields = FieldReader(body, of: "one-pass signature packet")
        let version = try fields.byte()
        guard version == 3 else { throw .unsupported("version \(version) one-pass signatures") }
        kind = SignaturePacket.Kind(rawValue: try fields.byte())
        hashAlgorithm = HashAlgorithm(rawValue: try fields.byte())
        keyAlgorithm = KeyAlgorithm(rawValue: try fields.byte())
        keyID = KeyID(try fields.bytes(8))
        guard try fields.byte() == 1 else { throw .unexpectedStructure("more than one signature is announced") }
        try fields.expectEnd()
    }

    /// Whether `signature` is the one that was announced, in every field.
    func announces(_ signature: SignaturePacket) -> Bool {
        kind == signature.kind && hashAlgorithm == signature.hashAlgorithm && keyAlgorithm == signature.keyAlgorithm
            && keyID == signature.issuer?.keyID
    }
}
