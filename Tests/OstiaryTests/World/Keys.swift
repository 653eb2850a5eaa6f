import Support

/// Who signs.
struct Keys: Sendable {
    struct Signer: Sendable {
        let key: GPG.Key
        /// The public key, as a Secret's `key` holds it.
        let armored: [UInt8]
    }

    let ring: GPG
    /// RSA of 3072 bits; the policies of most tests trust her.
    let alice: Signer
    /// Ed25519; the policies of some tests trust him.
    let bob: Signer
    /// Nobody trusts her.
    let mallory: Signer
    /// Nobody trusts her, with Ed25519.
    let trudy: Signer

    init() async throws {
        let ring = try GPG()
        self.ring = ring
        alice = try await Self.signer("alice", "rsa3072", in: ring)
        bob = try await Self.signer("bob", "ed25519", in: ring)
        mallory = try await Self.signer("mallory", "rsa3072", in: ring)
        trudy = try await Self.signer("trudy", "ed25519", in: ring)
    }

    private static func signer(_ name: String, _ algorithm: String, in ring: GPG) async throws -> Signer {
        let key = try await ring.makeKey(name, algorithm: algorithm)
        return Signer(key: key, armored: try await ring.exportArmored(key))
    }

    func signature(by signer: Signer, as identity: String? = nil) -> Skopeo.Signature {
        Skopeo.Signature(ring: ring, key: signer.key, identity: identity)
    }

    /// A signature made by hand: that the manifest with this digest goes by this name.
    func sign(_ digest: String, as reference: String, by signer: Signer) async throws -> [UInt8] {
        let statement = """
            {"critical":{"identity":{"docker-reference":"\(reference)"},"image":{"docker-manifest-digest":"\(digest)"},\
            "type":"atomic container signature"},"optional":{"creator":"tests","timestamp":1795283136}}
            """
        return try await ring.sign(Array(statement.utf8), by: signer.key)
    }
}
