import Cryptography
import Foundation
import Primitives

/// A private key that signs with the `openssl` command.
struct OpenSSLKey: Sendable {
    enum Algorithm: Hashable, Sendable {
        case rsa(bits: Int)
        case ed25519
    }

    let algorithm: Algorithm
    /// The SubjectPublicKeyInfo.
    let publicKey: [UInt8]
    private let pem: [UInt8]

    static func make(_ algorithm: Algorithm) throws -> OpenSSLKey {
        let program = try Program.inNewFolder()
        defer { try? program.removeFolder() }
        switch algorithm {
        case .rsa(let bits):
            try program.run(
                "openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:\(bits)", "-out", "key")
        case .ed25519: try program.run("openssl", "genpkey", "-algorithm", "ED25519", "-out", "key")
        }
        let publicKey = try program.run("openssl", "pkey", "-in", "key", "-pubout", "-outform", "DER")
        return OpenSSLKey(algorithm: algorithm, publicKey: publicKey, pem: try program.read("key"))
    }

    /// The signature over a digest: the number for RSA, R and S for Ed25519.
    func sign(_ digest: Digest) throws -> [UInt8] {
        let program = try Program.inNewFolder()
        defer { try? program.removeFolder() }
        try program.write(pem, to: "key")
        try program.write(digest.bytes, to: "digest")
        switch algorithm {
        case .rsa:
            let name = digest.algorithm.rawValue.replacing("-", with: "").lowercased()
            return try program.run(
                "openssl", "pkeyutl", "-sign", "-inkey", "key", "-in", "digest", "-pkeyopt", "digest:\(name)")
        case .ed25519: return try program.run("openssl", "pkeyutl", "-sign", "-inkey", "key", "-rawin", "-in", "digest")
        }
    }

    /// The modulus and the exponent of an RSA key, read from the end of its DER: SEQUENCE { n, e }.
    var rsaNumbers: (modulus: [UInt8], exponent: [UInt8]) {
        guard case .rsa(let bits) = algorithm else { return ([], []) }
        let exponent = Array(publicKey.suffix(3))
        let modulus = publicKey.dropLast(5).suffix(bits / 8)
        return (Array(modulus), exponent)
    }
}
