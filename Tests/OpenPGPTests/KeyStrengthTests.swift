import OpenPGP
import Testing

@Suite struct KeyStrengthTests {
    @Test("Impossible key material is refused", arguments: rows)
    func refusesImpossibleKeys(row: Case<[UInt8]>) throws {
        let alice = try Keys.alice.get()
        let ring = Forge.packet(6, [4, 0, 0, 0, 1] + row.input) + Forge.packet(13, [0x61])
        row.expect(answer(to: try alice.message([]), from: ring))
    }

    private static let rows: [Case<[UInt8]>] = [
        Case("an even modulus", "an RSA modulus of 256 bytes, or an even one") {
            [1] + Forge.integer([0x80] + [UInt8](repeating: 0, count: 255)) + Forge.integer([1, 0, 1])
        },
        Case("a modulus of 8200 bits", "an RSA modulus of 1025 bytes") {
            [1] + Forge.integer([UInt8](repeating: 0xFF, count: 1025)) + Forge.integer([1, 0, 1])
        },
        Case("a modulus of 8 bits", "an RSA modulus of 1 bytes") { [1] + Forge.integer([0xFF]) + Forge.integer([3]) },
        Case("the exponent 1", "exponent") { [1] + modulus + Forge.integer([1]) },
        Case("the exponent 0", "exponent") { [1] + modulus + Forge.integer([0]) },
        Case("an even exponent", "exponent") { [1] + modulus + Forge.integer([1, 0, 0]) },
        Case("an exponent of 40 bits", "exponent") {
            [1] + modulus + Forge.integer([UInt8](repeating: 0xFF, count: 5))
        },
        Case("an integer longer than the packet", "ends early") { [1, 0xFF, 0xFF, 1, 2, 3] },
        Case("bytes behind the key", "bytes follow the last field") {
            [1] + modulus + Forge.integer([1, 0, 1]) + [0]
        },
        Case("an Ed25519 point without its prefix", "an Ed25519 point of another form") {
            [22] + curve + Forge.integer([UInt8](repeating: 0x41, count: 33))
        },
        Case("an Ed25519 point that is too short", "an Ed25519 point of another form") {
            [22] + curve + Forge.integer([0x40] + [UInt8](repeating: 1, count: 31))
        },
        Case("EdDSA on another curve", "keys of EdDSA on another curve") {
            [22, 3, 0x2B, 0x65, 0x71] + Forge.integer([1])
        },
        Case("a short Ed25519 key", "ends early") { [27] + [UInt8](repeating: 1, count: 31) },
        Case("a cut DSA key", "ends early") { [17, 1, 2, 3] },
        Case("a DSA group of 1536 bits", "a DSA group of 1536 and 256 bits") { dsa(prime: 192, order: 32) },
        Case("a DSA group of an order as small as a toy's", "a DSA group of 2048 and 8 bits") {
            dsa(prime: 256, order: 1)
        },
        Case("a DSA key that anybody signs with: the generator is 1", "without a secret") {
            dsa(prime: 256, order: 32, generator: [1])
        },
        Case("a DSA key that anybody signs with: its value is 1", "without a secret") {
            dsa(prime: 256, order: 32, value: [1])
        },
        Case("a DSA key that anybody signs with: its value is 0", "without a secret") {
            dsa(prime: 256, order: 32, value: [])
        },
        Case("a point that is not on its curve", "malformed public key") {
            [19] + p256 + Forge.integer([4] + [UInt8](repeating: 7, count: 64))
        },
        Case("a point at infinity", "a point on P-256 of another form") { [19] + p256 + Forge.integer([4]) },
        Case("a compressed point", "a point on P-256 of another form") {
            [19] + p256 + Forge.integer([2] + [UInt8](repeating: 7, count: 32))
        },
        Case("a point of another curve's length", "a point on P-256 of another form") {
            [19] + p256 + Forge.integer([4] + [UInt8](repeating: 7, count: 96))
        },
        Case("an unknown curve", "keys of ECDSA on an unknown curve") { [19, 3, 0x2B, 0x81, 0x04] + [0, 0] },
        Case("a short Ed448 key", "ends early") { [28] + [UInt8](repeating: 1, count: 56) },
        Case("Elgamal", "keys of Elgamal") { [16, 1, 2, 3] },
    ]

    private static let modulus = Forge.integer([UInt8](repeating: 0xFF, count: 256))
    private static let p256: [UInt8] = [8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
    private static func dsa(
        prime: Int, order: Int, generator: [UInt8] = [2], value: [UInt8] = [3]
    ) -> [UInt8] {
        let full = [prime, order].map { Forge.integer([UInt8](repeating: 0xFF, count: $0)) }
        return [17] + full.joined() + Forge.integer(generator) + Forge.integer(value)
    }
    private static let curve: [UInt8] = [9, 0x2B, 0x06, 0x01, 0x04, 0x01, 0xDA, 0x47, 0x0F, 0x01]
}

extension Case where Input == [UInt8] {
    fileprivate init(_ name: String, _ expected: String, _ bytes: () -> [UInt8]) {
        self.init(name, expected, bytes())
    }
}
