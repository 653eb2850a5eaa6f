import Support
import Testing

extension RealProgram {
    /// Which addresses the program lets itself be sent to.
    @Suite("serve, by address", .timeLimit(.minutes(3)))
    struct AddressTests {
        let world: World
        private static let inPod = ["KUBERNETES_SERVICE_HOST": "10.96.0.1", "KUBERNETES_SERVICE_PORT": "443"]

        init() throws {
            world = try World.current
        }

        @Test("The metadata service is not asked, whether an image, a redirect or a realm names it")
        func metadata() async throws {
            let anything = Manifest.simple(Manifest.anything)
            let house = try await world.house([Manifest.cluster(["*": anything])])
            for image in [
                "169.254.169.254/latest/meta-data:1", "100.100.100.200:443/app:1",
                "\(world.storeAddress)/faulty/prying/app:1.0",
                "\(world.storeAddress)/faulty/prying-token/app:1.0",
            ] {
                let answer = try await house.ask(Review(.pod, image))
                #expect(answer.decision == .undecided, "\(image)")
                #expect(
                    answer.message.contains("is a cloud's metadata service, which is not asked"), "\(answer.message)")
            }
            #expect(try await house.page("/metrics").text.contains("address_refused"))
        }

        @Test("A signature store at the metadata service is not asked")
        func store() async throws {
            let policy = Manifest.simple(
                store: "https://169.254.169.254/sigs", Manifest.signedBy("alice", in: "keys"))
            let house = try await world.house([
                Manifest.cluster(["*": policy]), Manifest.key("alice", in: "keys", world.keys.alice.armored),
            ])
            let answer = try await house.ask(Review(.pod, world.name("signed:1.0")))
            #expect(answer.decision == .undecided)
            #expect(answer.message.contains("signature store 169.254.169.254 may not be asked"), "\(answer.message)")
        }

        @Test("In a pod loopback addresses are not asked, unless they are allowed")
        func pod() async throws {
            let closed = try await world.house(world.usualPolicies, environment: Self.inPod)
            let answer = try await closed.ask(Review(.pod, world.name("signed:1.0")))
            #expect(answer.decision == .undecided)
            #expect(answer.message.contains("allow it with --allow-address 127.0.0.1"), "\(answer.message)")

            let open = try await world.house(
                world.usualPolicies, options: ["--allow-address", "127.0.0.0/8"], environment: Self.inPod)
            let other = try await open.ask(Review(.pod, world.name("signed:1.0")))
            #expect(other.decision == .admitted, "\(other.message)")
        }

        @Test("In a pod the API server is not asked")
        func apiServer() async throws {
            let house = try await world.house(
                [Manifest.cluster(["*": Manifest.simple(Manifest.anything)])], environment: Self.inPod)
            for image in ["10.96.0.1/app:1", "10.96.0.1:6443/app:1"] {
                let answer = try await house.ask(Review(.pod, image))
                #expect(answer.message.contains("is the API server of this cluster"), "\(answer.message)")
            }
        }

        @Test("What is no address is wrong usage", arguments: ["10.0.0.0/33", "localhost", "127.0.0.1:80"])
        func usage(text: String) async throws {
            let output = try await RealProgram.run(["verify", "a", "--policies", "/dev/null", "--allow-address", text])
            #expect(output.exitCode == 64)
            #expect(output.errorText.contains("--allow-address"))
        }
    }
}
