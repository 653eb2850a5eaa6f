import Foundation
import Support
import Testing

extension RealProgram {
    /// What lies in a signature store where a signature should be.
    @Suite("serve, on stored signatures", .timeLimit(.minutes(3)))
    struct StoredSignatureTests {
        let world: World

        init() throws {
            world = try World.current
        }

        /// Puts the content where the signature of `app/unsigned:1.0` would be, and asks about the image.
        private func ask(withSignatures contents: [UInt8]...) async throws -> Answer {
            let name = UUID().uuidString
            let digest = world.images.unsigned.replacing(":", with: "=")
            let folder = "\(world.store.staging)/\(name)/app/unsigned@\(digest)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for (number, content) in contents.enumerated() {
                try Data(content).write(to: URL(fileURLWithPath: "\(folder)/signature-\(number + 1)"))
            }
            let policy = Manifest.simple(
                store: "\(world.store.url)/\(name)", Manifest.signedBy("alice", in: "keys"))
            let house = try await world.house(
                world.usualPolicies + [Manifest.cluster([world.name("unsigned"): policy], name: "stored")])
            let answer = try await house.ask(Review(.pod, world.name("unsigned:1.0")))
            let good = try await house.ask(Review(.pod, world.name("signed:1.0")))
            #expect(good.decision == .admitted, "the server does not serve any more: \(good.message)")
            return answer
        }

        @Test(
            "What is no signature at all may have replaced one: undecided, and the answer says which file it is",
            arguments: [
                ([], "holds an empty signature: https://"),
                (Array("<html>".utf8), "signature-1: unrecognized signature format, starting with binary 0x3c"),
                (Array("-----BEGIN PGP MESSAGE-----".utf8), "signature-1: unrecognized signature format"),
                ([0x00] + Array("other-format\nx".utf8), "unrecognized signature format \"other-format\""),
            ] as [([UInt8], String)])
        func noSignature(content: [UInt8], reason: String) async throws {
            let answer = try await ask(withSignatures: content)
            #expect(answer.decision == .undecided)
            #expect(answer.message.contains(reason), "\(answer.message)")
        }

        @Test("A signature of 5 MiB is not read to its end, and leaves the image undecided")
        func tooLarge() async throws {
            let answer = try await ask(withSignatures: [0xC2] + [UInt8](repeating: 0, count: 5 << 20))
            #expect(answer.decision == .undecided)
            #expect(answer.message.contains("sent more than the 4194304 bytes that are accepted"))
        }

        @Test(
            "A damaged signature proves nothing: refused, and the answer says what is wrong with it",
            arguments: [
                ([0xC2, 0x10, 0x04], "the packet ends early"),
                ([0xC2], "ends early"),
            ] as [([UInt8], String)])
        func damaged(content: [UInt8], reason: String) async throws {
            let answer = try await ask(withSignatures: content)
            #expect(answer.decision == .refused)
            #expect(answer.message.contains("simple: policy denied the request: "))
            #expect(answer.message.contains(reason), "\(answer.message)")
        }

        @Test("A good signature with one bit turned is refused, wherever the bit is")
        func turnedBit() async throws {
            let signature = try TemporaryFolder.read(path: world.images.signatureFile)
            for position in stride(from: 0, to: signature.count, by: signature.count / 8) {
                var turned = signature
                turned[position] ^= 0x04
                let answer = try await ask(withSignatures: turned)
                #expect(answer.decision != .admitted)
                #expect(!answer.message.contains("no signature exists"), "\(answer.message)")
            }
        }

        @Test("A decompression bomb is refused without being expanded, signed or not")
        func bombs() async throws {
            let bomb = try await Self.compressedPacket(of: 256 << 20)
            // Even the key that the policy trusts may not do this.
            let signedBomb = try await world.keys.ring.sign(
                [UInt8](repeating: 0x20, count: 2 << 20), by: world.keys.alice.key, options: ["-z", "9"])
            #expect(signedBomb.count < 64 << 10)
            for content in [bomb, signedBomb] {
                let answer = try await ask(withSignatures: content)
                #expect(answer.decision == .refused)
                #expect(answer.message.contains("expands to more than 1048576 bytes"), "\(answer.message)")
            }
        }

        /// What alice says of `app/unsigned:1.0`, without the tag if so wanted.
        private func statement(tag: String = ":1.0", optional: String) -> [UInt8] {
            let reference = #"{"docker-reference":"\#(world.registry.address)/app/unsigned\#(tag)"}"#
            let image = #"{"docker-manifest-digest":"\#(world.images.unsigned)"}"#
            return Array(
                (#"{"critical":{"type":"atomic container signature","image":\#(image),"identity":\#(reference)},"#
                    + #""optional":\#(optional)}"#).utf8)
        }

        @Test(
            "A signature counts whatever made it: buildah, podman, or gpg by hand, however it packs the message",
            arguments: [
                (#"{"creator":"atomic 5.29.1","timestamp":1795283136}"#, [], ""),
                (#"{"creator":"buildah"}"#, ["--compress-algo", "none"], ""), ("{}", ["--compress-algo", "zlib"], ""),
                ("{}", ["--digest-algo", "SHA512"], "\0simple-signing\n"),
                (#"{"creator":null,"by":["hand"]}"#, ["--set-filename", "signature"], ""),
            ])
        func handmade(optional: String, options: [String], wrapper: String) async throws {
            let signature = try await world.keys.ring.sign(
                statement(optional: optional), by: world.keys.alice.key, options: options)
            let answer = try await ask(withSignatures: Array(wrapper.utf8) + signature)
            #expect(answer.decision == .admitted, "\(answer.message)")
        }

        @Test(
            "A message that BZip2 packed is refused by the name of that, and a signed name without a tag for its want")
        func unusableByHand() async throws {
            let alice = world.keys.alice.key
            let packed = try await world.keys.ring.sign(
                statement(optional: "{}"), by: alice, options: ["--compress-algo", "bzip2"])
            let packedAnswer = try await ask(withSignatures: packed)
            #expect(packedAnswer.decision == .refused)
            #expect(packedAnswer.message.contains("BZip2"), "\(packedAnswer.message)")
            let nameless = try await world.keys.ring.sign(statement(tag: "", optional: "{}"), by: alice)
            let answer = try await ask(withSignatures: nameless)
            #expect(answer.decision == .refused)
            #expect(answer.message.contains("/app/unsigned\" is not accepted"), "\(answer.message)")
        }

        @Test("Alice's signature of other content is no signature of an image")
        func otherContent() async throws {
            let message = try await world.keys.ring.sign(Array("I owe you".utf8), by: world.keys.alice.key)
            let answer = try await ask(withSignatures: message)
            #expect(answer.decision == .refused)
            #expect(answer.message.contains("Signature with an unusable payload"), "\(answer.message)")
        }

        @Test("Alice's signature of another image, copied to this one, does not match")
        func copiedSignature() async throws {
            let signature = try TemporaryFolder.read(path: world.images.signatureFile)
            let answer = try await ask(withSignatures: signature)
            #expect(answer.decision == .refused)
            #expect(answer.message.contains("Signature for digest \(world.images.signed) does not match"))
        }

        @Test("With more signatures than are read, none of them counts")
        func tooMany() async throws {
            let name = UUID().uuidString
            let digest = world.images.unsigned.replacing(":", with: "=")
            let folder = "\(world.store.staging)/\(name)/app/unsigned@\(digest)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for number in 1...129 {
                try Data([0xC2, 0x00]).write(to: URL(fileURLWithPath: "\(folder)/signature-\(number)"))
            }
            let policy = Manifest.simple(
                store: "\(world.store.url)/\(name)", Manifest.signedBy("alice", in: "keys"))
            let house = try await world.house(
                world.usualPolicies + [Manifest.cluster([world.name("unsigned"): policy], name: "stored")])
            let answer = try await house.ask(Review(.pod, world.name("unsigned:1.0")))
            #expect(answer.decision == .undecided)
            #expect(answer.message.contains("holds more than 128 signatures for this image; remove the old ones"))
        }

        /// An OpenPGP packet "compressed data" (RFC 4880 §5.6) that inflates to so many zeros.
        private static func compressedPacket(of size: Int) async throws -> [UInt8] {
            let shell = try CommandLineTool("sh", debianPackage: "dash")
            let gzip = try await shell.run(["-c", "head -c \(size) /dev/zero | gzip -9"]).standardOutput
            // Without gzip's own head and tail it is what OpenPGP calls ZIP.
            let deflated = gzip.dropFirst(10).dropLast(8)
            let length = UInt32(deflated.count + 1)
            return [0xC8, 0xFF] + withUnsafeBytes(of: length.bigEndian) { Array($0) } + [1] + deflated
        }
    }
}
