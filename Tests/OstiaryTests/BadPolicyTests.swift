import Foundation
import Support
import Testing

extension RealProgram {
    /// Policies and keys that cannot be used: nothing starts by half of them, and nothing they speak of is admitted.
    @Suite("serve, on bad policies", .timeLimit(.minutes(3)))
    struct BadPolicyTests {
        let world: World

        init() throws {
            world = try World.current
        }

        private func start(_ policies: String..., options: [String] = []) async throws -> House {
            try await world.house(policies, options: options)
        }

        /// What the program says when it refuses to start.
        private func refusal(of policies: String..., options: [String] = []) async throws -> String {
            do {
                _ = try await world.house(policies, options: options)
                Issue.record("it started")
                return ""
            } catch ToolError.notReady(_, let log) {
                Transcript.shared.add(log)
                return log
            }
        }

        @Test(
            "An entry that asks for something unknown is reported at the start, and its images stay undecided",
            arguments: [
                (#"{"trust":{"enabled":true}}"#, "policy.trust"),
                (#"{"vulnerability":{"ICCRVA":{"enabled":true}}}"#, "policy.vulnerability"),
                (#"{"simple":{"storeSecret":7,"requirements":[{"type":"reject"}]}}"#, "policy.simple.storeSecret"),
                (#"{"simpel":{}}"#, "policy.simpel"),
                (#"{"simple":{"requirements":[{"type":"signedBy"}]}}"#, "KeySecret missing in signedBy requirement"),
                (#"{"simple":{"requirements":[{"type":"signedby","keySecret":"a"}]}}"#, "requirements[0].type"),
                (#"{"simple":{"requirements":[{"type":"reject","extra":1}]}}"#, "requirements[0].extra"),
                (#"{"simple":{"requirements":{}}}"#, "policy.simple.requirements"),
                (#"{"mutateImage":"false"}"#, "policy.mutateImage"),
                (#"{"simple":{"storeURL":"ftp://x"}}"#, "expecting https:// or http:// URL"),
            ])
        func unusableEntries(policy: String, reason: String) async throws {
            let house = try await start(Manifest.cluster([world.name("*"): policy, "fine.test/*": "{}"]))
            #expect(house.process.log.contains(reason), "\(house.process.log)")
            let answer = try await house.ask(Review(.pod, world.name("signed:1.0")))
            #expect(answer.decision == .undecided)
            #expect(answer.message.contains(reason), "\(answer.message)")
            #expect(answer.message.contains("ClusterImagePolicy default"))
            // The entry beside it is as good as before.
            #expect(try await house.ask(Review(.pod, "fine.test/app:1.0")).decision == .admitted)
        }

        @Test("A password in a storeURL is not repeated")
        func passwordInURL() async throws {
            let policy = Manifest.simple(
                store: "https://reader:\(Planted.storePassword)@store.test/sigs", Manifest.reject)
            let house = try await start(Manifest.cluster([world.name("*"): policy]))
            let answer = try await house.ask(Review(.pod, world.name("signed:1.0")))
            #expect(answer.decision == .undecided)
            #expect(answer.message.contains("storeURL"), "\(answer.message)")
        }

        @Test("Two policies of one name: it does not start, and names both files")
        func twoOfOneName() async throws {
            let log = try await refusal(
                of: Manifest.cluster(["a.test/*": "{}"]), Manifest.cluster(["b.test/*": "{}"]))
            #expect(log.contains("there are two objects ClusterImagePolicy default, in "))
            #expect(log.contains("/0.yaml, line 1 and in "))
            #expect(log.contains("/1.yaml, line 1: remove one of them"))
        }

        @Test(
            "A file that cannot be read: it does not start, and names file and place",
            arguments: [
                ("a: [", "0.yaml, line "),
                ("kind: ClusterImagePolicy\nmetadata: {}\n", "apiVersion"),
                ("apiVersion: portieris.cloud.ibm.com/v1\nkind: ClusterImagePolicy\nspec: {}\n", "metadata"),
                (
                    "apiVersion: portieris.cloud.ibm.com/v2\nkind: ImagePolicy\nmetadata: {name: a}\n",
                    "portieris.cloud.ibm.com/v1"
                ),
                ("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {key: '***'}\n", "data"),
                ("a: &x 1\nb: *x\n", "anchors and aliases"),
                ("a: 1\na: 2\n", "the same key twice"),
            ])
        func unreadableFiles(text: String, reason: String) async throws {
            let log = try await refusal(of: text)
            #expect(log.contains("/0.yaml"), "\(log)")
            #expect(log.contains(reason), "\(log)")
        }

        @Test("Without policies, or without their folder, it does not start")
        func noPolicies() async throws {
            let none = try await RealProgram.run([
                "serve", "--tls-cert", world.identity.pair.certificate, "--tls-key", world.identity.pair.key,
            ])
            #expect(none.exitCode == 2)
            #expect(
                none.errorText
                    == "ostiary: neither a pod nor a kubeconfig: KUBERNETES_SERVICE_HOST is not set; name a file "
                    + "with --kubeconfig, or policies with --policies")
            let log = try await refusal(
                of: Manifest.cluster(["a.test/*": "{}"]), options: ["--policies", "/nonexistent"])
            #expect(log.contains("/nonexistent: No such file or directory"))
        }

        // MARK: Keys

        private func ask(withKey secrets: String...) async throws -> Answer {
            let policy = Manifest.simple(store: world.store.url, Manifest.signedBy("alice", in: "keys"))
            let house = try await world.house([Manifest.cluster([world.name("*"): policy])] + secrets)
            return try await house.ask(Review(.pod, world.name("signed:1.0")))
        }

        @Test("A key secret that is missing, or holds no key, leaves images undecided, and is named")
        func missingKeys() async throws {
            let missing = try await ask(withKey: Manifest.key("bob", in: "keys", world.keys.bob.armored))
            #expect(missing.decision == .undecided)
            #expect(missing.message.contains(#"secrets "alice" not found in namespace "keys""#), "\(missing.message)")
            let elsewhere = try await ask(withKey: Manifest.key("alice", in: "team", world.keys.alice.armored))
            #expect(elsewhere.decision == .undecided)
            let without = try await ask(
                withKey: Manifest.secret("alice", in: "keys", ["public.asc": world.keys.alice.armored]))
            #expect(without.decision == .undecided)
            #expect(
                without.message.contains(#"secret "alice" in "keys" does not contain a "key" attribute"#),
                "\(without.message)")
        }

        @Test(
            "A key that is no key ring leaves images undecided, and is named",
            arguments: [
                [], Array("not a key".utf8), Array("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n".utf8),
                [0x99, 0x01], [UInt8](repeating: 0xFF, count: 64),
            ] as [[UInt8]])
        func brokenKeys(bytes: [UInt8]) async throws {
            let answer = try await ask(withKey: Manifest.key("alice", in: "keys", bytes))
            #expect(answer.decision == .undecided, "\(answer.message)")
            #expect(
                answer.message.contains(#"secret "alice" in "keys" does not hold a usable key: "#), "\(answer.message)")
            #expect(answer.lines.count == 1)
        }

        @Test("A private key in place of the public one is not used, and not shown")
        func privateKey() async throws {
            let exported = try await world.keys.ring.run([
                "--armor", "--export-secret-keys", world.keys.mallory.key.fingerprint,
            ])
            let answer = try await ask(withKey: Manifest.key("alice", in: "keys", exported.standardOutput))
            #expect(answer.decision == .undecided, "\(answer.message)")
            #expect(answer.message.contains(#"secret "alice" in "keys" does not hold a usable key: "#))
            let lines = exported.text.split(separator: "\n").filter { $0.count > 30 && !$0.hasPrefix("-") }
            #expect(Transcript.shared.leaks(of: lines.map(String.init)).isEmpty)
        }

        @Test("A pull secret that cannot be read is passed over")
        func brokenPullSecret() async throws {
            let house = try await start(
                Manifest.cluster(["\(world.guarded.address)/*": Manifest.simple(Manifest.anything)]),
                Manifest.secret("broken", in: "team", [".dockerconfigjson": Array("{".utf8)]),
                Manifest.secret("other", in: "team", ["password": Array(Planted.bystander.utf8)]))
            let answer = try await house.ask(
                Review(.pod, "\(world.guarded.address)/app/guarded:1.0", pullSecrets: ["broken", "other"]))
            #expect(answer.decision == .undecided)
            #expect(answer.message.contains("no valid ImagePullSecret, 0 tried"))
        }
    }
}
