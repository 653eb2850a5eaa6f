/// A one-pass signature packet, version 3 or 6 (RFC 9580 §5.4): announces a signature, so that a reader can hash on the
/// way.
struct OnePassSignature: Sendable {
    private let kind: SignaturePacket.Kind
    private let hashAlgorithm: HashAlgorithm
    private let keyAlgorithm: KeyAlgorithm
    private let isVersion6: Bool
    private let salt: [UInt8]
    private let issuer: SignatureClaims.Issuer

    /// Refuses other versions, and the flag that says that another one-pass packet follows.
    init(body: ArraySlice<UInt8>) throws(OpenPGPError) {
        var fields = FieldReader(body, of: "one-pass signature packet")
        let version = try fields.byte()
        guard version == 3 || version == 6 else { throw .unsupported("version \(version) one-pass signatures") }
        isVersion6 = version == 6
        kind = SignaturePacket.Kind(rawValue: try fields.byte())
        hashAlgorithm = HashAlgorithm(rawValue: try fields.byte())
        keyAlgorithm = KeyAlgorithm(rawValue: try fields.byte())
        salt = version == 6 ? Array(try fields.bytes(Int(fields.byte()))) : []
        let name = try fields.bytes(version == 6 ? 32 : 8)
        issuer = Fingerprint(name).map { .fingerprint($0) } ?? .keyID(KeyID(name))
        guard try fields.byte() == 1 else { throw .unexpectedStructure("more than one signature is announced") }
        try fields.expectEnd()
    }

    /// Whether `signature` is the one that was announced, in every field.
    func announces(_ signature: SignaturePacket) -> Bool {
        kind == signature.kind && hashAlgorithm == signature.hashAlgorithm && keyAlgorithm == signature.keyAlgorithm
            && isVersion6 == (signature.version == .six) && salt == signature.salt && names(signature.claims.issuer)
    }

    private func names(_ other: SignatureClaims.Issuer?) -> Bool {
        isVersion6 ? issuer == other : issuer.keyID == other?.keyID
    }
}
