import OpenPGP
import Testing

/// Every shape that a signed message may have, and the ones it may not. Where GnuPG 2.2 takes more, the row says so.
@Suite struct MessageGrammarTests {
    typealias Build = @Sendable (ForgedKey, [UInt8]) throws -> [UInt8]

    @Test("A message is exactly one signature and one literal, compressed at most once", arguments: rows)
    func answers(row: Case<Build>) throws {
        let alice = try Keys.alice.get()
        row.expect(answer(to: try row.input(alice, content), from: try alice.certificate()))
    }

    @Test("Every prefix of a message is refused", arguments: [0, 1, 2] as [UInt8])
    func refusesEveryPrefix(compression: UInt8) throws {
        let alice = try Keys.alice.get()
        let verifier = MessageVerifier(keyRing: try KeyRing(parsing: try alice.certificate()))
        let packets = try alice.message(content)
        let message = compression == 0 ? packets : Forge.compressed(compression, packets)
        for length in 0..<message.count {
            #expect(throws: OpenPGPError.self) { try UnverifiedMessage(parsing: Array(message[..<length])) }
        }
        guard case .verified = try verifier.verify(try UnverifiedMessage(parsing: message), at: .forged) else {
            Issue.record("the whole message is not verified")
            return
        }
    }

    @Test("Every bit of a message matters, but for the literal's header and the hints")
    func noticesEveryChange() throws {
        let alice = try Keys.alice.get()
        let verifier = MessageVerifier(keyRing: try KeyRing(parsing: try alice.certificate()))
        let message = try alice.message(content)
        for index in message.indices {
            for bit in 0..<8 {
                var changed = message
                changed[index] ^= 1 << bit
                guard let parsed = try? UnverifiedMessage(parsing: changed),
                    case .verified(let verified) = try verifier.verify(parsed, at: .forged)
                else { continue }
                #expect(verified.content == content)
                #expect(verified.primaryFingerprint == alice.fingerprint)
            }
        }
    }

    @Test("5 MiB of signature are refused unread")
    func refusesFiveMebibytes() {
        #expect(throws: OpenPGPError.tooLarge(what: "signature", limit: 4 << 20)) {
            try UnverifiedMessage(parsing: [UInt8](repeating: 0xC0, count: 5 << 20))
        }
    }

    @Test("A literal of partial length that never ends is refused")
    func refusesEndlessPartials() {
        let endless = [0xCB] + [UInt8](repeating: 0xE0, count: 100_000)
        #expect(throws: OpenPGPError.truncated("packet")) { try UnverifiedMessage(parsing: endless) }
    }

    @Test(
        "A length beyond the input is refused without being allocated",
        arguments: [
            [0xCB, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0xAE, 0xFF, 0xFF, 0xFF, 0xFF], [0xCB, 0xFE], [0xCB, 0xDF],
        ] as [[UInt8]])
    func refusesLongLengths(bytes: [UInt8]) {
        #expect(throws: OpenPGPError.truncated("packet")) { try UnverifiedMessage(parsing: bytes) }
    }

    private let content = Self.content
    private static let content = Array(#"{"critical":{}}"#.utf8)

    private static let rows: [Case<Build>] = framings + orders + compressions + extras + texts

    private static let framings: [Case<Build>] = [
        Case("one-pass, literal, signature", "verified") { try $0.message($1) },
        Case("signature before literal, as PGP 2 had it", "verified") {
            try $0.documentSignature($1) + Forge.literal($1)
        },
        Case("a literal in chunks", "verified") {
            try $0.onePass() + Forge.literal($1, framing: .partial) + $0.documentSignature($1)
        },
        Case("lengths of old format and four octets", "verified") {
            try $0.onePass() + Forge.literal($1, framing: .old) + $0.documentSignature($1)
        },
        Case("lengths of five octets", "verified") {
            try $0.onePass() + Forge.literal($1, framing: .newLong) + $0.documentSignature($1)
        },
        Case("any mode and file name of the literal: they are not signed", "verified") {
            try $0.onePass() + Forge.literal($1, mode: "1", name: "_CONSOLE") + $0.documentSignature($1)
        },
        Case("a literal of indeterminate length swallows its signature", "one-pass signature packet, literal") {
            try $0.onePass() + Forge.literal($1, framing: .indeterminate) + $0.documentSignature($1)
        },
        Case("a signature in chunks", "a signature packet of partial length") {
            try $0.onePass() + Forge.literal($1) + Forge.packet(2, $0.signature(0, over: $1), .partial)
        },
        Case("a signature of indeterminate length", "a signature packet of indeterminate length") {
            try $0.onePass() + Forge.literal($1) + Forge.packet(2, $0.signature(0, over: $1), .indeterminate)
        },
        Case("an empty document", "verified") { key, _ in try key.message([]) },
    ]

    // GnuPG lets through a one-pass packet whose key ID, type, key algorithm or nesting differs; here every field counts.
    private static let orders: [Case<Build>] = [
        Case("one-pass with another key ID", "announces another signature") {
            try $0.onePass(keyID: [1, 2, 3, 4, 5, 6, 7, 8]) + Forge.literal($1) + $0.documentSignature($1)
        },
        Case("one-pass with the key ID zero", "announces another signature") {
            try $0.onePass(keyID: [0, 0, 0, 0, 0, 0, 0, 0]) + Forge.literal($1) + $0.documentSignature($1)
        },
        Case("one-pass of another type", "announces another signature") {
            try $0.onePass(kind: 1) + Forge.literal($1) + $0.documentSignature($1)
        },
        Case("one-pass of another key algorithm", "announces another signature") {
            try $0.onePass(algorithm: 1) + Forge.literal($1) + $0.documentSignature($1)
        },
        Case("one-pass of another hash", "announces another signature") {
            try $0.onePass(hash: 10) + Forge.literal($1) + $0.documentSignature($1)
        },
        Case("one-pass that announces more", "more than one signature is announced") {
            try $0.onePass(last: 0) + Forge.literal($1) + $0.documentSignature($1)
        },
        Case("one-pass of version 2", "version 2 one-pass signatures") {
            try $0.onePass(version: 2) + Forge.literal($1) + $0.documentSignature($1)
        },
        Case("one-pass of version 6 for a signature of version 4", "ends early") {
            try $0.onePass(version: 6) + Forge.literal($1) + $0.documentSignature($1)
        },
        Case("literal, then signature", "not an OpenPGP message with one signature") {
            try Forge.literal($1) + $0.documentSignature($1)
        },
        Case("no signature", "one-pass signature packet, literal data packet") { $0.onePass() + Forge.literal($1) },
        Case("no literal", "not an OpenPGP message") { try $0.onePass() + $0.documentSignature($1) },
        Case("literal only", "not an OpenPGP message with one signature: literal data packet") { Forge.literal($1) },
        Case("detached signature", "not an OpenPGP message with one signature: signature packet") {
            try $0.documentSignature($1)
        },
        Case("encrypted data", "encrypted data packet") { Forge.packet(18, [1] + $1) },
        Case("a one-pass packet and two signatures", "not an OpenPGP message") {
            try $0.message($1) + $0.documentSignature($1)
        },
        Case("two signatures, rightly nested", "one-pass signature packet, one-pass signature packet") {
            let signature = try $0.documentSignature($1)
            return $0.onePass(last: 0) + $0.onePass() + Forge.literal($1) + signature + signature
        },
        Case("sig, one-pass, literal, sig", "not an OpenPGP message") {
            try $0.documentSignature($1) + $0.message($1)
        },
        Case("two messages", "not an OpenPGP message") { try $0.message($1) + $0.message($1) },
        Case("unsigned text before a message", "not an OpenPGP message") {
            try Forge.literal(Array("evil".utf8)) + $0.message($1)
        },
        Case("unsigned text after a message", "not an OpenPGP message") {
            try $0.message($1) + Forge.literal(Array("evil".utf8))
        },
        Case("two literals under one signature over both", "not an OpenPGP message") {
            try $0.onePass() + Forge.literal($1) + Forge.literal($1) + $0.documentSignature($1 + $1)
        },
    ]

    private static let compressions: [Case<Build>] = [
        Case("not compressed, in a compressed packet", "verified") { Forge.compressed(0, try $0.message($1)) },
        Case("ZIP", "verified") { Forge.compressed(1, try $0.message($1)) },
        Case("ZLIB", "verified") { Forge.compressed(2, try $0.message($1)) },
        Case("ZIP of indeterminate length, as GnuPG writes it", "verified") {
            Forge.compressed(1, try $0.message($1), framing: .indeterminate)
        },
        Case("ZIP in chunks", "verified") { Forge.compressed(1, try $0.message($1), framing: .partial) },
        Case("BZip2, which GnuPG takes", "BZip2 compression") { Forge.compressed(3, try $0.message($1)) },
        Case("an unknown compression", "compression algorithm 110") { Forge.compressed(110, try $0.message($1)) },
        Case("two levels, which GnuPG takes", "compressed data inside compressed data") {
            Forge.compressed(1, Forge.compressed(1, try $0.message($1)))
        },
        Case("bytes behind the end of the stream, which GnuPG takes", "1 bytes follow the end of the compressed data") {
            Forge.compressed(1, try $0.message($1), framing: .indeterminate, junk: [0x0A])
        },
        Case("a wrong checksum of the stream", "compressed data is corrupt") {
            let message = Forge.compressed(2, try $0.message($1))
            return message.dropLast() + message.suffix(1).map { $0 ^ 1 }
        },
        Case("only the literal compressed", "not an OpenPGP message") {
            try $0.onePass() + Forge.compressed(1, Forge.literal($1)) + $0.documentSignature($1)
        },
        Case("one-pass before compressed literal and signature", "not an OpenPGP message") {
            $0.onePass() + Forge.compressed(1, Forge.literal($1) + (try $0.documentSignature($1)))
        },
        Case("unsigned, compressed, before a message", "follows the compressed data") {
            Forge.compressed(1, Forge.literal($1)) + Forge.compressed(1, try $0.message($1))
        },
        Case("unsigned, compressed, behind a message: GnuPG takes it", "follows the compressed data") {
            Forge.compressed(1, try $0.message($1)) + Forge.compressed(1, Forge.literal($1))
        },
        Case("an empty compressed packet", "no packet") { _, _ in Forge.compressed(1, []) },
    ]

    // GnuPG takes padding and markers, and a key behind the message even puts text into its output.
    private static let extras: [Case<Build>] = [
        Case("a marker before", "not an OpenPGP message") {
            try Forge.packet(10, Array("PGP".utf8)) + $0.message($1)
        },
        Case("a marker inside", "not an OpenPGP message") {
            try $0.onePass() + Forge.packet(10, Array("PGP".utf8)) + Forge.literal($1) + $0.documentSignature($1)
        },
        Case("padding behind", "not an OpenPGP message") { try $0.message($1) + Forge.packet(21, [0]) },
        Case("an unknown packet behind", "not an OpenPGP message") { try $0.message($1) + Forge.packet(30, [0]) },
        Case("a private packet before", "not an OpenPGP message") { try Forge.packet(60, [0]) + $0.message($1) },
        Case("a public key behind", "not an OpenPGP message") { try $0.message($1) + $0.packet },
        Case("a public key behind, inside the compression", "not an OpenPGP message") {
            Forge.compressed(1, try $0.message($1) + $0.packet)
        },
        Case("a public key before", "not an OpenPGP message") { try $0.packet + $0.message($1) },
        Case("a zero byte behind", "starts no packet") { try $0.message($1) + [0] },
        Case("a line feed behind", "starts no packet") { try $0.message($1) + [0x0A] },
        Case("text behind", "starts no packet") { try $0.message($1) + Array("evil".utf8) },
    ]

    private static let texts: [Case<Build>] = [
        Case("nothing", "signed message ends early") { _, _ in [] },
        Case("armored: GnuPG takes it", "must be a binary OpenPGP message") {
            Forge.armor(try $0.message($1), label: "PGP MESSAGE")
        },
        Case("cleartext signature", "must be a binary OpenPGP message") { _, _ in
            Array("-----BEGIN PGP SIGNED MESSAGE-----\n".utf8)
        },
        Case("JSON", "must be a binary OpenPGP message") { $1 },
        Case("the header of another kind of signature", "must be a binary OpenPGP message") { _, content in
            [0] + Array("sigstore-json\n".utf8) + content
        },
    ]
}
