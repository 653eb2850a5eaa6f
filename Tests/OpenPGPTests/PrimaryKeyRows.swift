import OpenPGP

// What becomes of a message by a primary key whose owner says this or that about it.
extension KeyRingTests {
    private static func revoked(_ key: ForgedKey, because reason: UInt8) throws -> [UInt8] {
        try key.packet + key.direct(0x20) { $0.hashed = [Forge.subpacket(29, [reason])] } + key.userID()
    }

    static let primaries: [Case<Build>] = [
        Case("no user ID", "no user ID with a valid self-signature") { $0.alice.packet },
        Case("a user ID without self-signature", "no user ID") { $0.alice.packet + Forge.packet(13, ForgedKey.name) },
        Case("a self-signature over another name", "no user ID") {
            try $0.alice.packet + Forge.packet(13, ForgedKey.name) + $0.alice.certification(of: [0x61])
        },
        Case("a self-signature by MD5", "no user ID") { try $0.alice.certificate { $0.hash = 1 } },
        Case("a self-signature of version 3", "no user ID") {
            let name = ForgedKey.name
            let data = $0.alice.signedForm + [0xB4] + Forge.number(name.count, bytes: 4) + name
            return try $0.alice.packet + Forge.packet(13, name)
                + Forge.packet(2, $0.alice.signature(0x13, over: data) { $0.version = 3 })
        },
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
        Case("the self-signature of another name does not take the end away", "expired at") {
            try $0.alice.certificate { $0.hashed.append(Forge.keyLifetime(1)) }
                + $0.alice.userID([0x61]) { $0.time = Moment.keySigned + 1 }
        },
        Case("the self-signature of another name shortens", "expired at") {
            try $0.alice.certificate()
                + $0.alice.userID([0x61]) {
                    $0.time = Moment.keySigned + 1
                    $0.hashed.append(Forge.keyLifetime(1))
                }
        },
        Case("the self-signature of another name puts the end off", "verified") {
            try $0.alice.certificate { $0.hashed.append(Forge.keyLifetime(1)) }
                + $0.alice.userID([0x61]) {
                    $0.time = Moment.keySigned + 1
                    $0.hashed.append(Forge.keyLifetime(5000))
                }
        },
        Case("the self-signature of another name says nothing about its use", "not meant for signing") {
            try $0.alice.certificate { $0.hashed = [Forge.flags(0x01)] }
                + $0.alice.userID([0x61]) {
                    $0.time = Moment.keySigned + 1
                    $0.hashed = []
                }
        },
        Case("a name that was revoked and given anew extends", "verified") {
            try $0.alice.certificate { $0.hashed.append(Forge.keyLifetime(1)) }
                + $0.alice.certification(kind: 0x30) { $0.time = Moment.keySigned + 1 }
                + $0.alice.certification { $0.time = Moment.keySigned + 2 }
        },
        Case("its only name, which limits it, is revoked", "expired at") {
            try $0.alice.certificate { $0.hashed.append(Forge.keyLifetime(1)) }
                + $0.alice.certification(kind: 0x30) { $0.time = Moment.keySigned + 1 }
        },
        Case("the self-signature of a name that is revoked extends", "expired at") {
            try $0.alice.certificate { $0.hashed.append(Forge.keyLifetime(1)) }
                + $0.alice.userID([0x61]) { $0.time = Moment.keySigned + 1 }
                + $0.alice.certification(of: [0x61], kind: 0x30) { $0.time = Moment.keySigned + 2 }
        },
        Case("the self-signature of a name that is revoked shortens", "verified") {
            try $0.alice.certificate()
                + $0.alice.userID([0x61]) {
                    $0.time = Moment.keySigned + 1
                    $0.hashed.append(Forge.keyLifetime(1))
                } + $0.alice.certification(of: [0x61], kind: 0x30) { $0.time = Moment.keySigned + 2 }
        },
        Case("two self-signatures of the same second, the last one shortens", "expired at") {
            try $0.alice.certificate() + $0.alice.certification { $0.hashed.append(Forge.keyLifetime(1)) }
        },
        Case("two self-signatures of the same second, the first one shortens", "expired at") {
            try $0.alice.certificate { $0.hashed.append(Forge.keyLifetime(1)) } + $0.alice.certification()
        },
        Case("the newest self-signature takes the right to sign", "not meant for signing") {
            try $0.alice.certificate()
                + $0.alice.certification {
                    $0.time = Moment.keySigned + 1
                    $0.hashed = [Forge.flags(0x01)]
                }
        },
        Case("the newest self-signature is of another type", "expired at") {
            try $0.alice.certificate()
                + $0.alice.certification(kind: 0x10) {
                    $0.time = Moment.keySigned + 1
                    $0.hashed.append(Forge.keyLifetime(1))
                }
        },
        Case("a direct-key signature takes the right to sign", "not meant for signing") {
            try $0.alice.packet
                + $0.alice.direct(0x1F) {
                    $0.time = Moment.keySigned
                    $0.hashed = [Forge.flags(0x01)]
                } + $0.alice.userID()
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
        Case("revoked as superseded", "was revoked") { try revoked($0.alice, because: 1) },
        Case("revoked as compromised", "was revoked") { try revoked($0.alice, because: 2) },
        Case("revoked as retired", "was revoked") { try revoked($0.alice, because: 3) },
        Case("revoked for a private reason", "was revoked") { try revoked($0.alice, because: 100) },
        Case("revoked, and certified again later", "was revoked") {
            try revoked($0.alice, because: 0) + $0.alice.certification { $0.time = Moment.now - 1 }
        },
        Case("revoked by a signature that is not signed", "verified") {
            let forged = try $0.alice.signature(0x20, over: [])
            return try $0.alice.packet + Forge.packet(2, forged) + $0.alice.userID()
        },
        Case("revoked behind the user ID instead of the key", "was revoked") {
            try $0.alice.certificate() + $0.alice.direct(0x20)
        },
        Case("revoked behind a user attribute", "was revoked") {
            try $0.alice.certificate() + Forge.packet(17, [2, 1, 0]) + $0.alice.direct(0x20)
        },
        Case("revoked behind a subkey", "was revoked") {
            try $0.alice.certificate() + $0.alice.subkey($0.subkey) + $0.alice.direct(0x20)
        },
        Case("revoked by a signature of version 3", "was revoked") {
            try $0.alice.packet + $0.alice.direct(0x20) { $0.version = 3 } + $0.alice.userID()
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
}
