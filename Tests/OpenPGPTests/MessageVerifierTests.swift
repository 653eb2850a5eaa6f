import OpenPGP
import Primitives
import Testing

extension Timestamp {
    /// The present of the forged world.
    static let forged = Timestamp(secondsSince1970: Int64(Moment.now))
}

/// What a signature may say, and what it may be made with.
@Suite struct MessageVerifierTests {
    typealias Change = @Sendable (inout ForgedKey.Options) -> Void

    @Test("What a signature says decides whether it counts", arguments: rows)
    func answers(row: Case<Change>) throws {
        let alice = try Keys.alice.get()
        let message = try alice.documentSignature(content, row.input) + Forge.literal(content)
        row.expect(answer(to: message, from: try alice.certificate()))
    }

    @Test("Only types 0x00 and 0x01 sign a document", arguments: otherTypes)
    func refusesOtherTypes(kind: UInt8) throws {
        let alice = try Keys.alice.get()
        let message = try alice.documentSignature(content, kind: kind) + Forge.literal(content)
        #expect(answer(to: message, from: try alice.certificate()).contains("only 0x00 and 0x01"))
    }

    @Test("A text's signature is over the bytes as they are stored, and over its type")
    func readsTexts() throws {
        let (alice, text) = (try Keys.alice.get(), Array("{\r\n}".utf8))
        let signature = try alice.documentSignature(text, kind: 0x01)
        #expect(answer(to: signature + Forge.literal(text), from: try alice.certificate()) == "verified")
        let otherLines = signature + Forge.literal(Array("{\n}".utf8))
        #expect(answer(to: otherLines, from: try alice.certificate()).contains("bad signature"))
    }

    @Test("A stranger's signature names the stranger's key")
    func namesTheUnknownKey() throws {
        let (alice, bob) = (try Keys.alice.get(), try Keys.bob.get())
        #expect(
            answer(to: try bob.message(content), from: try alice.certificate())
                == "refused: signed by key \(bob.fingerprint.keyID), which is not in the key ring")
    }

    @Test("A hint that names somebody else's key does not make the signature theirs")
    func distrustsHints() throws {
        let (alice, bob) = (try Keys.alice.get(), try Keys.bob.get())
        let message = try bob.message(content) { $0.issuer = alice.fingerprint }
        #expect(
            answer(to: message, from: try alice.certificate() + bob.certificate())
                .contains("announces another signature"))
        let older = try bob.documentSignature(content) { $0.issuer = alice.fingerprint } + Forge.literal(content)
        #expect(answer(to: older, from: try alice.certificate() + bob.certificate()).contains("bad signature"))
    }

    @Test("A subkey under hundreds of primary keys does not make a message cost hundreds of verifications")
    func boundsSigners() throws {
        let (bob, subkey) = (try Keys.bob.get(), try Keys.subkey.get())
        let good = try Keys.alice.get().certificate() + Keys.alice.get().subkey(subkey)
        let claims = try (1...Limits.openPGPSigners).map { number in
            var claimant = bob
            claimant.created += UInt32(number)
            return try claimant.certificate() + claimant.subkey(subkey) { $0.hashed = [Forge.flags(0x02)] }
        }
        let message = try subkey.message(content)
        #expect(answer(to: message, from: Array(claims.dropLast().joined()) + good) == "verified")
        #expect(answer(to: message, from: Array(claims.joined()) + good).contains("no back-signature"))
    }

    @Test("The proof names the primary key, the signing key, the time and the exact bytes")
    func provesWhatWasSigned() throws {
        let alice = try Keys.alice.get()
        let verifier = MessageVerifier(keyRing: try KeyRing(parsing: try alice.certificate()))
        let message = try UnverifiedMessage(parsing: Forge.compressed(1, try alice.message(content)))
        guard case .verified(let verified) = try verifier.verify(message, at: .forged) else {
            Issue.record("not verified")
            return
        }
        #expect(verified.content == content)
        #expect(verified.primaryFingerprint == alice.fingerprint)
        #expect(verified.signingFingerprint == alice.fingerprint)
        #expect(verified.created.secondsSince1970 == Int64(Moment.messageSigned))
    }

    static let content = Array("content".utf8)
    static let otherTypes: [UInt8] = [0x02, 0x10, 0x13, 0x18, 0x1F, 0x30, 0x40, 0x50]
    private let content = Self.content

    static let rows: [Case<Change>] = times + hints + restrictions + algorithms

    private static let times: [Case<Change>] = [
        Case("no creation time", "does not sign the time") { $0.time = nil },
        Case("a creation time that is not signed", "does not sign the time") {
            $0.time = nil
            $0.unhashed = [Forge.time(Moment.messageSigned)]
        },
        Case("made before its key", "older than key") { $0.time = Moment.keyCreated - 1 },
        Case("made at time zero", "older than key") { $0.time = 0 },
        Case("made at the moment of its key", "verified") { $0.time = Moment.keyCreated },
        Case("made by a clock that is 5 minutes ahead", "verified") { $0.time = Moment.now + 300 },
        Case("made in the future", "in the future") { $0.time = Moment.now + 301 },
        Case("not yet expired", "verified") { $0.hashed = [Forge.signatureLifetime(1001)] },
        Case("expired", "the signature expired at 2023-11-14T22:46:40Z") {
            $0.hashed = [Forge.signatureLifetime(1000)]
        },
        Case("an expiration of zero means never", "verified") { $0.hashed = [Forge.signatureLifetime(0)] },
        Case("an expiration that is not signed means nothing", "verified") {
            $0.unhashed = [Forge.signatureLifetime(1)]
        },
        Case("two expirations", "two signatureExpiration subpackets") {
            $0.hashed = [Forge.signatureLifetime(0), Forge.signatureLifetime(1)]
        },
        Case("two creation times", "two creationTime subpackets") { $0.hashed = [Forge.time(1)] },
        Case("an expiration of three bytes", "signatureExpiration subpacket ends early") {
            $0.hashed = [Forge.subpacket(3, [0, 0, 1])]
        },
    ]

    private static let hints: [Case<Change>] = [
        // Not even with a single key in the ring: as GnuPG.
        Case("no issuer", "does not name the key") { $0.namesIssuer = false },
        Case("an unhashed key ID only", "verified") {
            $0.namesIssuer = false
            $0.unhashed = [Self.aliceID]
        },
        Case("a hashed key ID only", "verified") {
            $0.namesIssuer = false
            $0.hashed = [Self.aliceID]
        },
        Case("an unhashed fingerprint only", "does not name the key") {
            $0.namesIssuer = false
            $0.unhashed = [Self.aliceFingerprint]
        },
        Case("the key ID zero", "signed by key 0000000000000000") {
            $0.namesIssuer = false
            $0.unhashed = [Forge.subpacket(16, [0, 0, 0, 0, 0, 0, 0, 0])]
        },
        Case("a wrong key ID beside the right hashed fingerprint", "verified") {
            $0.namesIssuer = false
            $0.hashed = [Self.aliceFingerprint]
            $0.unhashed = [Forge.subpacket(16, [1, 2, 3, 4, 5, 6, 7, 8])]
        },
        Case("a wrong hashed fingerprint beside the right key ID", "not in the key ring") {
            $0.namesIssuer = false
            $0.hashed = [Forge.subpacket(33, [4] + [UInt8](repeating: 7, count: 20))]
            $0.unhashed = [Self.aliceID]
        },
        Case("the fingerprint of a version 6 key", "signed by key 0707070707070707, which is not in") {
            $0.namesIssuer = false
            $0.hashed = [Forge.subpacket(33, [6] + [UInt8](repeating: 7, count: 32))]
        },
        Case("the fingerprint of a version 5 key", "keys of version 5") {
            $0.namesIssuer = false
            $0.hashed = [Forge.subpacket(33, [5] + [UInt8](repeating: 7, count: 32))]
        },
        Case("a fingerprint of version 4 that is as long as one of version 6", "an issuer fingerprint of 32 bytes") {
            $0.namesIssuer = false
            $0.hashed = [Forge.subpacket(33, [4] + [UInt8](repeating: 7, count: 32))]
        },
        Case("a wrong left 16 bits", "verified") { $0.wrongHint = true },
    ]

    private static let restrictions: [Case<Change>] = [
        Case("a notation", "verified") { $0.hashed = [Self.notation(critical: false)] },
        Case("a critical notation", "critical subpacket of type 20") { $0.hashed = [Self.notation(critical: true)] },
        Case("a critical policy address", "verified") { $0.hashed = [Forge.subpacket(26, [0x68], critical: true)] },
        Case("a signer's user ID", "verified") { $0.hashed = [Forge.subpacket(28, ForgedKey.name)] },
        Case("a critical intended recipient", "critical subpacket of type 35") {
            $0.hashed = [Forge.subpacket(35, [4] + [UInt8](repeating: 7, count: 20), critical: true)]
        },
        Case("an unknown subpacket", "verified") { $0.hashed = [Forge.subpacket(99, [1])] },
        Case("an unknown critical subpacket", "critical subpacket of type 99") {
            $0.hashed = [Forge.subpacket(99, [1], critical: true)]
        },
        Case("an unknown critical subpacket, unhashed", "critical subpacket of type 99") {
            $0.unhashed = [Forge.subpacket(99, [1], critical: true)]
        },
        Case("a subpacket longer than its area", "subpacket area ends early") { $0.hashed = [[0x20, 26]] },
        Case("a subpacket of no bytes", "a subpacket without a type") { $0.hashed = [[0]] },
        Case("a subpacket length of five octets", "verified") {
            $0.hashed = [[0xFF, 0, 0, 0, 2, 99, 1]]
        },
        Case("257 subpackets", "more than 256 subpackets") {
            $0.hashed = [[UInt8]](repeating: Forge.subpacket(99, []), count: 257)
        },
    ]

    private static let algorithms: [Case<Change>] = [
        Case("MD5", "uses MD5") { $0.hash = 1 },
        Case("SHA-1", "uses SHA-1, which is not accepted; sign with SHA-256 or better") { $0.hash = 2 },
        Case("RIPEMD-160", "uses RIPEMD-160") { $0.hash = 3 },
        Case("SHA-224", "uses SHA-224") { $0.hash = 11 },
        Case("an unknown hash", "uses hash algorithm 77") { $0.hash = 77 },
        Case("version 3", "verified") { $0.version = 3 },
        Case("version 3, expired subpackets do not exist", "older than key") {
            $0.version = 3
            $0.time = Moment.keyCreated - 1
        },
        Case("version 2", "version 2 signatures") { $0.version = 2 },
        Case("version 5", "version 5 signatures") { $0.version = 5 },
        Case("version 6 by a key of version 4", "bad signature") { $0.version = 6 },
        Case("another key's algorithm", "error") { $0.algorithm = 1 },
        Case("the form of DSA", "bad signature") { $0.algorithm = 17 },
        Case("the form of ECDSA", "bad signature") { $0.algorithm = 19 },
        Case("Elgamal", "Elgamal signatures") { $0.algorithm = 16 },
        Case("an unknown algorithm", "algorithm 99 signatures") { $0.algorithm = 99 },
    ]

    private static var aliceID: [UInt8] { (try? Forge.issuerID(Keys.alice.get().fingerprint)) ?? [] }
    private static var aliceFingerprint: [UInt8] { (try? Forge.issuer(Keys.alice.get().fingerprint)) ?? [] }

    private static func notation(critical: Bool) -> [UInt8] {
        let (name, value) = (Array("a@example.org".utf8), Array("b".utf8))
        return Forge.subpacket(
            20,
            [0x80, 0, 0, 0] + Forge.number(name.count, bytes: 2) + Forge.number(value.count, bytes: 2) + name + value,
            critical: critical)
    }
}
