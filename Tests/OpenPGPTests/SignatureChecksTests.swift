import Primitives
import Testing

@testable import OpenPGP

private let content = Array("what was signed".utf8)

@Suite struct SignatureChecksTests {
    private func key(_ ring: [UInt8]) throws -> KeyPacket {
        try #require(try KeyRing(parsing: ring).certificates.first).primary
    }

    @Test("The arithmetic is done once for a message and a key, whichever way it comes out; copies share it")
    func computesOnce() throws {
        let checks = SignatureChecks()
        let (alice, bob) = (try key(try Keys.alice.get().certificate()), try key(try Keys.bob.get().certificate()))
        var count = 0
        for _ in 0..<3 {
            #expect(
                try checks.isValid(by: alice) {
                    count += 1; return true
                })
            #expect(
                try !checks.isValid(by: bob) {
                    count += 1; return false
                })
        }
        #expect(count == 2)
    }

    @Test("That OpenSSL could not tell is not remembered")
    func forgetsErrors() throws {
        let checks = SignatureChecks()
        let alice = try key(try Keys.alice.get().certificate())
        #expect(throws: OpenPGPError.cryptography("x")) {
            try checks.isValid(by: alice) { () throws(OpenPGPError) in throw .cryptography("x") }
        }
        #expect(try checks.isValid(by: alice) { true })
    }

    @Test("What was found of one message says nothing of another, nor of the same key with another lifetime")
    func keepsMessagesApart() throws {
        let alice = try Keys.alice.get()
        let ring = try KeyRing(parsing: try alice.certificate())
        let good = try UnverifiedMessage(parsing: try alice.message(content))
        let forged = try UnverifiedMessage(parsing: try alice.documentSignature(content + [0]) + Forge.literal(content))
        let verifier = MessageVerifier(keyRing: ring)
        for _ in 0..<2 {
            guard case .verified = try verifier.verify(good, at: .forged) else { Issue.record("not verified"); return }
            guard case .refused(.badSignature) = try verifier.verify(forged, at: .forged) else {
                Issue.record("not refused")
                return
            }
            // The signature is good, and the key is not any more.
            guard case .refused = try verifier.verify(good, at: Timestamp(secondsSince1970: 0)) else {
                Issue.record("not refused")
                return
            }
        }
    }
}
