import OpenPGP
import Primitives
import Testing

/// Which keys of a ring count, and what they may do. Where GnuPG 2.2 answers otherwise, the row says so.
@Suite struct KeyRingTests {
    /// What a ring is made of: Alice, who signs, Bob, who does not, and a subkey of Alice's.
    struct World: Sendable {
        let alice: ForgedKey
        let bob: ForgedKey
        let subkey: ForgedKey

        init() throws {
            alice = try Keys.alice.get()
            bob = try Keys.bob.get()
            subkey = try Keys.subkey.get()
        }
    }
    typealias Build = @Sendable (World) throws -> [UInt8]

    @Test("A ring decides whether a message by its primary key counts", arguments: rings + primaries)
    func answersForThePrimaryKey(row: Case<Build>) throws {
        let world = try World()
        row.expect(answer(to: try world.alice.message(content), from: try row.input(world)))
    }

    @Test("A subkey signs when both keys say so", arguments: subkeys)
    func answersForTheSubkey(row: Case<Build>) throws {
        let world = try World()
        row.expect(answer(to: try world.subkey.message(content), from: try row.input(world)))
    }

    @Test("The proof by a subkey names both keys")
    func namesBothKeys() throws {
        let world = try World()
        let ring = try KeyRing(parsing: try world.alice.certificate() + world.alice.subkey(world.subkey))
        let message = try UnverifiedMessage(parsing: try world.subkey.message(content))
        guard case .verified(let verified) = try MessageVerifier(keyRing: ring).verify(message, at: .forged) else {
            Issue.record("not verified")
            return
        }
        #expect(verified.primaryFingerprint == world.alice.fingerprint)
        #expect(verified.signingFingerprint == world.subkey.fingerprint)
    }

    @Test("A signature by a subkey that names the primary key is a bad one")
    func refusesTheWrongName() throws {
        let world = try World()
        let ring = try world.alice.certificate() + world.alice.subkey(world.subkey)
        let message =
            try world.subkey.documentSignature(content) { $0.issuer = world.alice.fingerprint } + Forge.literal(content)
        #expect(answer(to: message, from: ring).contains("bad signature by key \(world.alice.fingerprint)"))
    }

    @Test("A key from the future is not valid yet")
    func refusesKeysFromTheFuture() throws {
        var young = try World().alice
        young.created = Moment.now + 1000
        let message = try young.message(content) { $0.time = Moment.now + 1000 }
        #expect(answer(to: message, from: try young.certificate()).contains("\(young.fingerprint) is not valid yet"))
        #expect(answer(to: message, from: try young.certificate(), at: Moment.now + 1000) == "verified")
    }

    @Test("A ring tells its keys and names")
    func tellsItsKeys() throws {
        let world = try World()
        let ring = try KeyRing(
            parsing: try world.alice.certificate() + world.alice.subkey(world.subkey) + world.bob.certificate())
        #expect(ring.certificates.map(\.fingerprint) == [world.alice.fingerprint, world.bob.fingerprint])
        #expect(ring.certificates.map(\.userIDs) == [["Forged <forged@example.org>"], ["Forged <forged@example.org>"]])
        #expect(ring.certificates[0].subkeyFingerprints == [world.subkey.fingerprint])
        #expect(ring.problems.isEmpty)
    }

    @Test("The problem of a broken key is reported beside the good one")
    func reportsProblems() throws {
        let world = try World()
        let ring = try KeyRing(parsing: try world.bob.packet + world.alice.certificate())
        #expect(ring.certificates.map(\.fingerprint) == [world.alice.fingerprint])
        #expect(
            ring.problems.map(\.description) == [
                "key \(world.bob.fingerprint): no user ID with a valid self-signature (SHA-1 or SHA-2)"
            ])
        #expect(
            answer(to: try world.bob.message(content), from: try world.bob.packet + world.alice.certificate())
                .contains("cannot be used: key \(world.bob.fingerprint): no user ID"))
    }

    @Test("Every prefix of a ring is refused or holds less")
    func refusesEveryPrefix() throws {
        let world = try World()
        let first = try world.alice.certificate()
        let ring = try first + world.bob.certificate()
        for length in 0..<first.count {
            #expect(throws: OpenPGPError.self) { try KeyRing(parsing: Array(ring[..<length])) }
        }
        for length in first.count..<ring.count {
            #expect(try KeyRing(parsing: Array(ring[..<length])).certificates.count == 1)
        }
    }

    @Test("Every prefix of an armored ring is refused")
    func refusesEveryArmoredPrefix() throws {
        let ring = Forge.armor(try World().alice.certificate())
        for length in 0..<ring.count - 1 {
            #expect(throws: OpenPGPError.self) { try KeyRing(parsing: Array(ring[..<length])) }
        }
    }

    @Test("A key that others have covered with signatures is refused at a bound, not verified for ever")
    func refusesFloods() throws {
        let alice = try Keys.alice.get()
        var flood = try alice.certificate()
        let certification = try alice.signature(0x13, over: [])
        for index in 0..<256 {
            var body = certification
            body[body.count - 1] = UInt8(index)
            body[body.count - 2] ^= 1
            flood += Forge.packet(2, body)
        }
        #expect(answer(to: try alice.message(content), from: flood).contains("more than 256 self-signatures"))
    }

    @Test("A ring of many keys that are covered with signatures is refused unverified")
    func refusesFloodedRings() throws {
        var key = try Keys.alice.get()
        var ring: [UInt8] = []
        for index in 0..<5 as Range<UInt32> {
            key.created = Moment.keyCreated + index
            let certification = try key.signature(0x13, over: [])
            ring += key.packet + Forge.packet(13, [0x61])
            for number in 0..<250 as Range<UInt8> { ring += Forge.packet(2, certification.dropLast() + [number]) }
        }
        #expect(answer(to: [], from: ring).contains("larger than 1024 self-signatures"))
    }

    @Test("No changed bit of a ring traps, or lets another key sign")
    func survivesEveryChange() throws {
        let world = try World()
        let ring = try world.alice.certificate() + world.alice.subkey(world.subkey)
        let message = try UnverifiedMessage(parsing: try world.bob.message(content))
        for index in ring.indices {
            var changed = ring
            changed[index] ^= 1 << (index % 8)
            guard let keyRing = try? KeyRing(parsing: changed) else { continue }
            guard case .refused = try MessageVerifier(keyRing: keyRing).verify(message, at: .forged) else {
                Issue.record("byte \(index)")
                return
            }
        }
    }

    static let content = Array("content".utf8)
    private let content = Self.content
}
