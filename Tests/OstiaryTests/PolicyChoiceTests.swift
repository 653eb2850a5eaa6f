import Support
import Testing

extension RealProgram {
    /// What the policy that decides asks for, and where its keys and credentials come from.
    @Suite("serve, by policy", .timeLimit(.minutes(3)))
    struct PolicyChoiceTests {
        let world: World

        init() throws {
            world = try World.current
        }

        private var registry: String { world.registry.address }

        private func house(_ policies: String..., options: [String] = []) async throws -> House {
            try await world.house(policies, options: options)
        }

        @Test("With mutateImage: false a proven image is admitted and not changed")
        func withoutMutation() async throws {
            let policy = Manifest.simple(
                store: world.store.url, mutateImage: false, Manifest.signedBy("alice", in: "keys"))
            let house = try await house(
                Manifest.cluster(["\(registry)/app/*": policy]),
                Manifest.key("alice", in: "keys", world.keys.alice.armored))
            let good = try await house.ask(Review(.pod, world.name("signed:1.0")))
            #expect(good.decision == .admitted, "\(good.message)")
            #expect(!good.text.contains("patch"))
            #expect(try await house.ask(Review(.pod, world.name("unsigned:1.0"))).decision == .refused)
        }

        @Test("insecureAcceptAnything takes any image, and binds it to its digest")
        func anything() async throws {
            let house = try await house(Manifest.cluster(["\(registry)/*": Manifest.simple(Manifest.anything)]))
            let answer = try await house.ask(Review(.pod, world.name("unsigned:1.0")))
            let pinned = world.pinned("unsigned", world.images.unsigned)
            #expect(answer.patch.replacements == ["/spec/containers/0/image": pinned])
        }

        @Test("reject takes no image, whoever signed it")
        func reject() async throws {
            let house = try await house(
                Manifest.cluster([
                    "\(registry)/app/*": Manifest.simple(
                        store: world.store.url, Manifest.signedBy("alice", in: "keys"), Manifest.reject)
                ]), Manifest.key("alice", in: "keys", world.keys.alice.armored))
            let answer = try await house.ask(Review(.pod, world.name("signed:1.0")))
            #expect(answer.decision == .refused)
            #expect(
                answer.message.contains("Running image docker://\(world.name("signed:1.0")) is rejected by policy."))
        }

        @Test("A policy that asks nothing admits without a look at the registry")
        func nothing() async throws {
            let house = try await house(Manifest.cluster(["nowhere.test/*": "{}"]))
            let answer = try await house.ask(Review(.pod, "nowhere.test/app:1.0"))
            #expect(answer.decision == .admitted)
            #expect(answer.patch.isEmpty)
        }

        @Test("Of two signatures that are asked for, both must be there")
        func twoSigners() async throws {
            let policy = Manifest.simple(
                store: world.store.url, Manifest.signedBy("alice", in: "keys"), Manifest.signedBy("bob", in: "keys"))
            let house = try await house(
                Manifest.cluster(["\(registry)/app/*": policy]),
                Manifest.key("alice", in: "keys", world.keys.alice.armored),
                Manifest.key("bob", in: "keys", world.keys.bob.armored))
            let both = try await house.ask(Review(.pod, world.name("both:1.0")))
            #expect(both.decision == .admitted, "\(both.message)")
            #expect(both.patch.replacements?.values.first == world.pinned("both", world.images.both))
            for image in ["signed:1.0", "edwards:1.0"] {
                #expect(try await house.ask(Review(.pod, world.name(image))).decision == .refused, "\(image)")
            }
        }

        @Test("A key ring of several keys takes a signature by any of them")
        func severalKeys() async throws {
            let house = try await house(
                Manifest.cluster([
                    "\(registry)/app/*": Manifest.simple(
                        store: world.store.url, Manifest.signedBy("team", in: "keys"))
                ]), Manifest.key("team", in: "keys", world.keys.alice.armored + world.keys.bob.armored))
            for image in ["signed:1.0", "edwards:1.0"] {
                let answer = try await house.ask(Review(.pod, world.name(image)))
                #expect(answer.decision == .admitted, "\(answer.message)")
            }
            #expect(try await house.ask(Review(.pod, world.name("forged:1.0"))).decision == .refused)
        }

        @Test(
            "An identity says under which names a signature counts",
            arguments: [
                (#"{"type":"matchExact"}"#, "signed:1.0", true),
                (#"{"type":"matchExact"}"#, "signed:2.0", false),
                (#"{"type":"matchRepository"}"#, "signed:2.0", true),
                (#"{"type":"matchExactReference","dockerReference":"REGISTRY/app/other:1.0"}"#, "renamed:1.0", true),
                (#"{"type":"matchExactReference","dockerReference":"REGISTRY/app/other:1.0"}"#, "signed:1.0", false),
                (#"{"type":"matchExactRepository","dockerRepository":"REGISTRY/app/other"}"#, "renamed:1.0", true),
                (
                    #"{"type":"remapIdentity","prefix":"REGISTRY/app/renamed","signedPrefix":"REGISTRY/app/other"}"#,
                    "renamed:1.0", true
                ),
            ])
        func identities(identity: String, image: String, isAdmitted: Bool) async throws {
            let identity = identity.replacing("REGISTRY", with: registry)
            let house = try await house(
                Manifest.cluster([
                    "\(registry)/app/*": Manifest.simple(
                        store: world.store.url, Manifest.signedBy("alice", in: "keys", identity: identity))
                ]), Manifest.key("alice", in: "keys", world.keys.alice.armored))
            let answer = try await house.ask(Review(.pod, world.name(image)))
            #expect(answer.decision == (isAdmitted ? .admitted : .refused), "\(answer.message)")
        }

        @Test("The policies of a namespace take the place of the cluster's")
        func namespaced() async throws {
            let house = try await house(
                Manifest.cluster(["\(registry)/*": "{}", "nowhere.test/*": "{}"]),
                Manifest.namespaced(
                    "strict",
                    ["\(registry)/app/*": Manifest.simple(store: world.store.url, Manifest.signedBy("alice"))]),
                Manifest.key("alice", in: "strict", world.keys.alice.armored))
            #expect(try await house.ask(Review(.pod, world.name("unsigned:1.0"))).decision == .admitted)
            let signed = try await house.ask(Review(.pod, world.name("signed:1.0"), in: "strict"))
            #expect(signed.decision == .admitted, "\(signed.message)")
            let unsigned = try await house.ask(Review(.pod, world.name("unsigned:1.0"), in: "strict"))
            #expect(unsigned.decision == .refused)
            #expect(unsigned.message.hasSuffix("(ImagePolicy strict/default, repository \"\(registry)/app/*\")"))
            let unmatched = try await house.ask(Review(.pod, "nowhere.test/app:1.0", in: "strict"))
            #expect(unmatched.message == #"Deny "nowhere.test/app:1.0", no matching repositories in the ImagePolicies"#)
        }

        @Test("Without any policy every image is refused")
        func withoutPolicies() async throws {
            let house = try await house(
                Manifest.secret("unrelated", in: "keys", ["other": Array(Planted.bystander.utf8)]))
            let answer = try await house.ask(Review(.pod, "nginx"))
            #expect(answer.decision == .refused)
            #expect(answer.message == #"Deny "nginx", no image policies or cluster polices"#)
        }

        // MARK: Where keys come from

        /// A cluster policy that does not say in which namespace its key is.
        private var openPolicy: String {
            Manifest.cluster([
                "\(registry)/app/*": Manifest.simple(store: world.store.url, Manifest.signedBy("release"))
            ])
        }

        @Test("A cluster policy that leaves the namespace open finds its key in Ostiary's own first, and says nothing")
        func ownNamespace() async throws {
            // The tenant's key must not count: mallory would sign with it.
            let house = try await house(
                openPolicy, Manifest.key("release", in: "guards", world.keys.alice.armored),
                Manifest.key("release", in: "team", world.keys.mallory.armored),
                options: ["--own-namespace", "guards"])
            let signed = try await house.ask(Review(.pod, world.name("signed:1.0")))
            #expect(signed.decision == .admitted, "\(signed.message)")
            #expect(signed.warnings == [])
            #expect(try await house.ask(Review(.pod, world.name("forged:1.0"))).decision == .refused)
        }

        @Test("It takes the key from the workload's namespace as a last resort, and warns")
        func workloadNamespace() async throws {
            let house = try await house(
                openPolicy, Manifest.key("release", in: "team", world.keys.alice.armored),
                options: ["--own-namespace", "guards"])
            let answer = try await house.ask(Review(.pod, world.name("signed:1.0")))
            #expect(answer.decision == .admitted, "\(answer.message)")
            #expect(
                answer.warnings == [
                    "set keySecretNamespace in ClusterImagePolicy default: key secret \"release\" comes from the "
                        + "workload's namespace \"team\""
                ])
            let elsewhere = try await house.ask(Review(.pod, world.name("signed:1.0"), in: "other"))
            #expect(elsewhere.decision == .undecided)
            #expect(elsewhere.message.contains(#"secrets "release" not found in namespace "guards" or "other""#))
        }

        @Test("--strict-key-namespaces forbids that")
        func strictNamespaces() async throws {
            let house = try await house(
                openPolicy, Manifest.key("release", in: "team", world.keys.alice.armored),
                options: ["--own-namespace", "guards", "--strict-key-namespaces"])
            let answer = try await house.ask(Review(.pod, world.name("signed:1.0")))
            #expect(answer.decision == .undecided)
            #expect(answer.message.contains(#"secrets "release" not found in namespace "guards""#))
        }

        @Test("A namespaced policy cannot read keys elsewhere")
        func foreignKey() async throws {
            let house = try await house(
                Manifest.namespaced(
                    "team",
                    [
                        "\(registry)/app/*": Manifest.simple(
                            store: world.store.url, Manifest.signedBy("alice", in: "keys"))
                    ]), Manifest.key("alice", in: "keys", world.keys.alice.armored))
            let answer = try await house.ask(Review(.pod, world.name("signed:1.0")))
            #expect(answer.decision == .undecided)
            #expect(answer.message.contains("reads keys in its own namespace only"))
        }

        // MARK: Pull secrets

        private func guardedHouse(_ secrets: String...) async throws -> House {
            let policies = [
                Manifest.cluster([
                    "\(world.guarded.address)/app/*": Manifest.simple(
                        store: world.store.url, Manifest.signedBy("alice", in: "keys"))
                ]), Manifest.key("alice", in: "keys", world.keys.alice.armored),
            ]
            return try await world.house(policies + secrets)
        }

        private func pullSecret(_ name: String, _ password: String, in namespace: String = "team") -> String {
            Manifest.pullSecret(
                name, in: namespace, registry: world.guarded.address, username: "reader", password: password)
        }

        private var guardedImage: String { "\(world.guarded.address)/app/guarded:1.0" }
        private var guardedPinned: String { "\(world.guarded.address)/app/guarded@\(world.images.guarded)" }

        @Test("A private registry is asked with the pull secrets of the pod")
        func podPullSecrets() async throws {
            let house = try await guardedHouse(
                pullSecret("wrong", Planted.wrongPassword), pullSecret("right", Planted.password))
            let answer = try await house.ask(Review(.pod, guardedImage, pullSecrets: ["missing", "wrong", "right"]))
            #expect(answer.decision == .admitted, "\(answer.message)")
            #expect(answer.patch.replacements?.values.first == guardedPinned)
            let template = try await house.ask(Review(.cronJob, guardedImage, pullSecrets: ["right"]))
            #expect(template.decision == .admitted, "\(template.message)")
        }

        @Test("It is asked with those of the ServiceAccount when the pod has none")
        func accountPullSecrets() async throws {
            let house = try await guardedHouse(
                pullSecret("right", Planted.password), pullSecret("wrong", Planted.wrongPassword),
                Manifest.serviceAccount("builder", in: "team", pullSecrets: "right"),
                Manifest.serviceAccount("default", in: "team", pullSecrets: "wrong"))
            let answer = try await house.ask(Review(.deployment, guardedImage, serviceAccount: "builder"))
            #expect(answer.decision == .admitted, "\(answer.message)")
            #expect(answer.patch.replacements?.values.first == guardedPinned)
            // No account named is the account "default".
            let other = try await house.ask(Review(.deployment, guardedImage))
            #expect(other.decision == .undecided)
        }

        @Test("Wrong credentials and none leave the image undecided, and the answer says how many were tried")
        func wrongPullSecrets() async throws {
            let house = try await guardedHouse(
                pullSecret("wrong", Planted.wrongPassword), pullSecret("right", Planted.password, in: "elsewhere"))
            let wrong = try await house.ask(Review(.pod, guardedImage, pullSecrets: ["wrong"]))
            #expect(wrong.decision == .undecided)
            #expect(wrong.message.contains("simple: Deny \"\(guardedImage)\", no valid ImagePullSecret, 1 tried"))
            // A secret of the same name in another namespace is another secret.
            let none = try await house.ask(Review(.pod, guardedImage, pullSecrets: ["right"]))
            #expect(none.decision == .undecided)
            #expect(none.message.contains("no valid ImagePullSecret, 0 tried"))
        }

        @Test("A credential for another host is not shown to this one")
        func foreignPullSecret() async throws {
            let house = try await guardedHouse(
                Manifest.pullSecret(
                    "right", in: "team", registry: "other.test", username: "reader", password: Planted.password))
            let answer = try await house.ask(Review(.pod, guardedImage, pullSecrets: ["right"]))
            #expect(answer.message.contains("no valid ImagePullSecret, 0 tried"))
        }

        @Test("A bearer token of the registry's token service is asked for and used")
        func token() async throws {
            let registry = world.storeAddress
            let answer = try await world.house.ask(Review(.pod, "\(registry)/faulty/tokens/app:1.0"))
            #expect(answer.decision == .admitted, "\(answer.message)")
            #expect(answer.patch.count == 1)
        }

        @Test("A registry without TLS is asked only where --insecure-registry allows it")
        func insecureRegistry() async throws {
            let plain = try await DockerRegistry.start(pair: nil)
            let policy = Manifest.cluster(["\(plain.address)/*": Manifest.simple(Manifest.anything)])
            let review = Review(.pod, "\(plain.address)/app/absent:1.0")
            let allowed = try await house(policy, options: ["--insecure-registry", plain.address]).ask(review)
            #expect(allowed.message.contains("has no manifest for \(plain.address)/app/absent:1.0"))
            let forbidden = try await house(policy).ask(review)
            #expect(forbidden.decision == .undecided)
            #expect(forbidden.message.contains("registry \(plain.address) could not be asked: TLS handshake failed"))
        }
    }
}
