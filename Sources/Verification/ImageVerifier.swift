package import OpenPGP
package import Policies
package import Primitives
package import Registry

/// An image whose policy was proven satisfied by the bytes that its digest names.
///
/// Only this file makes one.
package struct VerifiedImage: Sendable {
    /// What was asked for, normalised, with its tag if it had one.
    package let reference: ImageReference
    /// The digest of the manifest bytes that were fetched and hashed here.
    package let digest: ImageDigest
    /// The signatures that were accepted, one a `signedBy` requirement.
    package let signatures: [VerifiedSignature]

    /// `name@sha256:…`, which binds whoever pulls it to the bytes that were verified.
    package var pinnedName: String { pinnedName(as: .nameAtDigest) }

    /// The name that binds whoever pulls it to the bytes that were verified, in the form that the policy wants. The tag
    /// is the one that was looked up, so `latest` where none was named; an image by digest alone has none to keep.
    package func pinnedName(as style: PinStyle) -> String {
        let tag =
            switch style {
            case .nameAtDigest: ""
            case .nameTagAtDigest: reference.tag.map { ":\($0)" } ?? ""
            }
        return "\(reference.name)\(tag)@\(digest)"
    }

    fileprivate init(reference: ImageReference, digest: ImageDigest, signatures: [VerifiedSignature]) {
        self.reference = reference
        self.digest = digest
        self.signatures = signatures
    }
}

/// What the registry and the signature store proved about an image.
package enum ImageVerdict: Sendable {
    case verified(VerifiedImage)
    case refused(Refusal)
}

/// One image, and all that its policy asks it to show.
package struct VerificationDemand: Sendable {
    /// As the user named it; the default tag is added by who verifies.
    package let image: ImageReference
    /// What it must show.
    package let simple: SimpleSigning
    /// Whether the manifests of an index must show it too.
    package let multiArch: MultiArch
    /// The key ring of each `signedBy` among the requirements.
    package let keyRings: [SignedBy: KeyRing]
    /// What may be shown to the image's registry.
    package let credentials: [Credential]
    /// Whether it is asked without any of them first.
    package let pullsAnonymously: Bool

    package init(
        image: ImageReference, simple: SimpleSigning, multiArch: MultiArch = .index,
        keyRings: [SignedBy: KeyRing], credentials: [Credential], pullsAnonymously: Bool = true
    ) {
        self.image = image
        self.simple = simple
        self.multiArch = multiArch
        self.keyRings = keyRings
        self.credentials = credentials
        self.pullsAnonymously = pullsAnonymously
    }
}

/// Proves images: fetches what the registry has, once, and holds it against the policy.
package struct ImageVerifier: Sendable {
    private let registry: RegistryClient
    private let store: SignatureStore

    package init(registry: RegistryClient, store: SignatureStore) {
        self.registry = registry
        self.store = store
    }

    /// Resolves the image once; everything after is about the digest of the bytes that came.
    ///
    /// - Throws: `VerificationError` when it could not be told whether the image satisfies its policy.
    package func verify(
        _ demand: VerificationDemand, at now: Timestamp = .now, by deadline: Deadline
    ) async throws(VerificationError) -> ImageVerdict {
        guard !demand.simple.requirements.isEmpty else { throw .noRequirements }
        let image = demand.image.withDefaultTag()
        // Asking again could not help, so that this is a no.
        if let digest = image.digest, digest.algorithm != .sha256 {
            return .refused(Refusal(.unprovableDigest(image), digest: nil))
        }
        let found = try await look(for: image, demand, by: deadline)
        let digest = found.digest
        // Nothing beside it can change this answer, so nobody is asked for signatures.
        if demand.simple.requirements.contains(.reject) {
            return .refused(Refusal(.rejectedByPolicy(image), digest: digest))
        }
        switch try await prove(digest, of: image, demand, at: now, by: deadline) {
        case .refused(let reason): return .refused(Refusal(reason, digest: digest))
        case .proven(let signatures):
            if let reason = try await objection(to: found.platforms, of: image, demand, at: now, by: deadline) {
                return .refused(Refusal(reason, digest: digest))
            }
            return .verified(VerifiedImage(reference: image, digest: digest, signatures: signatures))
        }
    }
}

// What the registry has under the image's name.
extension ImageVerifier {
    /// What is kept of a manifest: it may have megabytes, and waiting for signatures takes a while.
    private struct Found {
        let digest: ImageDigest
        /// The manifests that must be proven beside it.
        let platforms: Result<[PlatformManifest], Manifest.Problem>
    }

    private func look(
        for image: ImageReference, _ demand: VerificationDemand, by deadline: Deadline
    ) async throws(VerificationError) -> Found {
        let manifest: Manifest
        do throws(RegistryError) {
            manifest = try await registry.manifest(
                for: image, credentials: demand.credentials, anonymously: demand.pullsAnonymously, by: deadline)
        } catch {
            throw .registry(error)
        }
        return Found(digest: manifest.digest, platforms: Self.platforms(of: manifest, demand.multiArch))
    }

    private static func platforms(
        of manifest: Manifest, _ multiArch: MultiArch
    ) -> Result<[PlatformManifest], Manifest.Problem> {
        switch multiArch {
        case .index: .success([])
        case .all: Result { () throws(Manifest.Problem) in try manifest.platformManifests() }
        }
    }
}

// What the signatures prove.
extension ImageVerifier {
    /// Whether the bytes with a digest show what is asked for: an accepted signature for each `signedBy`.
    private enum Proof: Sendable {
        case proven([VerifiedSignature])
        case refused(Refusal.Reason)
    }

    private func prove(
        _ digest: ImageDigest, of image: ImageReference, _ demand: VerificationDemand, at now: Timestamp,
        by deadline: Deadline
    ) async throws(VerificationError) -> Proof {
        let stored = try await signatures(of: digest, demand, by: deadline)
        var accepted: [VerifiedSignature] = []
        for case .signedBy(let signedBy) in demand.simple.requirements {
            let verifier = try SimpleSigningVerifier(
                keyRing: demand.keyRing(for: signedBy), identity: signedBy.identity)
            switch try await verifier.verify(stored, of: image, digest: digest, at: now, by: deadline) {
            case .verified(let signature): accepted.append(signature)
            case .refused(let reason): return .refused(reason)
            }
        }
        return .proven(accepted)
    }

    /// Why these manifests of an index are not all proven; nil if they are. The first in the index's order is named.
    ///
    /// Each may be signed under the same names as the index, which is how `skopeo copy --all --sign-by` signs them.
    private func objection(
        to platforms: Result<[PlatformManifest], Manifest.Problem>, of image: ImageReference,
        _ demand: VerificationDemand, at now: Timestamp, by deadline: Deadline
    ) async throws(VerificationError) -> Refusal.Reason? {
        let manifests: [PlatformManifest]
        switch platforms {
        case .success(let list): manifests = list
        case .failure(let problem): return .unusableIndex(problem)
        }
        for batch in manifests.batches(of: Limits.manifestsAtATime) {
            let proofs = await proofs(of: batch, of: image, demand, at: now, by: deadline)
            for (manifest, proof) in zip(batch, proofs) {
                if case .refused(let reason) = try proof.get() { return .platform(manifest, reason) }
            }
        }
        return nil
    }

    private func proofs(
        of manifests: ArraySlice<PlatformManifest>, of image: ImageReference, _ demand: VerificationDemand,
        at now: Timestamp, by deadline: Deadline
    ) async -> [Result<Proof, VerificationError>] {
        await withTaskGroup(of: (Int, Result<Proof, VerificationError>).self) { group in
            for (place, manifest) in manifests.enumerated() {
                group.addTask {
                    do throws(VerificationError) {
                        return (
                            place,
                            .success(try await prove(manifest.digest, of: image, demand, at: now, by: deadline))
                        )
                    } catch {
                        return (place, .failure(error))
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// What the store has; nothing where the policy names none, or asks for no signature.
    private func signatures(
        of digest: ImageDigest, _ demand: VerificationDemand, by deadline: Deadline
    ) async throws(VerificationError) -> [[UInt8]] {
        guard let url = demand.simple.storeURL,
            !demand.simple.requirements.allSatisfy({ $0 == .insecureAcceptAnything })
        else { return [] }
        do throws(RegistryError) {
            return try await store.signatures(for: digest, of: demand.image, in: url, by: deadline)
        } catch {
            throw .registry(error)
        }
    }
}

extension Array {
    fileprivate func batches(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}

extension VerificationDemand {
    /// A requirement whose key ring was not handed in cannot be checked; it is never skipped.
    fileprivate func keyRing(for signedBy: SignedBy) throws(VerificationError) -> KeyRing {
        guard let keyRing = keyRings[signedBy] else {
            throw .noKeyRing(secret: signedBy.keySecret)
        }
        return keyRing
    }
}
