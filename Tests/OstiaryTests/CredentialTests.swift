import Foundation
import Support
import Testing

extension RealProgram {
    /// What registries are shown, in which order, and what is said about it.
    @Suite("Credentials", .timeLimit(.minutes(3)))
    struct CredentialTests {
        let world: World

        init() throws {
            world = try World.current
        }

        private var image: String { "\(world.guarded.address)/app/guarded:1.0" }

        private func house(_ manifests: [String] = [], options: [String] = []) async throws -> House {
            let signed = Manifest.simple(store: world.store.url, Manifest.signedBy("alice", in: "keys"))
            let policies = [
                Manifest.cluster(["\(world.guarded.address)/app/*": signed]),
                Manifest.cluster(["127.0.0.1:*/faulty/*": Manifest.simple(Manifest.anything)], name: "faulty"),
                Manifest.key("alice", in: "keys", world.keys.alice.armored),
            ]
            return try await world.house(policies + manifests, options: options)
        }

        /// A pull secret of the namespace `team`; each entry is a key and the JSON under it.
        private func pullSecret(_ name: String, _ entries: KeyValuePairs<String, String>) -> String {
            let auths = entries.map { #""\#($0)":\#($1)"# }.joined(separator: ",")
            return Manifest.secret(name, in: "team", [".dockerconfigjson": Array(#"{"auths":{\#(auths)}}"#.utf8)])
        }

        private func account(_ password: String) -> String { #"{"username":"reader","password":"\#(password)"}"# }

        @Test("The right one is found as the second and as the third, and those before it are reported by their names")
        func second() async throws {
            let host = world.guarded.address
            let port = host.drop { $0 != ":" }
            let wrong = pullSecret("wrong", ["\(host)/app/guarded": account(Planted.wrongPassword)])
            let token = pullSecret("token", ["https://\(host)/v2/": #"{"registrytoken":"\#(Planted.registryToken)"}"#])
            let right = pullSecret("right", ["*.0.*.1\(port)": account(Planted.password)])
            let house = try await house([wrong, token, right])
            for secrets in [["right", "wrong"], ["right", "token", "wrong"]] {
                let answer = try await house.ask(Review(.pod, image, pullSecrets: secrets))
                #expect(answer.decision == .admitted, "\(answer.message)")
            }
            let refused = house.process.events.filter { $0["msg"] == "credential refused" }
            #expect(refused.allSatisfy { $0["registry"] == host && $0["level"] == "warning" })
            #expect(
                Set(refused.compactMap { $0["credential"] }) == [#"pull secret "wrong""#, #"pull secret "token""#])
            let metrics = try await house.page("/metrics").text
            #expect(metrics.contains("\nostiary_credentials_refused_total 3\n"), "\(metrics)")
        }

        @Test("An identity token is shown to the token service, and the password behind it is not needed")
        func identityToken() async throws {
            let entry = #"{"auth":"MDAwMDAwMDA6","identitytoken":"\#(Planted.identityToken)"}"#
            let house = try await house([pullSecret("token", [world.storeAddress: entry])])
            let answer = try await house.ask(
                Review(.pod, "\(world.storeAddress)/faulty/tokens/app:1.0", pullSecrets: ["token"]))
            #expect(answer.decision == .admitted, "\(answer.message)")
        }

        @Test("A registry behind a token service is read with a password and with an identity token, each as its own")
        func tokens() async throws {
            let registry = try await TokenGuardedRegistry.start(authority: world.identity.authority)
            let pushed = try await OCIImage(text: "guarded by tokens")
            for name in ["app", "public"] {
                try await registry.push(pushed, as: "demo/\(name):1.0", trusting: world.identity.authority)
            }
            func account(_ password: String) -> String {
                #"{"username":"\#(TokenIssuer.username)","password":"\#(password)"}"#
            }
            let house = try await world.house([
                Manifest.cluster(["\(registry.address)/*": Manifest.simple(Manifest.anything)]),
                pullSecret("password", [registry.address: account(TokenIssuer.password)]),
                pullSecret("wrong", [registry.address: account(Planted.wrongPassword)]),
                pullSecret(
                    "identity", ["https://\(registry.address)": #"{"identitytoken":"\#(TokenIssuer.identityToken)"}"#]),
            ])
            let image = "\(registry.address)/demo/app:1.0"
            for secrets in [["password"], ["identity"], ["wrong", "identity"]] {
                let answer = try await house.ask(Review(.pod, image, pullSecrets: secrets))
                #expect(answer.decision == .admitted, "\(answer.message)")
                #expect(answer.patch.map(\.value) == ["\(registry.address)/demo/app@\(pushed.digest)"])
            }
            // What one namespace may read is not told to another, which has no or another credential.
            for review in [Review(.pod, image, in: "other"), Review(.pod, image, pullSecrets: ["wrong"])] {
                let answer = try await house.ask(review)
                #expect(answer.decision == .undecided)
                #expect(answer.message.contains("no valid ImagePullSecret"), "\(answer.message)")
            }
            let open = try await house.ask(Review(.pod, "\(registry.address)/demo/public:1.0", in: "other"))
            #expect(open.decision == .admitted, "\(open.message)")
            let scopes = registry.issuer.questions.flatMap { $0.split(separator: " ").dropFirst() }
            // skopeo asks for more, to push.
            let own = Set(scopes.filter { !$0.contains("push") })
            #expect(own == ["repository:demo/app:pull", "repository:demo/public:pull"])
        }

        @Test("A refusal names what was refused and what could not be read, and no secret")
        func refusal() async throws {
            let host = world.guarded.address
            let house = try await house([
                pullSecret("wrong", [host: account(Planted.wrongPassword)]),
                pullSecret("half", [host: #"{"auth":"\#(Planted.bystander)"}"#]),
                Manifest.secret("page", in: "team", [".dockerconfigjson": Array(Planted.bystander.utf8)]),
            ])
            let answer = try await house.ask(Review(.pod, image, pullSecrets: ["wrong", "half", "page", "gone"]))
            #expect(answer.decision == .undecided)
            for part in [
                #"1 tried (refused: pull secret "wrong";"#,
                #"pull secret "half": the entry for "\#(host)" is not used"#,
                #"pull secret "page": the credentials in it cannot be read"#, #"pull secret "gone" does not exist"#,
            ] {
                #expect(answer.message.contains(part), "\(answer.message)")
            }
        }

        @Test("--registry-config comes after the pull secrets, and is read again when it changes")
        func ownCredentials() async throws {
            let folder = try TemporaryFolder()
            func config(_ password: String) -> String {
                #"{"auths":{"https://\#(world.guarded.address)/v2/":\#(account(password))}}"#
            }
            let file = try folder.write(config(Planted.ownPassword), to: "config.json")
            let right = pullSecret("right", [world.guarded.address: account(Planted.password)])
            let house = try await house([right], options: ["--registry-config", file])
            let review = Review(.pod, image)
            let refused = try await house.ask(review)
            #expect(refused.message.contains("1 tried (refused: --registry-config)"), "\(refused.message)")
            #expect(try await house.ask(Review(.pod, image, pullSecrets: ["right"])).decision == .admitted)

            try folder.write(Planted.ownPassword, to: "config.json")
            try await house.process.wait(
                forLog: "registry credentials not renewed, going on with the old", atMost: .seconds(40))
            #expect(try await house.ask(review).message.contains("refused: --registry-config"))

            try folder.write(config(Planted.password), to: "config.json")
            try await house.process.wait(forLog: "registry credentials renewed", atMost: .seconds(40))
            let admitted = try await house.ask(review)
            #expect(admitted.decision == .admitted, "\(admitted.message)")
        }

        @Test("verify shows them too, and a file that cannot be used ends it")
        func verify() async throws {
            let folder = try TemporaryFolder()
            try folder.write(
                Manifest.cluster(["*": Manifest.simple(Manifest.anything)]), to: "policy.yaml")
            let config = #"{"auths":{"\#(world.guarded.address)":\#(account(Planted.password)),"x y":{}}}"#
            let good = try folder.write(config, to: "good.json")
            let bad = try folder.write(Planted.bystander, to: "bad.json")
            let usual = [
                "verify", image, "--ca", world.identity.authority.authority, "--policies",
                folder.path(of: "policy.yaml"),
                "--registry-config",
            ]
            let admitted = try await RealProgram.run(usual + [good])
            #expect(admitted.exitCode == 0, "\(admitted.text) \(admitted.errorText)")
            #expect(admitted.errorText.contains(#"good.json: the entry for "x y" is not used"#))
            let ended = try await RealProgram.run(usual + [bad])
            #expect(ended.exitCode == 2)
            #expect(ended.errorText.contains("bad.json: the credentials in it cannot be read"))
        }

        @Test("serve leaves no core behind, unless it is told to", arguments: [false, true])
        func coreDumps(areAllowed: Bool) async throws {
            let folder = try TemporaryFolder()
            try folder.write(Manifest.cluster(["open.test/*": "{}"]), to: "policy.yaml")
            let program = try CommandLineTool(built: "ostiary")
            // The soft limit is raised as far as the hard one lets it, as a careless image would.
            let server = try BackgroundServer(
                try CommandLineTool("sh", debianPackage: "dash"),
                [
                    "-c", #"ulimit -Sc "$(ulimit -Hc)"; exec "$@""#, "sh", program.path, "serve", "--listen",
                    "127.0.0.1:0", "--health-listen", "127.0.0.1:0", "--tls-cert", world.identity.pair.certificate,
                    "--tls-key", world.identity.pair.key, "--policies", folder.path,
                ] + (areAllowed ? ["--core-dumps"] : []))
            try await server.wait { server.log.contains("webhook listening") && server.identifier != nil }
            let limits = try String(
                contentsOfFile: "/proc/\(try #require(server.identifier))/limits", encoding: .utf8)
            let line = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") })
            let isZero =
                line.split(separator: " ", omittingEmptySubsequences: true).dropFirst(4).prefix(2) == ["0", "0"]
            let own = try String(contentsOfFile: "/proc/self/limits", encoding: .utf8)
            // Where nobody may write one, there is nothing to allow.
            let isForbiddenAnyway = own.split(separator: "\n").contains {
                $0.hasPrefix("Max core file size") && $0.split(separator: " ").dropFirst(5).first == "0"
            }
            #expect(isZero == (!areAllowed || isForbiddenAnyway), "\(line)")
            Transcript.shared.add(server.log)
        }
    }
}
