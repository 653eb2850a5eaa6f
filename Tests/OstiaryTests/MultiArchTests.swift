import Foundation
import Support
import Testing

extension RealProgram {
    /// Images for several platforms, as skopeo pushes and signs them.
    @Suite("verify, with an index", .timeLimit(.minutes(2)))
    struct MultiArchTests {
        let world: World

        init() throws {
            world = try World.current
        }

        private func verify(_ image: String, _ multiArch: String) async throws -> CommandLineTool.Output {
            let simple = Manifest.simple(store: world.store.url, Manifest.signedBy("alice", in: "keys"))
            let policies = try TemporaryFolder()
            try policies.write(
                Manifest.cluster(["*": #"{"multiArch":"\#(multiArch)",\#(simple.dropFirst())"#]), to: "policy.json")
            try policies.write(Manifest.key("alice", in: "keys", world.keys.alice.armored), to: "key.json")
            return try await RealProgram.run([
                "verify", world.name(image), "--policies", policies.path, "--ca",
                world.identity.authority.authority,
            ])
        }

        @Test("What skopeo copy --all --sign-by signs is proven whole; a manifest without a signature is named")
        func signedBySkopeo() async throws {
            let images = [try await OCIImage(text: "first platform"), try await OCIImage(text: "second platform")]
            let index = try await OCIIndex(of: images)
            let skopeo = try Skopeo(
                registry: world.registry, authority: world.identity.authority.authority, staging: world.store.staging)
            try await skopeo.push(index, as: "app/multi:1.0", signature: world.keys.signature(by: world.keys.alice))
            for multiArch in ["all", "index"] {
                let output = try await verify("multi:1.0", multiArch)
                #expect(output.exitCode == 0, "\(output.text)")
                #expect(output.text.contains(index.digest))
            }

            let name = images[1].digest.replacingOccurrences(of: ":", with: "=")
            try FileManager.default.removeItem(atPath: "\(world.store.staging)/app/multi@\(name)")
            #expect(try await verify("multi:1.0", "index").exitCode == 0)
            let output = try await verify("multi:1.0", "all")
            #expect(output.exitCode == 1)
            #expect(
                output.text.contains("the manifest \(images[1].digest) of the index (linux/arch1): A signature was"),
                "\(output.text)")
        }
    }
}
