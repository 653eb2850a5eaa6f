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
        ForgedKey(secret: try OpenSSLKey.make(algorithm), algorithm: number ?? (algorithm == .ed25519 ? 22 : 1))
    }

    /// The body of the key packet.
    var body: [UInt8] {
        [version] + Forge.number(Int(created), bytes: 4) + [algorithm] + material
    }

    var signedForm: [UInt8] { [0x99] + Forge.number(body.count, bytes: 2) + body }

    var fingerprint: Fingerprint {
        guard let fingerprint = Fingerprint(Digest(of: signedForm, using: .sha1).bytes) else {
            preconditionFailure("a SHA-1 digest has 20 bytes")
        }
        return fingerprint
    }

    private var material: [UInt8] {
        switch secret.algorithm {
        case .rsa: Forge.integer(secret.rsaNumbers.modulus) + Forge.integer(secret.rsaNumbers.exponent)
        case .ed25519 where algorithm == 27: Array(secret.publicKey.suffix(32))
        case .ed25519:
            [9, 0x2B, 0x06, 0x01, 0x04, 0x01, 0xDA, 0x47, 0x0F, 0x01]
                + Forge.integer([0x40] + secret.publicKey.suffix(32))
        }
    }

    /// How to make a signature; the defaults are those of a good one.
    struct Options {
        var version: UInt8 = 4
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
    }

    /// The body of a signature packet over `data`.
    func signature(_ kind: UInt8, over data: [UInt8], _ change: (inout Options) -> Void = { _ in }) throws -> [UInt8] {
        var options = Options()
        change(&options)
        let named = options.issuer ?? fingerprint
        let hashed =
            (options.namesIssuer ? Forge.issuer(named) : []) + (options.time.map(Forge.time) ?? [])
            + options.hashed.joined()
        let unhashed = (options.namesIssuer ? Forge.issuerID(named) : []) + options.unhashed.joined()
        let prefix =
            [options.version, kind, options.algorithm ?? algorithm, options.hash]
            + Forge.number(hashed.count, bytes: 2) + hashed
        let trailer = [options.version, 0xFF] + Forge.number(prefix.count, bytes: 4)
        let digest = Digest(of: data + prefix + trailer, using: Self.digest(options.hash))
        let hint = options.wrongHint ? [~digest.bytes[0], ~digest.bytes[1]] : Array(digest.bytes.prefix(2))
        return prefix + Forge.number(unhashed.count, bytes: 2) + unhashed + hint + encode(try secret.sign(digest))
    }

    private func encode(_ value: [UInt8]) -> [UInt8] {
        switch algorithm {
        case 27: value
        case 22: Forge.integer(Array(value.prefix(32))) + Forge.integer(Array(value.suffix(32)))
        default: Forge.integer(value)
        }
    }

    /// Functions that this house does not know are stood in for: such a signature is refused before it is checked.
    private static func digest(_ number: UInt8) -> DigestAlgorithm {
        switch number {
        case 2: .sha1
        case 9: .sha384
        case 10: .sha512
        default: .sha256
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
        version: UInt8 = 3
    ) -> [UInt8] {
        Forge.packet(
            4,
            [version, kind, hash, algorithm ?? self.algorithm] + (keyID ?? Array(fingerprint.bytes.suffix(8))) + [last])
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
        return onePass(hash: options.hash) + Forge.literal(content) + (try documentSignature(content, change))
    }
}

/// Keys that are made once.
enum Keys {
    static let alice = Result { try ForgedKey.make(.ed25519) }
    static let bob = Result { try ForgedKey.make(.ed25519) }
    static let subkey = Result { try ForgedKey.make(.ed25519) }
    static let modern = Result { try ForgedKey.make(.ed25519, as: 27) }
    static let rsa = Result { try ForgedKey.make(.rsa(bits: 2048)) }
    static let weak = Result { try ForgedKey.make(.rsa(bits: 1024)) }
}

/// The answer about a message, as the operator would read it.
func answer(to message: [UInt8], from ring: [UInt8], at now: UInt32 = Moment.now) -> String {
    do {
        let verifier = MessageVerifier(keyRing: try KeyRing(parsing: ring))
        let verdict = try verifier.verify(
            try UnverifiedMessage(parsing: message), at: Timestamp(secondsSince1970: Int64(now)))
        switch verdict {
        case .verified: return "verified"
        case .refused(let refusal): return "refused: \(refusal)"
        }
    } catch {
        return "error: \(error)"
    }
}
