import OpenPGP
import Primitives
import Testing

/// Keys and signatures of version 6 (RFC 9580). No GnuPG has them; the certificate that the RFC publishes is the oracle.
@Suite struct VersionSixTests {
    typealias Change = @Sendable (inout ForgedKey.Options) -> Void

    @Test("The certificate that RFC 9580 §A.3 publishes is read: its direct-key signature and its binding are verified")
    func readsThePublishedCertificate() throws {
        let ring = try KeyRing(parsing: Self.published)
        let certificate = try #require(ring.certificates.first)
        #expect(ring.problems.isEmpty)
        #expect(
            certificate.fingerprint.description == "CB186C4F0609A697E4D52DFA6C722B0C1F1E27C18A56708F6525EC27BAD9ACC9")
        #expect(certificate.fingerprint.keyID.description == "CB186C4F0609A697")
        #expect(
            certificate.subkeyFingerprints.map(\.description) == [
                "12C83F1E706F6308FE151A417743A1F033790E93E9978488D1DB378DA9930885"
            ])
        #expect(certificate.userIDs.isEmpty)
        #expect(certificate.signingRefusal(at: .now) == nil)
    }

    @Test("No changed bit of the published certificate is let through")
    func noticesEveryChange() throws {
        let good = try KeyRing(parsing: Self.published).certificates[0].fingerprint
        for index in Self.published.indices {
            var changed = Self.published
            changed[index] ^= 1 << (index % 8)
            guard let ring = try? KeyRing(parsing: changed) else { continue }
            #expect(ring.certificates.map(\.fingerprint) == [good], "byte \(index)")
        }
    }

    @Test(
        "A version 6 key signs with each hash and its salt",
        arguments: [(8, 16), (9, 24), (10, 32), (12, 16), (14, 32)])
    func verifies(hash: UInt8, salt: Int) throws {
        let key = try Self.key()
        let message = try key.message(content) {
            $0.hash = hash
            $0.salt = (0..<salt).map(UInt8.init)
        }
        #expect(answer(to: message, from: try Self.certificate(of: key)) == "verified")
        for length in message.indices {
            #expect(throws: OpenPGPError.self) { try UnverifiedMessage(parsing: Array(message[..<length])) }
        }
    }

    @Test("A salt counts: another one is another signature, and another length is malformed")
    func bindsTheSalt() throws {
        let key = try Self.key()
        let ring = try Self.certificate(of: key)
        var signature = try key.signature(0, over: content)
        signature[signature.count - 64 - 1] ^= 1
        #expect(answer(to: Forge.packet(2, signature) + Forge.literal(content), from: ring).contains("bad signature"))
        for length in [0, 15, 17, 32] {
            let message = try key.message(content) { $0.salt = [UInt8](repeating: 1, count: length) }
            #expect(answer(to: message, from: ring).contains("a salt of \(length) bytes for SHA-256"))
        }
    }

    @Test("A one-pass packet announces salt and fingerprint", arguments: [true, false])
    func comparesTheAnnouncement(otherSalt: Bool) throws {
        let (key, bob) = (try Self.key(), try Self.key(.bob))
        let announced =
            otherSalt ? key.onePass(salt: [UInt8](repeating: 1, count: 16)) : bob.onePass()
        let message = try announced + Forge.literal(content) + key.documentSignature(content)
        #expect(answer(to: message, from: try Self.certificate(of: key)).contains("announces another signature"))
    }

    @Test("Versions do not mix: a key of one does not make signatures of the other")
    func keepsVersionsApart() throws {
        let six = try Self.key()
        let ring = try Self.certificate(of: six)
        let signature = try six.documentSignature(content) { $0.version = 4 } + Forge.literal(content)
        #expect(answer(to: signature, from: ring).contains("bad signature"))
        let alice = try Keys.alice.get()
        let adopted = try alice.certificate() + alice.subkey(six)
        #expect(answer(to: try six.message(content), from: adopted).contains("not in the key ring"))
        #expect(
            try KeyRing(parsing: adopted).problems.map(\.reason) == [
                "a subkey is not supported: a subkey of another version"
            ])
    }

    @Test("A version 6 certificate says all in its direct-key signature", arguments: certificates)
    func readsCertificates(row: Case<@Sendable (ForgedKey) throws -> [UInt8]>) throws {
        let key = try Self.key()
        row.expect(answer(to: try key.message(content), from: try row.input(key)))
    }

    @Test("A version 6 subkey signs for its primary key, and is named with it")
    func verifiesSubkeys() throws {
        let (key, subkey) = (try Self.key(), try Self.key(.bob))
        let ring = try KeyRing(parsing: try Self.certificate(of: key) + key.subkey(subkey))
        let message = try UnverifiedMessage(parsing: try subkey.message(content))
        guard case .verified(let verified) = try MessageVerifier(keyRing: ring).verify(message, at: .forged) else {
            Issue.record("not verified")
            return
        }
        #expect(verified.primaryFingerprint == key.fingerprint)
        #expect(verified.signingFingerprint == subkey.fingerprint)
    }

    private static let certificates: [Case<@Sendable (ForgedKey) throws -> [UInt8]>] = [
        Case("a direct-key signature only", "verified") { try certificate(of: $0) },
        Case("a certified user ID beside it", "verified") { try certificate(of: $0) + $0.userID() },
        Case("a certified user ID only", "verified") { try $0.certificate() },
        Case("nothing", "no user ID with a valid self-signature") { $0.packet },
        Case("a direct-key signature by MD5", "no user ID") { key in try certificate(of: key) { $0.hash = 1 } },
        Case("for certifying only", "not meant for signing") { key in
            try certificate(of: key) { $0.hashed = [Forge.flags(0x01)] }
        },
        Case("for certifying only, with a user ID that says more", "not meant for signing") { key in
            try certificate(of: key) { $0.hashed = [Forge.flags(0x01)] } + key.userID()
        },
        Case("expired", "expired at") { key in
            try certificate(of: key) { $0.hashed.append(Forge.keyLifetime(1)) }
        },
        Case("a direct-key signature from the future", "not valid yet") { key in
            try certificate(of: key) { $0.time = Moment.now + 1000 }
        },
        Case("revoked", "was revoked") {
            try $0.packet + $0.direct(0x20) + certificate(of: $0).dropFirst($0.packet.count)
        },
        Case("EdDSA in its old form, which version 6 has not", "not supported: keys of EdDSA") { key in
            var old = key
            old.algorithm = 22
            return try certificate(of: old)
        },
        Case("a key of another length than it says", "a key of another length than it says") { key in
            var body = key.body
            body[9] += 1
            return Forge.packet(6, body)
        },
    ]

    private let content = Array("content".utf8)

    private enum Owner {
        case alice, bob
    }

    private static func key(_ owner: Owner = .alice) throws -> ForgedKey {
        var key = try owner == .alice ? Keys.modern.get() : Keys.subkey.get()
        (key.version, key.algorithm) = (6, 27)
        return key
    }

    private static func certificate(
        of key: ForgedKey, _ change: (inout ForgedKey.Options) -> Void = { _ in }
    ) throws -> [UInt8] {
        key.packet
            + (try key.direct(0x1F) {
                $0.time = Moment.keySigned
                $0.hashed = [Forge.flags(0x03)]
                change(&$0)
            })
    }

    private static let published =
        Base64.decode(
            """
            xioGY4d/4xsAAAAg+U2nu0jWCmHlZ3BqZYfQMxmZu52JGggkLq2EVD34laPCsQYfGwoAAABCBYJjh3/jAwsJBwUVCg4IDAIWAAKbAwIeCSIh
            BssYbE8GCaaX5NUt+mxyKwwfHifBilZwj2Ul7Ce62azJBScJAgcCAAAAAK0oIBA+LX0ifsDm185Ecds2v8lwgyU2kCcUmKfvBXbAf6rhRYWz
            uQOwEn7E/aLwIwRaLsdry0+VcallHhSu4RN6HWaEQsiPlR4zxP/TP7mhfVEe7XWPxtnMUMtf15OyA51YBM4qBmOHf+MZAAAAIIaTJINn+eUB
            Xbki+PSAld2nhJh/LVmFsS+60WyvXkQ1wpsGGBsKAAAALAWCY4d/4wKbDCIhBssYbE8GCaaX5NUt+mxyKwwfHifBilZwj2Ul7Ce62azJAAAA
            AAQBIKbpGG2dWTX8j+VjFM21J0hqWlEg+bdiojWnKfA5AQpWUWtnNwDEM0g12vYxoWM8Y81W+bHBw805I8kWVkXU6vFOi+HWvv/ira7ofJu1
            6NnoUkhclkUrk0mXubZvyl4GBg==
            """, ignoringWhitespace: true) ?? []
}
