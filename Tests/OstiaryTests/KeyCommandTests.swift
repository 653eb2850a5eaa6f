import Support
import Testing

extension RealProgram {
    /// `ostiary key inspect`, on keys that gpg made.
    @Suite("key inspect", .timeLimit(.minutes(3)))
    struct KeyCommandTests {
        let world: World

        init() throws {
            world = try World.current
        }

        @Test("A good key is shown with all that is known of it, and ends with 0")
        func goodKey() async throws {
            let output = try await inspect(world.keys.bob.armored, output: "json")
            #expect(output.exitCode == 0)
            #expect(output.errorText.isEmpty)
            let fingerprint = world.keys.bob.key.fingerprint
            #expect(output.text.contains(#"key.asc","accepted":true,"keys":[{"fingerprint":"\#(fingerprint)","#))
            #expect(output.text.contains(#""version":4,"algorithm":"Ed25519","created":"2"#))
            #expect(
                output.text.hasSuffix(
                    #""expires":null,"usages":["certify","sign"],"maySign":true,"reason":null,"#
                        + #""userIDs":["bob \u003cbob@test\u003e"],"subkeys":[]}],"problems":[]}"#), "\(output.text)")
            let text = try await inspect(world.keys.alice.armored, output: "text")
            for part in [
                "✓ key \(world.keys.alice.key.fingerprint)", "RSA of 3072 bits, version 4", "alice <alice@test>",
            ] {
                #expect(text.text.contains(part))
            }
        }

        @Test("Keys that do not count say why; a ring of only such keys ends with 1")
        func badKeys() async throws {
            let ring = try GPG()
            let expired = try await ring.makeKey("old", algorithm: "ed25519", expiry: "1d", at: "20200101T000000")
            let weak = try await ring.makeKey("weak", algorithm: "rsa1024")
            let output = try await inspect(try await ring.exportArmored(expired, weak), output: "json")
            #expect(output.exitCode == 1)
            #expect(output.text.contains(#""accepted":false"#))
            #expect(
                output.text.contains(#""maySign":false,"reason":"key \#(expired.fingerprint) expired at 2020-01-02T"#))
            #expect(
                output.text.contains(
                    #""problems":[{"subject":"key \#(weak.fingerprint)","fingerprint":"\#(weak.fingerprint)","reason":"#
                        + #""not supported: a weak key: RSA of 1024 bits; at least 2048 are needed"}]"#),
                "\(output.text)")
            let onlyWeak = try await inspect(try await ring.exportBinary(weak), output: "text")
            #expect(onlyWeak.exitCode == 1)
            #expect(onlyWeak.text.contains("✗ does not count: key \(weak.fingerprint)"))
        }

        @Test("A signing subkey is shown under its primary key")
        func subkeys() async throws {
            let ring = try GPG()
            let key = try await ring.makeKey("dave", algorithm: "ed25519")
            try await ring.run(["--quick-add-key", key.fingerprint, "nistp384/ecdsa", "sign", "0"])
            let output = try await inspect(try await ring.exportBinary(key), output: "json")
            #expect(output.exitCode == 0)
            #expect(output.text.contains(#""subkeys":[{"fingerprint":""#))
            #expect(output.text.contains(#""algorithm":"ECDSA on P-384""#))
        }

        @Test("What is no key ring, or not there, ends with 2 and names the file")
        func badInput() async throws {
            for bytes in [[], Array("no key".utf8), [0x99, 0, 0]] as [[UInt8]] {
                let output = try await inspect(bytes, output: "json")
                #expect(output.exitCode == (bytes.count == 3 ? 1 : 2))
                #expect(bytes.count == 3 || output.errorText.contains("key.asc: "))
            }
            let missing = try await RealProgram.run(["key", "inspect", "/nonexistent"])
            #expect(missing.exitCode == 2)
            #expect(missing.errorText == "ostiary: /nonexistent: No such file or directory")
        }

        private func inspect(_ ring: [UInt8], output: String) async throws -> CommandLineTool.Output {
            let folder = try TemporaryFolder()
            return try await RealProgram.run([
                "key", "inspect", folder.write(ring, to: "key.asc"), "--output", output,
            ])
        }
    }
}
