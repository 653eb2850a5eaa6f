import Foundation
import Support
import Testing

extension RealProgram {
    /// Where signatures are kept, and by how many they must be.
    @Suite("Stores and signers", .timeLimit(.minutes(3)))
    struct StoreTests {
        let world: World

        init() throws {
            world = try World.current
        }

        private var alice: String { Manifest.signedBy("alice", in: "keys") }
        private var key: String { Manifest.key("alice", in: "keys", world.keys.alice.armored) }
        private var privateStore: String { world.store.url.replacingOccurrences(of: "/sigs", with: "/private") }
        private var signed: String { world.name("signed:1.0") }

        private func ask(_ policy: String, _ manifests: String...) async throws -> Answer {
            try await world.house([Manifest.cluster([world.name("*"): policy]), key] + manifests)
                .ask(Review(.pod, signed))
        }

        private func storeSecret(_ password: String) -> String {
            Manifest.secret(
                "store", in: "team", ["username": Array("reader".utf8), "password": Array(password.utf8)])
        }

        @Test("A store with a password is read with it, and with no other, and the password is said to nobody")
        func password() async throws {
            let policy = Manifest.simple(store: privateStore, storeSecret: "store", alice)
            let right = try await ask(policy, storeSecret(Planted.storePassword))
            #expect(right.decision == .admitted, "\(right.message)")
            let wrong = try await ask(policy, storeSecret(Planted.wrongPassword))
            #expect(wrong.decision == .undecided)
            #expect(wrong.message.contains("the store asks for credentials"), "\(wrong.message)")
            let missing = try await ask(policy)
            #expect(missing.message.contains(#"secrets "store" not found in namespace"#), "\(missing.message)")
        }

        @Test("A list of stores and a folder: the signature counts wherever it is")
        func several() async throws {
            let folder = "file://\(world.store.staging)"
            let empty = try TemporaryFolder()
            for stores in [
                #"["https://127.0.0.1:1/none","\#(world.store.url)"]"#, #""\#(folder)""#,
                #"["file://\#(empty.path)","\#(folder)"]"#,
            ] {
                let answer = try await ask(#"{"simple":{"storeURL":\#(stores),"requirements":[\#(alice)]}}"#)
                #expect(answer.decision == .admitted, "\(stores): \(answer.message)")
            }
            let none = try await ask(#"{"simple":{"storeURL":"file://\#(empty.path)","requirements":[\#(alice)]}}"#)
            #expect(none.decision == .refused)
            #expect(none.message.contains("signatures stay on the signing machine"), "\(none.message)")
        }

        @Test("A threshold of two wants two of the keys, from however many Secrets")
        func threshold() async throws {
            let requirement = """
                {"type":"signedBy","keySecrets":["alice","bob"],"keySecretNamespace":"keys","threshold":2}
                """
            let policies = [
                Manifest.cluster([world.name("*"): Manifest.simple(store: world.store.url, requirement)]), key,
                Manifest.key("bob", in: "keys", world.keys.bob.armored),
            ]
            let house = try await world.house(policies)
            let both = try await house.ask(Review(.pod, world.name("both:1.0")))
            #expect(both.decision == .admitted, "\(both.message)")
            let one = try await house.ask(Review(.pod, signed))
            #expect(one.decision == .refused)
            #expect(one.message.contains("2 signers are required, and 1 signed: "), "\(one.message)")
            #expect(house.process.log.contains("too_few_signers"))
        }
    }
}
