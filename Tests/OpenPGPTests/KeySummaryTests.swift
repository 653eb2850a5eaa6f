import OpenPGP
import Primitives
import Testing

/// What is told about a key, for people.
@Suite struct KeySummaryTests {
    typealias World = KeyRingTests.World

    @Test("A key is told with its kind, life, uses and whether what it signs counts")
    func tellsKeys() throws {
        let world = try World()
        let ring = try KeyRing(
            parsing: try world.alice.certificate { $0.hashed = [Forge.flags(0x01), Forge.keyLifetime(5000)] }
                + world.alice.subkey(world.subkey))
        let summaries = ring.certificates[0].summaries(at: .forged)
        #expect(summaries.map(\.fingerprint) == [world.alice.fingerprint, world.subkey.fingerprint])
        #expect(summaries.map(\.algorithm) == ["Ed25519", "Ed25519"])
        #expect(summaries.map(\.version) == [4, 4])
        #expect(summaries.map(\.created.secondsSince1970) == [1_700_000_000, 1_700_000_000])
        #expect(summaries.map(\.expires?.secondsSince1970) == [1_700_005_000, nil])
        #expect(summaries.map(\.usages) == [[.certify], [.sign]])
        #expect(summaries.map(\.refusal) == [.wrongUsage(world.alice.fingerprint), nil])
    }

    @Test(
        "Flags are told as uses; a key without flags may do all",
        arguments: [
            ([], nil), ([Forge.flags(0)], []), ([Forge.flags(0x2F)], [.certify, .sign, .encrypt, .authenticate]),
            ([Forge.flags(0x04)], [.encrypt]), ([Forge.flags(0x08)], [.encrypt]),
            ([Forge.flags(0x22)], [.sign, .authenticate]),
        ] as [([[UInt8]], [KeyUsage]?)])
    func tellsUsages(subpackets: [[UInt8]], expected: [KeyUsage]?) throws {
        let alice = try Keys.alice.get()
        let ring = try KeyRing(parsing: try alice.certificate { $0.hashed = subpackets })
        #expect(ring.certificates[0].summaries(at: .forged).map(\.usages) == [expected])
    }

    @Test(
        "The kind of every key is told with its size",
        arguments: [
            ("RSA of 2048 bits", Keys.rsa, 10), ("DSA of 2048 bits", Keys.dsa, 10), ("ECDSA on P-521", Keys.p521, 10),
            ("ECDSA on brainpoolP384r1", Keys.brainpool384, 10), ("Ed25519", Keys.modern, 10),
            ("Ed448", Keys.ed448, 10),
        ] as [(String, Result<ForgedKey, any Error>, UInt8)])
    func tellsAlgorithms(name: String, key: Result<ForgedKey, any Error>, hash: UInt8) throws {
        let ring = try KeyRing(parsing: try key.get().certificate { $0.hash = hash })
        #expect(ring.certificates[0].summaries(at: .forged).map(\.algorithm) == [name])
    }

    @Test("A subkey that cannot be used says why", arguments: [true, false])
    func explainsSubkeys(isWeak: Bool) throws {
        let alice = try Keys.alice.get()
        var subkey = try isWeak ? Keys.weak.get() : Keys.subkey.get()
        if !isWeak { subkey.algorithm = 19 }
        let body =
            isWeak ? subkey.body : [4] + Forge.number(Int(subkey.created), bytes: 4) + [19, 3, 0x2B, 0x81, 0x04, 0, 0]
        let binding = try alice.signature(
            0x18, over: alice.signedForm + [0x99] + Forge.number(body.count, bytes: 2) + body
        ) {
            $0.time = Moment.keySigned
            $0.hashed = [Forge.flags(0x02)]
        }
        let ring = try KeyRing(
            parsing: try alice.certificate { $0.hashed = [Forge.flags(0x01)] } + Forge.packet(14, body)
                + Forge.packet(2, binding))
        let refusal = try #require(ring.certificates[0].summaries(at: .forged)[1].refusal)
        #expect(
            "\(refusal)".hasSuffix(
                isWeak
                    ? "is too weak: RSA of 1024 bits; at least 2048 are needed"
                    : "is not supported: ECDSA on an unknown curve"))
        #expect(ring.certificates[0].signingRefusal(at: .forged) == refusal)
    }

    @Test("A subkey that nobody bound is reported")
    func reportsStrays() throws {
        let world = try World()
        let ring = try KeyRing(parsing: try world.alice.certificate() + Forge.packet(14, world.subkey.body))
        #expect(
            ring.problems.map(\.description) == [
                "subkey \(world.subkey.fingerprint): a subkey without a valid binding signature"
            ])
    }
}
