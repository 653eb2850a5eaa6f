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
    static let content = Array(#"{"critical":{}}"#.utf8)

    static let rows: [Case<Build>] = framings + orders + severals + compressions + extras + texts
}
