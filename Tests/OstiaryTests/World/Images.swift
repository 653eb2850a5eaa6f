import Foundation
import Support

/// The images in the registries, under `app/`, as their names say.
struct Images: Sendable {
    /// Digests of manifests.
    let signed: String
    let edwards: String
    let both: String
    let corrected: String
    let unsigned: String
    let forged: String
    let guarded: String
    /// The file of alice's signature of `signed`.
    let signatureFile: String
    let signedManifest: [UInt8]

    init(
        in registry: DockerRegistry, guarded guardedRegistry: DockerRegistry, store: SignatureStoreServer,
        authority: String, keys: Keys
    ) async throws {
        let skopeo = try Skopeo(registry: registry, authority: authority, staging: store.staging)
        let guardedSkopeo = try Skopeo(registry: guardedRegistry, authority: authority, staging: store.staging)
        let (alice, bob) = (keys.signature(by: keys.alice), keys.signature(by: keys.bob))

        let image = try await OCIImage(text: "signed")
        try await skopeo.push(image, as: "app/signed:1.0", signature: alice)
        // The same bytes under a tag and a repository that nobody signed.
        try await skopeo.copy(from: "app/signed:1.0", to: "app/signed:2.0", removingSignatures: true)
        try await skopeo.copy(from: "app/signed:1.0", to: "app/moved:1.0", removingSignatures: true)
        signed = image.digest
        signedManifest = image.manifest
        signatureFile =
            "\(store.staging)/app/signed@\(image.digest.replacingOccurrences(of: ":", with: "="))/signature-1"

        let otherName = keys.signature(by: keys.alice, as: "\(registry.address)/app/other:1.0")
        try await skopeo.push(try await OCIImage(text: "renamed"), as: "app/renamed:1.0", signature: otherName)
        edwards = try await Self.push("edwards", by: bob, with: skopeo)
        unsigned = try await Self.push("unsigned", by: nil, with: skopeo)
        forged = try await Self.push("forged", by: keys.signature(by: keys.mallory), with: skopeo)
        _ = try await Self.push("forgededwards", by: keys.signature(by: keys.trudy), with: skopeo)
        both = try await Self.push("both", by: alice, with: skopeo)
        try await skopeo.copy(from: "app/both:1.0", to: "app/both:1.0", signature: bob)
        corrected = try await Self.push("corrected", by: keys.signature(by: keys.mallory), with: skopeo)
        try await skopeo.copy(from: "app/corrected:1.0", to: "app/corrected:1.0", signature: alice)
        guarded = try await Self.push("guarded", by: alice, with: guardedSkopeo)
    }

    /// Pushes `app/NAME:1.0` and returns its digest.
    private static func push(_ name: String, by signature: Skopeo.Signature?, with skopeo: Skopeo) async throws
        -> String
    {
        let image = try await OCIImage(text: name)
        try await skopeo.push(image, as: "app/\(name):1.0", signature: signature)
        return image.digest
    }
}
