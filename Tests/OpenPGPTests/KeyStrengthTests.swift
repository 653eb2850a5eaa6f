import OpenPGP
import Testing

@Suite struct KeyStrengthTests {
    @Test("RSA below 2048 bits does not count, as primary key or as subkey")
    func refusesWeakRSA() throws {
        let (alice, weak) = (try Keys.alice.get(), try Keys.weak.get())
        let content = Array("content".utf8)
        #expect(
            answer(to: try weak.message(content), from: try weak.certificate())
                .contains("RSA keys of 1024 bits are too weak"))
        #expect(
            answer(to: try weak.message(content), from: try alice.certificate() + alice.subkey(weak))
                .contains("too weak: RSA of 1024 bits"))
    }

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
        Case("EdDSA on another curve", "EdDSA keys") { [22, 3, 0x2B, 0x65, 0x71] + Forge.integer([1]) },
        Case("a short Ed25519 key", "ends early") { [27] + [UInt8](repeating: 1, count: 31) },
        Case("DSA", "DSA keys") { [17, 1, 2, 3] },
    ]

    private static let modulus = Forge.integer([UInt8](repeating: 0xFF, count: 256))
    private static let curve: [UInt8] = [9, 0x2B, 0x06, 0x01, 0x04, 0x01, 0xDA, 0x47, 0x0F, 0x01]
}

extension Case where Input == [UInt8] {
    fileprivate init(_ name: String, _ expected: String, _ bytes: () -> [UInt8]) {
        self.init(name, expected, bytes())
    }
}
