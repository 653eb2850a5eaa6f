internal import Cryptography

/// The part of a key packet that verifies (RFC 9580 §5.5.5).
struct KeyMaterial: Sendable {
    /// Nil for a key that signs in a way this house does not verify, or does not sign at all.
    let key: PublicKey?
    /// It in the form that all formats share, SubjectPublicKeyInfo (RFC 5280 §4.1.2.7); empty without one.
    let info: [UInt8]
    /// What it is: `RSA of 3072 bits`, `ECDSA on P-256`, `Elgamal`.
    let name: String
    /// The fewest bytes of a digest that it may sign. A shorter one would make a large group as weak as a small one.
    let shortestDigest: Int

    /// Reads the algorithm's fields to the end of the packet.
    ///
    /// Refuses what no sound key has: an RSA modulus above 8192 bits, an exponent that is even, 1, or above 32 bits, DSA
    /// groups of other sizes than FIPS 186-4 §4.2 has, points off their curve, compressed, or of another length. Keys
    /// that are sound but weak are read: whoever verifies says so.
    init(_ algorithm: KeyAlgorithm, version: KeyPacket.Version, from fields: inout FieldReader) throws(OpenPGPError) {
        switch algorithm {
        case .rsa, .rsaSignOnly: self = try Self.rsa(from: &fields)
        case .dsa: self = try Self.dsa(from: &fields)
        case .ecdsa: self = try Self.ecdsa(from: &fields)
        case .legacyEdDSA where version == .four: self = try Self.legacyEdDSA(from: &fields)
        case .ed25519: self = try Self(SubjectPublicKeyInfo.ed25519(fields.bytes(32)), "Ed25519", shortestDigest: 32)
        case .ed448: self = try Self(SubjectPublicKeyInfo.ed448(fields.bytes(57)), "Ed448", shortestDigest: 64)
        default: self = Self(skipping: &fields, algorithm.name)
        }
        try fields.expectEnd()
    }

    /// What makes the key too weak to trust, if anything does.
    var weakness: KeyWeakness? {
        switch key?.algorithm {
        case .rsa, .dsa: KeyWeakness(name: name, bits: key?.bits ?? 0)
        default: nil
        }
    }

    private init(_ info: [UInt8], _ name: String, shortestDigest: Int) throws(OpenPGPError) {
        self.info = info
        do throws(PublicKeyError) {
            key = try PublicKey(subjectPublicKeyInfo: info)
        } catch {
            throw .malformed("\(error)")
        }
        self.name = name
        self.shortestDigest = shortestDigest
    }

    private init(skipping fields: inout FieldReader, _ name: String) {
        _ = fields.rest()
        (key, info, self.name, shortestDigest) = (nil, [], name, 0)
    }

    private static func rsa(from fields: inout FieldReader) throws(OpenPGPError) -> KeyMaterial {
        let modulus = try fields.integer()
        let exponent = try fields.integer()
        guard modulus.count >= 64, modulus.count <= 1024, isOdd(modulus) else {
            throw .malformed("an RSA modulus of \(modulus.count) bytes, or an even one")
        }
        guard exponent.count <= 4, isOdd(exponent), exponent != [1] else {
            throw .malformed("an RSA exponent that is even, 1 or larger than 32 bits")
        }
        let info = SubjectPublicKeyInfo.rsa(modulus: modulus, exponent: exponent)
        return try KeyMaterial(info, "RSA of \(bits(modulus)) bits", shortestDigest: 0)
    }

    private static func dsa(from fields: inout FieldReader) throws(OpenPGPError) -> KeyMaterial {
        let (prime, order) = (try fields.integer(), try fields.integer())
        let (generator, value) = (try fields.integer(), try fields.integer())
        let sizes = [bits(prime), bits(order)]
        guard [[1024, 160], [2048, 224], [2048, 256], [3072, 256]].contains(sizes), isOdd(prime), isOdd(order) else {
            throw .malformed("a DSA group of \(sizes[0]) and \(sizes[1]) bits, or of even numbers")
        }
        // With the generator 1, or the public value 1, anybody could sign.
        for number in [generator, value] {
            guard !number.isEmpty, number != [1], bits(number) <= sizes[0] else {
                throw .malformed("a DSA key without a secret")
            }
        }
        let info = SubjectPublicKeyInfo.dsa(prime: prime, order: order, generator: generator, value: value)
        return try KeyMaterial(info, "DSA of \(sizes[0]) bits", shortestDigest: order.count)
    }

    private static func ecdsa(from fields: inout FieldReader) throws(OpenPGPError) -> KeyMaterial {
        let identifier = try fields.bytes(Int(fields.byte()))
        guard let curve = EllipticCurve(objectIdentifier: identifier) else {
            return KeyMaterial(skipping: &fields, "ECDSA on an unknown curve")
        }
        let point = try fields.integer()
        guard point.count == 1 + 2 * curve.coordinateBytes, point.first == 0x04 else {
            throw .malformed("a point on \(curve.name) of another form")
        }
        let info = SubjectPublicKeyInfo.elliptic(curve, point: point)
        // No function is as long as P-521; the longest will do.
        return try KeyMaterial(info, "ECDSA on \(curve.name)", shortestDigest: min(curve.coordinateBytes, 64))
    }

    /// The point has a prefix, 0x40. GnuPG has made such keys since 2014, some of them with SHA-1 self-signatures.
    private static func legacyEdDSA(from fields: inout FieldReader) throws(OpenPGPError) -> KeyMaterial {
        guard try fields.bytes(Int(fields.byte())).elementsEqual(ed25519Curve) else {
            return KeyMaterial(skipping: &fields, "EdDSA on another curve than Ed25519")
        }
        let point = try fields.integer()
        guard point.count == 33, point.first == 0x40 else { throw .malformed("an Ed25519 point of another form") }
        return try KeyMaterial(SubjectPublicKeyInfo.ed25519(point.dropFirst()), "Ed25519", shortestDigest: 0)
    }

    private static let ed25519Curve: [UInt8] = [0x2B, 0x06, 0x01, 0x04, 0x01, 0xDA, 0x47, 0x0F, 0x01]

    private static func isOdd(_ integer: ArraySlice<UInt8>) -> Bool {
        (integer.last ?? 0) & 1 == 1
    }

    private static func bits(_ integer: ArraySlice<UInt8>) -> Int {
        integer.count * 8 - (integer.first?.leadingZeroBitCount ?? 0)
    }
}

/// A key that could be read, and that others can perhaps sign with too.
package struct KeyWeakness: Hashable, Sendable, CustomStringConvertible {
    /// What the key is, with its size: `RSA of 1024 bits`.
    package let name: String

    /// The fewest bits of an RSA modulus or a DSA prime that are trusted: 112 bits of security (NIST SP 800-131A).
    package static let neededBits = 2048

    /// Nil for a key of enough bits.
    init?(name: String, bits: Int) {
        guard bits < Self.neededBits else { return nil }
        self.name = name
    }

    /// `RSA of 1024 bits; at least 2048 are needed`.
    package var description: String { "\(name); at least \(Self.neededBits) are needed" }
}
