/// What a packet is (RFC 9580 §5).
struct PacketTag: RawRepresentable, Hashable, Sendable {
    let rawValue: UInt8

    static let signature = PacketTag(rawValue: 2)
    static let onePassSignature = PacketTag(rawValue: 4)
    static let secretKey = PacketTag(rawValue: 5)
    static let publicKey = PacketTag(rawValue: 6)
    static let secretSubkey = PacketTag(rawValue: 7)
    static let compressedData = PacketTag(rawValue: 8)
    static let symmetricallyEncrypted = PacketTag(rawValue: 9)
    static let marker = PacketTag(rawValue: 10)
    static let literalData = PacketTag(rawValue: 11)
    static let trust = PacketTag(rawValue: 12)
    static let userID = PacketTag(rawValue: 13)
    static let publicSubkey = PacketTag(rawValue: 14)
    static let userAttribute = PacketTag(rawValue: 17)
    static let protectedData = PacketTag(rawValue: 18)
    static let padding = PacketTag(rawValue: 21)

    /// Packets whose length may be partial or indeterminate, because their writer may not know it at the start (RFC
    /// 9580 §4.2.1.4; RFC 4880 §4.2.1).
    var isData: Bool {
        self == .compressedData || self == .symmetricallyEncrypted || self == .literalData || self == .protectedData
    }

    /// Packets that a reader may skip when it does not know them (RFC 9580 §4.3).
    var isIgnorable: Bool {
        rawValue >= 40 || self == .marker || self == .trust || self == .padding
    }

    var name: String { Self.names[self] ?? "packet of type \(rawValue)" }

    private static let names: [PacketTag: String] = [
        .signature: "signature packet", .onePassSignature: "one-pass signature packet", .secretKey: "secret key packet",
        .publicKey: "public key packet", .secretSubkey: "secret subkey packet",
        .compressedData: "compressed data packet", .symmetricallyEncrypted: "encrypted data packet",
        .marker: "marker packet", .literalData: "literal data packet", .trust: "trust packet",
        .userID: "user ID packet", .publicSubkey: "public subkey packet", .userAttribute: "user attribute packet",
        .protectedData: "encrypted data packet", .padding: "padding packet",
    ]
}

/// One packet, its length decoded and its parts joined.
struct Packet: Sendable {
    let tag: PacketTag
    let body: ArraySlice<UInt8>
}
