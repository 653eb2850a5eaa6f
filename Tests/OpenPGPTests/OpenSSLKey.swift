import Cryptography
import Foundation
import Primitives

/// A private key that signs with the `openssl` command.
struct OpenSSLKey: Sendable {
    enum Algorithm: Hashable, Sendable {
        case rsa(bits: Int)
        case dsa(bits: Int)
        case ecdsa(EllipticCurve)
        case ed25519
        case ed448

        fileprivate var options: [String] {
            switch self {
            case .rsa(let bits):
                // More than two primes make a large key quickly; who verifies does not see them.
                ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:\(bits)"]
                    + ["-pkeyopt", "rsa_keygen_primes:\(bits > 4096 ? 5 : 2)"]
            case .dsa(let bits):
                ["-genparam", "-algorithm", "DSA", "-pkeyopt", "dsa_paramgen_bits:\(bits)"]
                    + ["-pkeyopt", "dsa_paramgen_q_bits:\(bits > 1024 ? 256 : 160)"]
            case .ecdsa(let curve): ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:\(curve.rawValue)"]
            case .ed25519: ["-algorithm", "ED25519"]
            case .ed448: ["-algorithm", "ED448"]
            }
        }
    }

    let algorithm: Algorithm
    /// The SubjectPublicKeyInfo.
    let publicKey: [UInt8]
    private let pem: [UInt8]

    static func make(_ algorithm: Algorithm) throws -> OpenSSLKey {
        let program = try Program.inNewFolder()
        defer { try? program.removeFolder() }
        try program.run(["openssl", "genpkey", "-out", "key"] + algorithm.options)
        if case .dsa = algorithm {
            try program.run("mv", "key", "parameters")
            try program.run("openssl", "genpkey", "-paramfile", "parameters", "-out", "key")
        }
        let publicKey = try program.run("openssl", "pkey", "-in", "key", "-pubout", "-outform", "DER")
        return OpenSSLKey(algorithm: algorithm, publicKey: publicKey, pem: try program.read("key"))
    }

    /// The signature over a digest: the number for RSA, two numbers in DER for DSA and ECDSA, R and S for EdDSA.
    func sign(_ digest: Digest) throws -> [UInt8] {
        let program = try Program.inNewFolder()
        defer { try? program.removeFolder() }
        try program.write(pem, to: "key")
        try program.write(digest.bytes, to: "digest")
        let sign = ["openssl", "pkeyutl", "-sign", "-inkey", "key", "-in", "digest"]
        switch algorithm {
        case .rsa:
            let name = digest.algorithm.rawValue.replacing("-", with: "").lowercased()
            return try program.run(sign + ["-pkeyopt", "digest:\(Self.names[name] ?? name)"])
        case .dsa, .ecdsa: return try program.run(sign)
        case .ed25519, .ed448: return try program.run(sign + ["-rawin"])
        }
    }

    private static let names = ["sha3256": "sha3-256", "sha3512": "sha3-512"]
}

/// An element of DER, read well enough for what `openssl` writes.
struct Element {
    let tag: UInt8
    let body: ArraySlice<UInt8>

    /// The elements that stand one behind the other in `bytes`.
    static func all(in bytes: ArraySlice<UInt8>) -> [Element] {
        var (rest, elements) = (bytes, [Element]())
        while let tag = rest.popFirst(), let first = rest.popFirst() {
            let length =
                first < 0x80
                ? Int(first) : (0..<(first & 0x7F)).reduce(0) { sum, _ in sum << 8 | Int(rest.popFirst() ?? 0) }
            elements.append(Element(tag: tag, body: rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return elements
    }

    /// The elements inside.
    var parts: [Element] { Self.all(in: body) }

    /// Every integer inside, at any depth, in its order.
    var integers: [[UInt8]] {
        switch tag {
        case 0x02: [Array(body)]
        case 0x30: parts.flatMap(\.integers)
        case 0x03: Self.all(in: body.dropFirst()).flatMap(\.integers)
        default: []
        }
    }
}

extension OpenSSLKey {
    /// The numbers of an RSA key (modulus, exponent) or a DSA key (prime, order, generator, value).
    var integers: [[UInt8]] { Element.all(in: publicKey[...])[0].integers }

    /// The bytes of the key on a curve: the point, or what RFC 8032 calls the public key.
    var point: [UInt8] { Array(Element.all(in: publicKey[...])[0].parts[1].body.dropFirst()) }
}
