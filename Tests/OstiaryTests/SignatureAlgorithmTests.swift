import Support
import Testing

extension RealProgram {
    /// Images that skopeo signed with every kind of key that gpg offers, asked of the webhook.
    @Suite("serve, every kind of key", .timeLimit(.minutes(5)))
    struct SignatureAlgorithmTests {
        let world: World

        init() throws {
            world = try World.current
        }

        @Test("An image is admitted when its own key signed it, and refused when another one did")
        func everyAlgorithm() async throws {
            let ring = try GPG()
            var signers: [(image: String, digest: String, key: [UInt8])] = []
            for algorithm in Self.algorithms {
                let key = try await ring.makeKey(algorithm.lowercased(), algorithm: algorithm)
                let (image, digest) = try await push(as: "kinds/\(algorithm.lowercased())", by: key, in: ring)
                signers.append((image, digest, try await ring.exportArmored(key)))
            }
            let containers = signers.enumerated().map { #"{"name":"c\#($0)","image":"\#($1.image):1.0"}"# }
            let review = Review(.pod, object: #"{"spec":{"containers":[\#(containers.joined(separator: ","))]}}"#)

            let own = try await world.house(policies(of: signers.map { ($0.image, $0.key) }))
            let admitted = try await own.ask(review)
            #expect(admitted.decision == .admitted, "\(admitted.message)")
            let pinned = signers.enumerated().map { index, signer in
                ("/spec/containers/\(index)/image", "\(signer.image)@\(signer.digest)")
            }
            #expect(admitted.patch.replacements == Dictionary(uniqueKeysWithValues: pinned))

            let keys = signers.map(\.key)
            let others = try await world.house(
                policies(of: Array(zip(signers.map(\.image), keys.dropFirst() + keys.prefix(1)))))
            let refused = try await others.ask(review)
            #expect(refused.decision == .refused)
            #expect(refused.lines.count == signers.count)
            #expect(refused.lines.allSatisfy { $0.contains("which is not in the key ring") })
        }

        private static let algorithms = [
            "rsa2048", "rsa3072", "rsa4096", "dsa2048", "ed25519", "nistp256", "nistp384", "nistp521",
            "brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1", "secp256k1",
        ]

        /// - Returns: the image's name without its tag, and its digest.
        private func push(as name: String, by key: GPG.Key, in ring: GPG) async throws -> (String, String) {
            let skopeo = try Skopeo(
                registry: world.registry, authority: world.identity.authority.authority, staging: world.store.staging)
            let image = try await OCIImage(text: name)
            try await skopeo.push(image, as: "\(name):1.0", signature: Skopeo.Signature(ring: ring, key: key))
            return ("\(world.registry.address)/\(name)", image.digest)
        }

        private func policies(of signers: [(image: String, key: [UInt8])]) -> [String] {
            signers.enumerated().flatMap { index, signer in
                let simple = Manifest.simple(
                    store: world.store.url, Manifest.signedBy("key\(index)", in: "keys"))
                return [
                    Manifest.cluster(["\(signer.image):*": simple], name: "kind\(index)"),
                    Manifest.key("key\(index)", in: "keys", signer.key),
                ]
            }
        }
    }
}
