import HTTP
import OpenPGP
import Policies
import Primitives
import Registry
import Support

/// Two people with a key each, who sign with the real gpg.
struct Signers {
    let gpg: GPG
    let release: GPG.Key
    let other: GPG.Key

    init() async throws {
        gpg = try GPG()
        release = try await gpg.makeKey("release", algorithm: "ed25519")
        other = try await gpg.makeKey("other", algorithm: "ed25519")
    }

    /// The keys as a policy has them.
    func ring(_ keys: GPG.Key...) async throws -> KeyRing {
        try KeyRing(parsing: await gpg.run(["--export", "--armor"] + keys.map(\.fingerprint)).standardOutput)
    }

    /// What a store holds for the statement that these bytes go by this name.
    func sign(_ digest: ImageDigest, as reference: String, by key: GPG.Key) async throws -> [UInt8] {
        try await gpg.sign(statement(digest, reference), by: key)
    }
}

/// A simple-signing payload.
func statement(_ digest: ImageDigest, _ reference: String) -> [UInt8] {
    let text = """
        {"critical":{"identity":{"docker-reference":"\(reference)"},"image":{"docker-manifest-digest":"\(digest)"},\
        "type":"atomic container signature"},"optional":{"creator":"a test","timestamp":1795283136}}
        """
    return Array(text.utf8)
}

/// A Sigstore signature as a store holds it.
let sigstoreBlob = Array("\0sigstore-json\n{}".utf8)

/// A requirement of a policy.
func signedBy(_ secret: String, _ identity: SignedIdentity = .matchRepoDigestOrExact, threshold: Int = 1) -> SignedBy {
    SignedBy(
        keySecrets: [NamedSecret(name: secret, location: .namespace("shop"))], identity: identity,
        threshold: threshold)
}

extension SimpleSigning {
    /// With one store, or none.
    init(requirements: [SimpleRequirement], storeURL: URL?) {
        self.init(requirements: requirements, stores: [storeURL.map(SignatureLocation.server)].compactMap(\.self))
    }
}

/// The manifest of a small image.
let manifest = #"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{},"layers":[]}"#
/// The manifest of another one.
let otherManifest = manifest + "\n"
let digest = ImageDigest.sha256(of: Array(manifest.utf8))
let otherDigest = ImageDigest.sha256(of: Array(otherManifest.utf8))
