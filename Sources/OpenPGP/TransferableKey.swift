internal import Primitives

/// The packets of one transferable public key (RFC 9580 §10.1), sorted by what they belong to. Nothing is verified.
///
/// Only signatures that claim to be by the key itself are kept: what strangers say about it decides nothing.
struct TransferableKey: Sendable {
    /// A user ID or a subkey with the signatures behind it.
    struct Part<Subject: Sendable>: Sendable {
        let subject: Subject
        var signatures: [SignaturePacket] = []
    }

    let primary: KeyPacket
    /// Signatures straight behind the primary key.
    private(set) var direct: [SignaturePacket] = []
    private(set) var userIDs: [Part<UserID>] = []
    private(set) var subkeys: [Part<KeyPacket>] = []
    /// What was not understood, for the operator.
    private(set) var problems: [KeyRingProblem] = []

    private enum Component {
        case primary
        case userID(Int)
        case subkey(Int)
        case ignored
    }
    private var component = Component.primary
    /// How many signatures there are to verify.
    private(set) var signatureCount = 0

    init(primary: KeyPacket) {
        self.primary = primary
    }

    /// Takes the next packet behind the primary key.
    ///
    /// - Throws: when the key has more parts than `Limits.openPGPPartsPerKey`, or holds a packet that it may not.
    mutating func add(_ packet: Packet) throws(OpenPGPError) {
        switch packet.tag {
        case .signature: try addSignature(packet.body)
        case .userID: component = .userID(try index(of: UserID(bytes: Array(packet.body))))
        case .publicSubkey: try addSubkey(packet.body)
        case .userAttribute: component = .ignored
        case let tag where tag.isIgnorable: break
        default: throw .malformed("a \(packet.tag.name) inside a public key")
        }
    }

    /// Adds what another copy of the same key has and this one lacks: a revocation counts wherever it is found.
    mutating func merge(_ other: TransferableKey) throws(OpenPGPError) {
        problems += other.problems
        for signature in other.direct { try add(signature, to: .primary) }
        for part in other.userIDs {
            let index = try index(of: part.subject)
            for signature in part.signatures { try add(signature, to: .userID(index)) }
        }
        for part in other.subkeys {
            let index = try index(of: part.subject)
            for signature in part.signatures { try add(signature, to: .subkey(index)) }
        }
    }

    private mutating func addSignature(_ body: ArraySlice<UInt8>) throws(OpenPGPError) {
        guard let signature = Self.readable(body), signature.claims.issuer?.names(primary.fingerprint) == true else {
            return
        }
        // A revocation of the whole key counts wherever a program has put it, as for GnuPG.
        try add(signature, to: signature.kind == .keyRevocation ? .primary : component)
    }

    /// A signature that cannot be read proves nothing, and strangers may have put it there.
    private static func readable(_ body: ArraySlice<UInt8>) -> SignaturePacket? {
        do throws(OpenPGPError) { return try SignaturePacket(body: body) } catch { return nil }
    }

    private mutating func add(_ signature: SignaturePacket, to component: Component) throws(OpenPGPError) {
        switch component {
        case .primary: try append(signature, to: \.direct)
        case .userID(let index): try append(signature, to: \.userIDs[index].signatures)
        case .subkey(let index): try append(signature, to: \.subkeys[index].signatures)
        case .ignored: break
        }
    }

    private mutating func append(
        _ signature: SignaturePacket, to path: WritableKeyPath<TransferableKey, [SignaturePacket]>
    ) throws(OpenPGPError) {
        guard !self[keyPath: path].contains(where: { $0.body == signature.body }) else { return }
        signatureCount += 1
        try Self.bound(signatureCount, "self-signatures")
        self[keyPath: path].append(signature)
    }

    private mutating func addSubkey(_ body: ArraySlice<UInt8>) throws(OpenPGPError) {
        do throws(OpenPGPError) {
            let subkey = try KeyPacket(body: body)
            guard subkey.version == primary.version else { throw .unsupported("a subkey of another version") }
            component = .subkey(try index(of: subkey))
        } catch .unsupported(let what) {
            problems.append(KeyRingProblem(key: primary, reason: "a subkey is not supported: \(what)"))
            component = .ignored
        }
    }

    private mutating func index(of userID: UserID) throws(OpenPGPError) -> Int {
        if let index = userIDs.firstIndex(where: { $0.subject == userID }) { return index }
        userIDs.append(Part(subject: userID))
        try Self.bound(userIDs.count, "user IDs")
        return userIDs.count - 1
    }

    private mutating func index(of subkey: KeyPacket) throws(OpenPGPError) -> Int {
        if let index = subkeys.firstIndex(where: { $0.subject.fingerprint == subkey.fingerprint }) { return index }
        subkeys.append(Part(subject: subkey))
        try Self.bound(subkeys.count, "subkeys")
        return subkeys.count - 1
    }

    private static func bound(_ count: Int, _ what: String) throws(OpenPGPError) {
        guard count <= Limits.openPGPPartsPerKey else {
            throw .malformed("more than \(Limits.openPGPPartsPerKey) \(what)")
        }
    }
}
