import Support
import Testing

extension RealProgram {
    /// A registry that keeps signatures itself (`X-Registry-Supports-Signatures`), asked through the webhook.
    @Suite("serve, signatures in the registry", .timeLimit(.minutes(3)))
    struct RegistrySignatureTests {
        let world: World

        init() throws {
            world = try World.current
        }

        private var alice: String { Manifest.signedBy("alice", in: "keys") }

        /// A webhook whose policy names this store, or none.
        private func house(
            before front: Front, store: String? = nil, _ more: String..., requirement: String? = nil
        ) async throws -> House {
            try await world.house(
                [
                    Manifest.cluster(["\(front.address)/*": Manifest.simple(store: store, requirement ?? alice)]),
                    Manifest.key("alice", in: "keys", world.keys.alice.armored),
                ] + more)
        }

        /// Alice's signature of `app/unsigned:1.0` under the front's name.
        private func signature(_ front: Front, by signer: Keys.Signer? = nil) async throws -> [UInt8] {
            try await world.keys.sign(
                world.images.unsigned, as: "\(front.address)/app/unsigned:1.0", by: signer ?? world.keys.alice)
        }

        private let manifest = "/v2/app/unsigned/manifests/1.0"
        private var list: String { Front.listPath(of: "app/unsigned", world.images.unsigned) }
        private var unsigned: String { "app/unsigned:1.0" }

        @Test("An image is admitted by a signature that its registry keeps, without a store, for two questions")
        func announced() async throws {
            let front = try await Front(world, announcing: .always)
            try await front.keep(signature(front), for: world.images.unsigned, of: "app/unsigned")
            let house = try await house(before: front)
            for _ in 0..<2 {
                let answer = try await house.ask(Review(.pod, "\(front.address)/\(unsigned)"))
                #expect(
                    answer.patch.replacements?.values.first == "\(front.address)/app/unsigned@\(world.images.unsigned)",
                    "\(answer.message)")
            }
            #expect(try await front.questions(after: "mark-1") == [list, manifest])
        }

        @Test("A registry that says so only in answer to the ping is asked for it, once, before an image is refused")
        func announcedAtPing() async throws {
            let front = try await Front(world, announcing: .atPing)
            let house = try await house(before: front)
            try await front.keep(signature(front), for: world.images.unsigned, of: "app/unsigned")
            let answer = try await house.ask(Review(.pod, "\(front.address)/\(unsigned)"))
            #expect(answer.decision == .admitted, "\(answer.message)")
            #expect(try await front.questions(after: "mark-1") == [list, "/v2/", manifest])
            // There is no list for this one.
            let other = try await house.ask(Review(.pod, "\(front.address)/app/signed:1.0"))
            #expect(other.decision == .undecided)
            #expect(other.message.contains("signature extension of registry \(front.address) answered 404"))
            let asked = try await front.questions(after: "mark-2")
            #expect(!asked.contains("/v2/"))
        }

        @Test("containers/image reads the same registry in the same way")
        func oracle() async throws {
            let front = try await Front(world, announcing: .always)
            try await front.keep(signature(front), for: world.images.unsigned, of: "app/unsigned")
            let folder = try TemporaryFolder()
            let key = try folder.write(world.keys.alice.armored, to: "alice.asc")
            let policy = try folder.write(
                #"{"default":[{"type":"signedBy","keyType":"GPGKeys","keyPath":"\#(key)"}]}"#, to: "policy.json")
            try folder.write(TemporaryFolder.read(path: world.identity.authority.authority), to: "certs/ca.crt")
            let skopeo = try CommandLineTool("skopeo", debianPackage: "skopeo")
            let copy = [
                "--policy", policy, "--registries.d", try folder.makeFolder("registries.d"), "copy", "--quiet",
                "--src-cert-dir", folder.path(of: "certs"),
            ]
            let output = try await skopeo.run(
                copy + ["docker://\(front.address)/\(unsigned)", "dir:\(folder.path(of: "image"))"])
            #expect(output.exitCode == 0)
            #expect(try await front.questions(after: "mark-1").contains(list))
        }

        @Test("The store and the registry are both asked: Portieris takes the registry's word alone")
        func both() async throws {
            let front = try await Front(world, announcing: .always)
            let name = "\(front.address)/app/signed:1.0"
            let identity =
                #"{"type":"matchExactRepository","dockerRepository":"\#(world.registry.address)/app/signed"}"#
            let house = try await house(
                before: front, store: front.storeURL,
                requirement: Manifest.signedBy("alice", in: "keys", identity: identity))
            try front.keep(for: world.images.signed, of: "app/signed")
            let answer = try await house.ask(Review(.pod, name))
            #expect(answer.decision == .admitted, "\(answer.message)")
            #expect(
                try await front.questions(after: "mark-1")
                    .contains(Front.listPath(of: "app/signed", world.images.signed)))
        }

        @Test("What the registry keeps is as little trusted as what a store has")
        func untrusted() async throws {
            let front = try await Front(world, announcing: .always)
            let review = Review(.pod, "\(front.address)/\(unsigned)")
            func ask(_ signatures: [UInt8]...) async throws -> Answer {
                let entries = signatures
                switch entries.count {
                case 0: try front.keep(for: world.images.unsigned, of: "app/unsigned")
                case 1: try front.keep(entries[0], for: world.images.unsigned, of: "app/unsigned")
                default: try front.keep(entries[0], entries[1], for: world.images.unsigned, of: "app/unsigned")
                }
                return try await house(before: front).ask(review)
            }
            let empty = try await ask()
            #expect(empty.decision == .refused)
            #expect(empty.message.contains("no signature exists; the policy names no storeURL"), "\(empty.message)")
            let forged = try await ask(signature(front, by: world.keys.mallory))
            #expect(forged.decision == .refused)
            #expect(forged.message.contains("which is not in the key ring"), "\(forged.message)")
            let other = try await ask(TemporaryFolder.read(path: world.images.signatureFile))
            #expect(other.message.contains("does not match"), "\(other.message)")
            let beside = try await ask(signature(front, by: world.keys.mallory), signature(front))
            #expect(beside.decision == .admitted, "\(beside.message)")
        }

        @Test(
            "What is no list of signatures leaves the image undecided, and is never a list without them",
            arguments: [
                ("<html>", "it is not JSON"), ("{}", #"it has no member "signatures""#),
                (#"{"signatures":[],"signatures":[]}"#, "it is not JSON"),
                (#"{"signatures":[{"schemaVersion":2,"type":"atomic","content":"%"}]}"#, "is not base 64"),
                (String(repeating: " ", count: 4 << 20) + "{}", "sent more than the 4194304 bytes"),
            ])
        func unreadable(_ list: String, _ reason: String) async throws {
            let front = try await Front(world, announcing: .always)
            try front.keep(list: list, for: world.images.unsigned, of: "app/unsigned")
            let answer = try await house(before: front).ask(Review(.pod, "\(front.address)/\(unsigned)"))
            #expect(answer.decision == .undecided)
            #expect(answer.message.contains("signature extension of registry"), "\(answer.message)")
            #expect(answer.message.contains(reason), "\(answer.message)")
        }

        @Test("A registry with a password is shown it for the list as for the manifest, and no other host is")
        func guarded() async throws {
            let elsewhere = try await Front(
                world,
                rules:
                    #"location /kept/ { if ($http_authorization) { return 500 "a password came"; } return 200 '{"signatures":[]}'; }"#
            )
            let listPath = Front.listPath(of: "app/guarded", world.images.guarded)
            let asksForPassword = #"add_header WWW-Authenticate 'Basic realm="tests"' always; return 401;"#
            let front = try await Front(
                world, announcing: .always, before: world.guarded,
                rules: """
                    location = \(listPath) {
                        if ($http_authorization = "") { \(asksForPassword) }
                        return 307 https://\(elsewhere.address)/kept/list;
                    }
                    """)
            let house = try await house(
                before: front,
                Manifest.pullSecret(
                    "pull", in: "team", registry: front.address, username: "reader", password: Planted.password))
            let answer = try await house.ask(
                Review(.pod, "\(front.address)/app/guarded:1.0", pullSecrets: ["pull"]))
            #expect(answer.decision == .refused)
            #expect(answer.message.contains("no signature exists"), "\(answer.message)")
            #expect(try await elsewhere.questions(after: "mark-1") == ["/kept/list"])
        }
    }
}
