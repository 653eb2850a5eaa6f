import Cryptography
import OpenPGP
import Primitives

/// The times of the forged world.
enum Moment {
    static let keyCreated: UInt32 = 1_700_000_000
    static let keySigned: UInt32 = 1_700_000_100
    static let messageSigned: UInt32 = 1_700_001_000
    static let now: UInt32 = 1_700_002_000
}

/// A key with its secret half, that writes packets and signatures.
struct ForgedKey: Sendable {
    let secret: OpenSSLKey
    var algorithm: UInt8
    var created = Moment.keyCreated
    var version: UInt8 = 4

    static func make(_ algorithm: OpenSSLKey.Algorithm, as number: UInt8? = nil) throws -> ForgedKey {
        ForgedKey(secret: try OpenSSLKey.make(algorithm), algorithm: number ?? Self.number(of: algorithm))
    }

    /// The body of the key packet.
    var body: [UInt8] {
        [version] + Forge.number(Int(created), bytes: 4) + [algorithm]
            + (version == 6 ? Forge.number(material.count, bytes: 4) : []) + material
    }

    var signedForm: [UInt8] {
        (version == 6 ? [0x9B] + Forge.number(body.count, bytes: 4) : [0x99] + Forge.number(body.count, bytes: 2))
            + body
    }

    var fingerprint: Fingerprint {
        guard let fingerprint = Fingerprint(Digest(of: signedForm, using: version == 6 ? .sha256 : .sha1).bytes) else {
            preconditionFailure("a digest is as long as a fingerprint")
        }
        return fingerprint
    }

    private var material: [UInt8] {
        switch secret.algorithm {
        case .rsa, .dsa: Array(secret.integers.map(Forge.integer).joined())
        case .ecdsa(let curve):
            [UInt8(curve.identifier.count)] + curve.identifier + Forge.integer(secret.point)
        case .ed25519 where algorithm == 27: secret.point
        case .ed25519:
            [9, 0x2B, 0x06, 0x01, 0x04, 0x01, 0xDA, 0x47, 0x0F, 0x01] + Forge.integer([0x40] + secret.point)
        case .ed448: secret.point
        }
    }

    private static func number(of algorithm: OpenSSLKey.Algorithm) -> UInt8 {
        switch algorithm {
        case .rsa: 1
        case .dsa: 17
        case .ecdsa: 19
        case .ed25519: 22
        case .ed448: 28
        }
    }

    /// How to make a signature; the defaults are those of a good one.
    struct Options {
        /// Nil for the key's.
        var version: UInt8?
        var hash: UInt8 = 8
        var algorithm: UInt8?
        var time: UInt32? = Moment.messageSigned
        /// Beside the time and the issuer.
        var hashed: [[UInt8]] = []
        var unhashed: [[UInt8]] = []
        var issuer: Fingerprint?
        var namesIssuer = true
        /// The left 16 bits of the digest are made wrong.
        var wrongHint = false
        /// Of version 6.
        var salt = [UInt8](repeating: 0x5A, count: 16)
    }

    /// The body of a signature packet over `data`.
    func signature(_ kind: UInt8, over data: [UInt8], _ change: (inout Options) -> Void = { _ in }) throws -> [UInt8] {
        var options = Options()
        change(&options)
        let version = options.version ?? version
        return version == 3
            ? try oldSignature(kind, over: data, options) : try signature(version, kind, over: data, options)
    }

    private func signature(
        _ version: UInt8, _ kind: UInt8, over data: [UInt8], _ options: Options
    ) throws -> [UInt8] {
        let named = options.issuer ?? fingerprint
        let hashed =
            (options.namesIssuer ? Forge.issuer(named) : []) + (options.time.map(Forge.time) ?? [])
            + options.hashed.joined()
        let keyID = options.namesIssuer && version != 6 ? Forge.issuerID(named) : []
        let unhashed = keyID + options.unhashed.joined()
        let lengthBytes = version == 6 ? 4 : 2
        let prefix =
            [version, kind, options.algorithm ?? algorithm, options.hash]
            + Forge.number(hashed.count, bytes: lengthBytes) + hashed
        let trailer = [version, 0xFF] + Forge.number(prefix.count, bytes: 4)
        let salt = version == 6 ? options.salt : []
        let digest = Digest(of: salt + data + prefix + trailer, using: Self.digest(options.hash))
        return prefix + Forge.number(unhashed.count, bytes: lengthBytes) + unhashed + hint(of: digest, options)
            + (version == 6 ? [UInt8(salt.count)] + salt : []) + encode(try secret.sign(digest))
    }

    /// Version 3: without subpackets.
    private func oldSignature(_ kind: UInt8, over data: [UInt8], _ options: Options) throws -> [UInt8] {
        let statement = [kind] + Forge.number(Int(options.time ?? 0), bytes: 4)
        let digest = Digest(of: data + statement, using: Self.digest(options.hash))
        return [3, 5] + statement + Forge.keyID(options.issuer ?? fingerprint)
            + [options.algorithm ?? algorithm, options.hash] + hint(of: digest, options)
            + encode(try secret.sign(digest))
    }

    private func hint(of digest: Digest, _ options: Options) -> [UInt8] {
        options.wrongHint ? [~digest.bytes[0], ~digest.bytes[1]] : Array(digest.bytes.prefix(2))
    }

    private func encode(_ value: [UInt8]) -> [UInt8] {
        switch algorithm {
        case 27, 28: value
        case 22: Forge.integer(Array(value.prefix(32))) + Forge.integer(Array(value.suffix(32)))
        case 17, 19: Array(Element.all(in: value[...])[0].integers.map(Forge.integer).joined())
        default: Forge.integer(value)
        }
    }

    /// Functions that this house does not know are stood in for: such a signature is refused before it is checked.
    private static func digest(_ number: UInt8) -> DigestAlgorithm {
        switch number {
        case 2: .sha1
        case 9: .sha384
        case 10: .sha512
        case 11: .sha224
        case 12: .sha3with256
        case 14: .sha3with512
        default: .sha256
        }
    }
}

extension EllipticCurve {
    /// The object identifier, as OpenPGP writes it (RFC 9580 §9.2).
    fileprivate var identifier: [UInt8] {
        switch self {
        case .p256: Hex.decode("2a8648ce3d030107") ?? []
        case .p384: Hex.decode("2b81040022") ?? []
        case .p521: Hex.decode("2b81040023") ?? []
        case .brainpoolP256: Hex.decode("2b2403030208010107") ?? []
        case .brainpoolP384: Hex.decode("2b240303020801010b") ?? []
        case .brainpoolP512: Hex.decode("2b240303020801010d") ?? []
        case .secp256k1: Hex.decode("2b8104000a") ?? []
        }
    }
}

extension ForgedKey {
    static let name = Array("Forged <forged@example.org>".utf8)

    var packet: [UInt8] { Forge.packet(6, body) }

    /// A user ID with its self-signature.
    func userID(_ name: [UInt8] = name, _ change: (inout Options) -> Void = { _ in }) throws -> [UInt8] {
        Forge.packet(13, name) + (try certification(of: name, change))
    }

    func certification(
        of name: [UInt8] = name, kind: UInt8 = 0x13, _ change: (inout Options) -> Void = { _ in }
    ) throws -> [UInt8] {
        Forge.packet(
            2,
            try signature(kind, over: signedForm + [0xB4] + Forge.number(name.count, bytes: 4) + name) {
                $0.time = Moment.keySigned
                $0.hashed = [Forge.flags(0x03)]
                change(&$0)
            })
    }

    /// A statement about the primary key alone.
    func direct(_ kind: UInt8, _ change: (inout Options) -> Void = { _ in }) throws -> [UInt8] {
        Forge.packet(2, try signature(kind, over: signedForm, change))
    }

    /// A whole certificate with one name.
    func certificate(_ change: (inout Options) -> Void = { _ in }) throws -> [UInt8] {
        packet + (try userID(Self.name, change))
    }

    /// The back-signature of a subkey, as an embedded signature subpacket.
    func backSignature(by subkey: ForgedKey, _ change: (inout Options) -> Void = { _ in }) throws -> [UInt8] {
        Forge.subpacket(32, try subkey.signature(0x19, over: signedForm + subkey.signedForm, change))
    }

    /// A signature by this key over itself and a subkey.
    func statement(_ kind: UInt8, on subkey: ForgedKey, _ change: (inout Options) -> Void) throws -> [UInt8] {
        Forge.packet(2, try signature(kind, over: signedForm + subkey.signedForm, change))
    }

    /// A signing subkey as it should be bound; `change` sees the options last.
    func subkey(_ subkey: ForgedKey, _ change: (inout Options) -> Void = { _ in }) throws -> [UInt8] {
        let back = try backSignature(by: subkey)
        return Forge.packet(14, subkey.body)
            + (try statement(0x18, on: subkey) {
                $0.time = Moment.keySigned
                $0.hashed = [Forge.flags(0x02), back]
                change(&$0)
            })
    }

    /// A one-pass packet that announces this key's signature.
    func onePass(
        kind: UInt8 = 0, hash: UInt8 = 8, algorithm: UInt8? = nil, keyID: [UInt8]? = nil, last: UInt8 = 1,
        version: UInt8? = nil, salt: [UInt8] = Options().salt
    ) -> [UInt8] {
        let version = version ?? (self.version == 6 ? 6 : 3)
        let fields = [version, kind, hash, algorithm ?? self.algorithm]
        let issuer =
            version == 6 ? [UInt8(salt.count)] + salt + fingerprint.bytes : keyID ?? Forge.keyID(fingerprint)
        return Forge.packet(4, fields + issuer + [last])
    }

    /// A signature packet over a document.
    func documentSignature(
        _ content: [UInt8], kind: UInt8 = 0, _ change: (inout Options) -> Void = { _ in }
    ) throws -> [UInt8] {
        Forge.packet(2, try signature(kind, over: content, change))
    }

    /// One-pass, literal, signature.
    func message(_ content: [UInt8], _ change: (inout Options) -> Void = { _ in }) throws -> [UInt8] {
        var options = Options()
        change(&options)
        return onePass(hash: options.hash, salt: options.salt) + Forge.literal(content)
            + (try documentSignature(content, change))
    }
}
