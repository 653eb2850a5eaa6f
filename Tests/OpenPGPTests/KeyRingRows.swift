import OpenPGP

// What a ring may hold beside the key that counts.
extension KeyRingTests {
    static let rings: [Case<Build>] = [
        Case("one key", "verified") { try $0.alice.certificate() },
        Case("several keys", "verified") { try $0.bob.certificate() + $0.alice.certificate() },
        Case("two copies", "verified") { try $0.alice.certificate() + $0.alice.certificate() },
        Case("a user attribute, a trust packet, a marker, padding", "verified") {
            try Forge.packet(10, Array("PGP".utf8)) + $0.alice.certificate() + Forge.packet(12, [0])
                + Forge.packet(17, [2, 1, 0]) + $0.alice.certification() + Forge.packet(21, [0])
        },
        Case("a version 6 key before", "verified") {
            try Forge.packet(6, [6, 0, 0, 0, 0, 27]) + Forge.packet(13, [0x61]) + $0.alice.certificate()
        },
        Case("a key of unknown algorithm before", "verified") {
            try Forge.packet(6, [4, 0, 0, 0, 0, 99, 1, 2, 3]) + Forge.packet(13, [0x61]) + $0.alice.certificate()
        },
        Case("a version 3 key before", "verified") {
            try Forge.packet(6, [3, 0, 0, 0, 0, 0, 0, 1] + Forge.integer([0xFF]) + Forge.integer([3]))
                + Forge.packet(13, [0x61]) + $0.alice.certificate()
        },
        Case("a secret key before", "verified") { try Forge.packet(5, [4, 0]) + $0.alice.certificate() },
        Case("a cut key behind", "verified") { try $0.alice.certificate() + $0.bob.certificate().dropLast(10) },
        Case("a cut user ID behind the whole key", "holds no usable key") {
            try $0.alice.certificate() + Forge.packet(13, ForgedKey.name).dropLast()
        },
        Case("a private key only", "store only the public key") { Forge.packet(5, $0.alice.body) },
        Case("armored", "verified") { Forge.armor(try $0.alice.certificate()) },
        Case("armored, two blocks and text around them", "verified") {
            Array("Our keys:\n\n".utf8) + Forge.armor(try $0.bob.certificate()) + Array("and the new one, ÿ\n".utf8)
                + Forge.armor(try $0.alice.certificate())
        },
        Case("armored behind a byte order mark, with carriage returns", "verified") {
            [0xEF, 0xBB, 0xBF] + Forge.armor(try $0.alice.certificate()).flatMap { $0 == 10 ? [13, 10] : [$0] }
        },
        Case("armored, without a checksum", "verified") { Forge.armor(try $0.alice.certificate(), checksum: "") },
        Case("armored, with a wrong checksum", "does not match its checksum") {
            Forge.armor(try $0.alice.certificate(), checksum: "AAAA")
        },
        Case("armored, a broken block before", "verified") {
            Forge.armor(try $0.bob.certificate(), checksum: "AAAA") + Forge.armor(try $0.alice.certificate())
        },
        Case("armored, binary behind it is not read but reported", "verified") {
            Forge.armor(try $0.alice.certificate()) + (try $0.bob.certificate())
        },
        Case("armored as a private key", "store only the public key") {
            Forge.armor(try $0.alice.certificate(), label: "PGP PRIVATE KEY BLOCK")
        },
        Case("a PEM public key", "a PUBLIC KEY, not a public key") {
            Forge.armor(try $0.alice.certificate(), label: "PUBLIC KEY").filter { $0 != 0 }
        },
        Case("nothing", "the key ring is empty") { _ in [] },
        Case("white space", "the key ring is empty") { _ in Array(" \n\n".utf8) },
        Case("text", "not an OpenPGP key") { _ in Array("hello".utf8) },
        Case("garbage", "starts no packet") { _ in [0x99, 0, 0, 0x12] },
        Case("a signed message", "holds no key") { try $0.alice.message([]) },
    ]
}
