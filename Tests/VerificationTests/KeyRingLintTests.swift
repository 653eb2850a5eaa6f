import Kubernetes
import Policies
import Primitives
import Support
import Testing
import Verification

@Suite(.timeLimit(.minutes(2))) struct KeyRingLintTests {
    private func codes(_ ring: [UInt8], days: Int64 = 0) -> [String] {
        let now = Timestamp(secondsSince1970: Timestamp.now.secondsSince1970 + days * 86_400)
        return KeyRingLint.findings(in: ring, at: now).map(\.code.rawValue)
    }

    @Test("A key is told of in the 30 days before it ends, and when it has ended")
    func tellsOfExpiry() async throws {
        let gpg = try GPG()
        let short = try await gpg.makeKey("short", algorithm: "ed25519", expiry: "40d")
        let lasting = try await gpg.makeKey("lasting", algorithm: "ed25519")
        let ring = try await gpg.exportArmored(short)
        #expect(codes(ring).isEmpty)
        #expect(codes(ring, days: 11) == ["key-expires"])
        #expect(codes(ring, days: 39) == ["key-expires"])
        #expect(codes(ring, days: 41) == ["expired-key"])
        let both = try await gpg.exportArmored(short, lasting)
        #expect(codes(both, days: 11) == ["key-expires"])
        #expect(codes(both, days: 41) == ["key-problem"])
        #expect(codes(try await gpg.exportBinary(lasting), days: 36_500).isEmpty)
    }

    @Test("A key that signs through a subkey ends with the subkey")
    func tellsOfSubkeys() async throws {
        let gpg = try GPG()
        try await gpg.run(["--quick-generate-key", "primary <p@test>", "ed25519", "cert", "0"])
        let listing = try await gpg.run(["--list-keys", "--with-colons"]).text
        let primary = listing.split(separator: "\n").first { $0.hasPrefix("fpr:") }?.split(separator: ":").last
        let fingerprint = String(try #require(primary))
        let certifying = try await gpg.run(["--export", fingerprint]).standardOutput
        #expect(codes(certifying) == ["expired-key"])
        try await gpg.run(["--quick-add-key", fingerprint, "ed25519", "sign", "40d"])
        let ring = try await gpg.run(["--export", fingerprint]).standardOutput
        #expect(codes(ring).isEmpty)
        #expect(codes(ring, days: 11) == ["key-expires"])
        #expect(codes(ring, days: 41) == ["expired-key"])
    }

    @Test("What is no key, or not only keys, is told of")
    func tellsOfRubbish() async throws {
        let gpg = try GPG()
        let key = try await gpg.makeKey("release", algorithm: "ed25519")
        let weak = try await gpg.makeKey("weak", algorithm: "rsa1024")
        #expect(codes([]) == ["unusable-key"])
        #expect(codes(Array("not a key".utf8)) == ["unusable-key"])
        #expect(codes(try await gpg.exportArmored(weak)) == ["unusable-key"])
        #expect(codes(try await gpg.exportArmored(key, weak)) == ["key-problem"])
    }

    @Test("A message names the key and the day")
    func namesKey() async throws {
        let gpg = try GPG()
        let key = try await gpg.makeKey("short", algorithm: "ed25519", expiry: "5d")
        let finding = KeyRingLint.findings(in: try await gpg.exportArmored(key), at: .now).first
        #expect(finding?.message.contains(key.fingerprint) == true)
        #expect(finding?.message.contains("T") == true)
        #expect(finding?.path.steps.isEmpty == true)
    }
}
