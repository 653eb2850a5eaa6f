import OpenPGP

// The tables of KeyRingTests: how a ring is built, and the answer to a message by its key.
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
        // GnuPG imports nothing then, the good key neither.
        Case("a key of unknown algorithm before", "verified") {
            try Forge.packet(6, [4, 0, 0, 0, 0, 99, 1, 2, 3]) + Forge.packet(13, [0x61]) + $0.alice.certificate()
        },
        Case("a secret key before", "verified") { try Forge.packet(5, [4, 0]) + $0.alice.certificate() },
        Case("a cut key behind", "verified") { try $0.alice.certificate() + $0.bob.certificate().dropLast(10) },
        Case("a private key only", "store only the public key") { Forge.packet(5, $0.alice.body) },
        Case("armored", "verified") { Forge.armor(try $0.alice.certificate()) },
        Case("armored, two blocks and text around them", "verified") {
            Array("Our keys:\n\n".utf8) + Forge.armor(try $0.bob.certificate()) + Array("and the new one, ÿ\n".utf8)
                + Forge.armor(try $0.alice.certificate())
        },
        Case("armored behind a byte order mark, with carriage returns", "verified") {
            [0xEF, 0xBB, 0xBF] + Forge.armor(try $0.alice.certificate()).flatMap { $0 == 10 ? [13, 10] : [$0] }
        },
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

    static let primaries: [Case<Build>] = [
        Case("no user ID", "no user ID with a valid self-signature") { $0.alice.packet },
        Case("a user ID without self-signature", "no user ID") { $0.alice.packet + Forge.packet(13, ForgedKey.name) },
        Case("a self-signature over another name", "no user ID") {
            try $0.alice.packet + Forge.packet(13, ForgedKey.name) + $0.alice.certification(of: [0x61])
        },
        Case("a self-signature by MD5", "no user ID") { try $0.alice.certificate { $0.hash = 1 } },
        Case("a self-signature by SHA-1", "verified") { try $0.alice.certificate { $0.hash = 2 } },
        Case("a self-signature without time", "no user ID") { try $0.alice.certificate { $0.time = nil } },
        Case("a self-signature with a critical secret", "no user ID") {
            try $0.alice.certificate { $0.hashed.append(Forge.subpacket(99, [], critical: true)) }
        },
        Case("a stranger's certification", "no user ID") { world in
            let data = world.alice.signedForm + [0xB4] + Forge.number(1, bytes: 4) + [0x61]
            return try world.alice.packet + Forge.packet(13, [0x61])
                + Forge.packet(2, world.bob.signature(0x13, over: data) { $0.issuer = world.alice.fingerprint })
        },
        Case("a direct-key signature only, as GnuPG refuses too", "no user ID") {
            try $0.alice.packet + $0.alice.direct(0x1F)
        },
        Case("only its user ID revoked", "verified") {
            try $0.alice.certificate() + $0.alice.certification(kind: 0x30)
        },
        Case("a self-signature from the future only", "not valid yet") {
            try $0.alice.certificate { $0.time = Moment.now + 1000 }
        },
        Case("expired", "expired at 2023-11-14T22:13:21Z") {
            try $0.alice.certificate { $0.hashed.append(Forge.keyLifetime(1)) }
        },
        Case("expired after the signature was made", "expired at") {
            try $0.alice.certificate { $0.hashed.append(Forge.keyLifetime(1500)) }
        },
        Case("not yet expired", "verified") {
            try $0.alice.certificate { $0.hashed.append(Forge.keyLifetime(2001)) }
        },
        Case("a lifetime of zero means for ever", "verified") {
            try $0.alice.certificate { $0.hashed.append(Forge.keyLifetime(0)) }
        },
        Case("the newest self-signature extends", "verified") {
            try $0.alice.certificate { $0.hashed.append(Forge.keyLifetime(1)) }
                + $0.alice.certification { $0.time = Moment.keySigned + 1 }
        },
        Case("the newest self-signature shortens, wherever it stands", "expired at") {
            try $0.alice.packet + Forge.packet(13, ForgedKey.name)
                + $0.alice.certification {
                    $0.time = Moment.keySigned + 1
                    $0.hashed.append(Forge.keyLifetime(1))
                } + $0.alice.certification()
        },
        Case("a second copy shortens", "expired at") {
            try $0.alice.certificate()
                + $0.alice.certificate {
                    $0.time = Moment.keySigned + 1
                    $0.hashed.append(Forge.keyLifetime(1))
                }
        },
        Case("a direct-key signature shortens", "expired at") {
            try $0.alice.packet + $0.alice.direct(0x1F) { $0.hashed = [Forge.keyLifetime(1)] } + $0.alice.userID()
        },
        Case("a self-signature that has expired itself", "expired at") {
            try $0.alice.certificate { $0.hashed.append(Forge.signatureLifetime(1)) }
        },
        Case("revoked, after the signature was made", "was revoked") {
            try $0.alice.packet + $0.alice.direct(0x20) { $0.time = Moment.now - 1 } + $0.alice.userID()
        },
        Case("revoked as retired", "was revoked") {
            try $0.alice.packet + $0.alice.direct(0x20) { $0.hashed = [Forge.subpacket(29, [3])] } + $0.alice.userID()
        },
        Case("revoked with a critical secret and SHA-1", "was revoked") {
            try $0.alice.packet
                + $0.alice.direct(0x20) {
                    $0.hash = 2
                    $0.hashed = [Forge.subpacket(99, [], critical: true)]
                } + $0.alice.userID()
        },
        Case("revoked in a second copy", "was revoked") {
            try $0.alice.certificate() + $0.alice.packet + $0.alice.direct(0x20) + $0.alice.userID()
        },
        Case("revoked by a stranger", "verified") { world in
            let revocation = try world.bob.signature(0x20, over: world.alice.signedForm) {
                $0.issuer = world.alice.fingerprint
            }
            return try world.alice.packet + Forge.packet(2, revocation) + world.alice.userID()
        },
        Case("for certifying only", "not meant for signing") {
            try $0.alice.certificate { $0.hashed = [Forge.flags(0x01)] }
        },
        Case("for encryption only", "not meant for signing") {
            try $0.alice.certificate { $0.hashed = [Forge.flags(0x0C)] }
        },
        Case("for authentication only", "not meant for signing") {
            try $0.alice.certificate { $0.hashed = [Forge.flags(0x20)] }
        },
        Case("for anything: no flags", "verified") { try $0.alice.certificate { $0.hashed = [] } },
        Case("for nothing: empty flags", "not meant for signing") {
            try $0.alice.certificate { $0.hashed = [Forge.subpacket(27, [])] }
        },
    ]

    static let subkeys: [Case<Build>] = [
        Case("bound and back-signed", "verified") { try $0.alice.certificate() + $0.alice.subkey($0.subkey) },
        Case("the primary key certifies only", "verified") {
            try $0.alice.certificate { $0.hashed = [Forge.flags(0x01)] } + $0.alice.subkey($0.subkey)
        },
        Case("the back-signature is unhashed", "verified") { world in
            let back = try world.alice.backSignature(by: world.subkey)
            return try world.alice.certificate()
                + world.alice.subkey(world.subkey) {
                    $0.hashed = [Forge.flags(0x02)]
                    $0.unhashed = [back]
                }
        },
        Case("SHA-1 in binding and back-signature", "verified") { world in
            let back = try world.alice.backSignature(by: world.subkey) { $0.hash = 2 }
            return try world.alice.certificate()
                + world.alice.subkey(world.subkey) {
                    $0.hash = 2
                    $0.hashed = [Forge.flags(0x02), back]
                }
        },
        Case("no back-signature: how a stranger adopts a subkey", "has no back-signature") {
            try $0.alice.certificate() + $0.alice.subkey($0.subkey) { $0.hashed = [Forge.flags(0x02)] }
        },
        Case("a back-signature for another primary key", "has no back-signature") { world in
            let back = try world.bob.backSignature(by: world.subkey)
            return try world.alice.certificate()
                + world.alice.subkey(world.subkey) { $0.hashed = [Forge.flags(0x02), back] }
        },
        Case("a back-signature by the primary key", "has no back-signature") { world in
            let back = try world.alice.backSignature(by: world.alice)
            return try world.alice.certificate()
                + world.alice.subkey(world.subkey) { $0.hashed = [Forge.flags(0x02), back] }
        },
        Case("for encryption only", "not meant for signing") { world in
            let back = try world.alice.backSignature(by: world.subkey)
            return try world.alice.certificate()
                + world.alice.subkey(world.subkey) { $0.hashed = [Forge.flags(0x0C), back] }
        },
        Case("for authentication only", "not meant for signing") {
            try $0.alice.certificate() + $0.alice.subkey($0.subkey) { $0.hashed = [Forge.flags(0x20)] }
        },
        Case("no binding", "not in the key ring") { try $0.alice.certificate() + Forge.packet(14, $0.subkey.body) },
        Case("a binding of another subkey", "not in the key ring") {
            try $0.alice.certificate() + Forge.packet(14, $0.subkey.body)
                + $0.alice.statement(0x18, on: $0.bob) { $0.hashed = [Forge.flags(0x02)] }
        },
        Case("a binding by a stranger", "not in the key ring") { world in
            try world.alice.certificate() + Forge.packet(14, world.subkey.body)
                + world.bob.statement(0x18, on: world.subkey) { $0.issuer = world.alice.fingerprint }
        },
        Case("expired", "key \((try? Keys.subkey.get().fingerprint.description) ?? "") expired") {
            try $0.alice.certificate() + $0.alice.subkey($0.subkey) { $0.hashed.append(Forge.keyLifetime(1500)) }
        },
        Case("the newest binding extends", "verified") { world in
            let back = try world.alice.backSignature(by: world.subkey)
            return try world.alice.certificate()
                + world.alice.subkey(world.subkey) { $0.hashed.append(Forge.keyLifetime(1)) }
                + world.alice.statement(0x18, on: world.subkey) { $0.hashed = [Forge.flags(0x02), back] }
        },
        Case("revoked, after the signature was made", "was revoked") {
            try $0.alice.certificate() + $0.alice.subkey($0.subkey)
                + $0.alice.statement(0x28, on: $0.subkey) { $0.time = Moment.now - 1 }
        },
        Case("revoked, then bound again", "was revoked") {
            try $0.alice.certificate() + $0.alice.subkey($0.subkey)
                + $0.alice.statement(0x28, on: $0.subkey) { $0.time = Moment.keySigned + 1 }
                + $0.alice.subkey($0.subkey) { $0.time = Moment.keySigned + 2 }
        },
        Case("revoked by a stranger", "verified") { world in
            try world.alice.certificate() + world.alice.subkey(world.subkey)
                + world.bob.statement(0x28, on: world.subkey) { $0.issuer = world.alice.fingerprint }
        },
        Case("the primary key expired", "expired") {
            try $0.alice.certificate { $0.hashed.append(Forge.keyLifetime(1)) } + $0.alice.subkey($0.subkey)
        },
        Case("the primary key was revoked", "key \((try? Keys.alice.get().fingerprint.description) ?? "") was revoked")
        {
            try $0.alice.packet + $0.alice.direct(0x20) + $0.alice.userID() + $0.alice.subkey($0.subkey)
        },
        Case("under two primary keys, the second one good", "verified") {
            try $0.alice.certificate() + $0.alice.subkey($0.subkey) { $0.hashed = [Forge.flags(0x02)] }
                + $0.bob.certificate() + $0.bob.subkey($0.subkey)
        },
        Case("beside a subkey for encryption of an unknown algorithm", "verified") {
            try $0.alice.certificate() + Forge.packet(14, [4, 0, 0, 0, 0, 18, 1, 2, 3]) + $0.alice.subkey($0.subkey)
        },
        Case("beside a subkey of version 6", "verified") {
            try $0.alice.certificate() + Forge.packet(14, [6, 0, 0, 0, 0, 99, 0, 0, 0, 1, 7])
                + $0.alice.subkey($0.subkey)
        },
    ]
}
