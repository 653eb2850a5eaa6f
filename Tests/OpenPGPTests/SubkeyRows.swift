import OpenPGP

// What becomes of a message by a subkey.
extension KeyRingTests {
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
        Case("no binding", "a subkey without a valid binding signature") {
            try $0.alice.certificate() + Forge.packet(14, $0.subkey.body)
        },
        Case("a binding of another subkey", "a subkey without a valid binding signature") {
            try $0.alice.certificate() + Forge.packet(14, $0.subkey.body)
                + $0.alice.statement(0x18, on: $0.bob) { $0.hashed = [Forge.flags(0x02)] }
        },
        Case("a binding by a stranger", "a subkey without a valid binding signature") { world in
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
        Case("revoked as retired", "was revoked") {
            try $0.alice.certificate() + $0.alice.subkey($0.subkey)
                + $0.alice.statement(0x28, on: $0.subkey) { $0.hashed = [Forge.subpacket(29, [3])] }
        },
        Case("the newest binding shortens, wherever it stands", "expired") { world in
            let back = try world.alice.backSignature(by: world.subkey)
            return try world.alice.certificate() + Forge.packet(14, world.subkey.body)
                + world.alice.statement(0x18, on: world.subkey) {
                    $0.hashed = [Forge.flags(0x02), back, Forge.keyLifetime(1)]
                } + world.alice.subkey(world.subkey).dropFirst(Forge.packet(14, world.subkey.body).count)
        },
        Case("a binding that has expired itself", "expired") {
            try $0.alice.certificate() + $0.alice.subkey($0.subkey) { $0.hashed.append(Forge.signatureLifetime(1)) }
        },
        Case("a binding with a critical secret", "a subkey without a valid binding signature") {
            try $0.alice.certificate()
                + $0.alice.subkey($0.subkey) { $0.hashed.append(Forge.subpacket(99, [], critical: true)) }
        },
        Case("a back-signature with a critical secret", "has no back-signature") { world in
            let back = try world.alice.backSignature(by: world.subkey) {
                $0.hashed = [Forge.subpacket(99, [], critical: true)]
            }
            return try world.alice.certificate()
                + world.alice.subkey(world.subkey) { $0.hashed = [Forge.flags(0x02), back] }
        },
        Case("a back-signature that has expired", "has no back-signature") { world in
            let back = try world.alice.backSignature(by: world.subkey) { $0.hashed = [Forge.signatureLifetime(1)] }
            return try world.alice.certificate()
                + world.alice.subkey(world.subkey) { $0.hashed = [Forge.flags(0x02), back] }
        },
        Case("no key flags", "verified") { world in
            let back = try world.alice.backSignature(by: world.subkey)
            return try world.alice.certificate() + world.alice.subkey(world.subkey) { $0.hashed = [back] }
        },
        Case("no key flags and no back-signature", "has no back-signature") {
            try $0.alice.certificate() + $0.alice.subkey($0.subkey) { $0.hashed = [] }
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
