internal import Primitives

/// One area of subpackets of a signature (RFC 9580 §5.2.3.7).
struct Subpackets {
    /// What a subpacket says (RFC 9580 §5.2.3.8 and following).
    enum Kind: UInt8 {
        case creationTime = 2
        case signatureExpiration = 3
        case exportable = 4
        case trust = 5
        case regularExpression = 6
        case revocable = 7
        case keyExpiration = 9
        case preferredCiphers = 11
        case revocationKey = 12
        case issuerKeyID = 16
        case preferredHashes = 21
        case preferredCompression = 22
        case keyServerPreferences = 23
        case preferredKeyServer = 24
        case primaryUserID = 25
        case policyURI = 26
        case keyFlags = 27
        case signerUserID = 28
        case revocationReason = 29
        case features = 30
        case embeddedSignature = 32
        case issuerFingerprint = 33
        case preferredAEAD = 34
        case preferredCipherSuites = 39
    }

    /// The number of a subpacket that must be understood and is not, if there is one. Notations are never understood:
    /// their meaning is private to their writer.
    private(set) var unknownCritical: UInt8?
    private var bodies: [Kind: [ArraySlice<UInt8>]] = [:]

    /// Reads a whole area. Refuses a length that overruns it and more than `Limits.openPGPSubpackets`.
    init(parsing area: ArraySlice<UInt8>) throws(OpenPGPError) {
        var fields = FieldReader(area, of: "subpacket area")
        var count = 0
        while !fields.isAtEnd {
            count += 1
            guard count <= Limits.openPGPSubpackets else {
                throw .malformed("more than \(Limits.openPGPSubpackets) subpackets in a signature")
            }
            var body = try fields.bytes(try Self.length(from: &fields))
            guard let type = body.popFirst() else { throw .malformed("a subpacket without a type") }
            add(body, type: type & 0x7F, isCritical: type & 0x80 != 0)
        }
    }

    /// Every subpacket of a kind, in the order of the area.
    func all(_ kind: Kind) -> [ArraySlice<UInt8>] { bodies[kind] ?? [] }

    /// The only subpacket of a kind. Two would be two answers to one question, and readers differ in which they take;
    /// they are refused.
    func only(_ kind: Kind) throws(OpenPGPError) -> ArraySlice<UInt8>? {
        let found = all(kind)
        guard found.count <= 1 else { throw .malformed("two \(kind) subpackets in one area of a signature") }
        return found.first
    }

    /// The only subpacket of a kind that holds four bytes of a number.
    func number(_ kind: Kind) throws(OpenPGPError) -> Int64? {
        guard let body = try only(kind) else { return nil }
        var fields = FieldReader(body, of: "\(kind) subpacket")
        let number = try fields.uint32()
        try fields.expectEnd()
        return Int64(number)
    }

    private mutating func add(_ body: ArraySlice<UInt8>, type: UInt8, isCritical: Bool) {
        if let kind = Kind(rawValue: type) {
            bodies[kind, default: []].append(body)
        } else if isCritical {
            unknownCritical = unknownCritical ?? type
        }
    }

    private static func length(from fields: inout FieldReader) throws(OpenPGPError) -> Int {
        let first = Int(try fields.byte())
        switch first {
        case ..<192: return first
        case ..<255: return (first - 192) << 8 + Int(try fields.byte()) + 192
        default: return Int(try fields.uint32())
        }
    }
}
