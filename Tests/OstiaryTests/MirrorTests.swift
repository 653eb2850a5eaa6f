import Support
import Testing

extension RealProgram {
    /// A registry whose images are read from a mirror: `--registry-mirrors-dir`.
    @Suite("Mirrors", .timeLimit(.minutes(3)))
    struct MirrorTests {
        let world: World
        private let folder: TemporaryFolder

        init() throws {
            world = try World.current
            folder = try TemporaryFolder()
            try folder.write(TemporaryFolder.read(path: world.identity.authority.authority), to: "mirrors/ca.crt")
            try folder.write(
                """
                [host."https://127.0.0.1:1"]
                [host."https://\(world.registry.address)"]
                  capabilities = ["pull", "resolve"]
                  ca = "../ca.crt"
                """, to: "mirrors/registry.invalid/hosts.toml")
        }

        private func verify(
            _ image: String, _ policy: String..., options: [String] = []
        ) async throws -> CommandLineTool.Output {
            for (number, text) in policy.enumerated() { try folder.write(text, to: "policies/\(number).json") }
            return try await RealProgram.run(
                [
                    "verify", image, "--policies", folder.path(of: "policies"), "--registry-mirrors-dir",
                    folder.path(of: "mirrors"),
                ] + options)
        }

        @Test("An image is read from the second mirror when its registry and the first are not there")
        func reads() async throws {
            let output = try await verify(
                "registry.invalid/app/signed:1.0",
                Manifest.cluster(["registry.invalid/*": Manifest.simple(Manifest.anything)]))
            #expect(output.exitCode == 0, "\(output.text) \(output.errorText)")
            #expect(output.text.contains("registry.invalid/app/signed@\(world.images.signed)"), "\(output.text)")
        }

        @Test("The name in the object stays what the signature has to be for")
        func identity() async throws {
            let signed = Manifest.simple(store: world.store.url, Manifest.signedBy("alice", in: "keys"))
            let output = try await verify(
                "registry.invalid/app/signed:1.0", Manifest.cluster(["registry.invalid/*": signed]),
                Manifest.key("alice", in: "keys", world.keys.alice.armored),
                options: ["--ca", world.identity.authority.authority])
            // Alice signed it under the mirror's name.
            #expect(output.exitCode == 1, "\(output.text)")
            #expect(output.text.contains(world.name("signed:1.0")), "\(output.text)")
        }

        @Test("skip_verify is refused before anything is asked")
        func skipVerify() async throws {
            try folder.write("[host.\"https://m.test\"]\nskip_verify = true", to: "mirrors/e.com/hosts.toml")
            let output = try await verify("e.com/app:1", Manifest.cluster(["*": Manifest.simple(Manifest.anything)]))
            #expect(output.exitCode == 2)
            #expect(output.errorText.contains("skip_verify is refused"), "\(output.errorText)")
        }
    }
}
