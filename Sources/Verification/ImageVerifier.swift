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
    /// The key ring of each `signedBy` among the requirements.
    package let keyRings: [SignedBy: KeyRing]
    /// What may be shown to the image's registry.
    package let credentials: [Credential]

    package init(
        image: ImageReference, simple: SimpleSigning, keyRings: [SignedBy: KeyRing], credentials: [Credential]
    ) {
        self.image = image
        self.simple = simple
        self.keyRings = keyRings
        self.credentials = credentials
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
        // Only the digest is kept: the manifest may have megabytes, and waiting for signatures takes a while.
        let digest = try await manifest(of: image, credentials: demand.credentials, by: deadline).digest
        // Nothing beside it can change this answer, so nobody is asked for signatures.
        if demand.simple.requirements.contains(.reject) {
            return .refused(Refusal(.rejectedByPolicy(image), digest: digest))
        }
        let stored = try await signatures(of: digest, demand, by: deadline)
        var accepted: [VerifiedSignature] = []
        for case .signedBy(let signedBy) in demand.simple.requirements {
            let verifier = try SimpleSigningVerifier(
                keyRing: demand.keyRing(for: signedBy), identity: signedBy.identity)
            switch try await verifier.verify(stored, of: image, digest: digest, at: now, by: deadline) {
            case .verified(let signature): accepted.append(signature)
            case .refused(let reason): return .refused(Refusal(reason, digest: digest))
            }
        }
        return .verified(VerifiedImage(reference: image, digest: digest, signatures: accepted))
    }

    private func manifest(
        of image: ImageReference, credentials: [Credential], by deadline: Deadline
    ) async throws(VerificationError) -> Manifest {
        do throws(RegistryError) {
            return try await registry.manifest(for: image, credentials: credentials, by: deadline)
        } catch {
            throw .registry(error)
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

extension VerificationDemand {
    /// A requirement whose key ring was not handed in cannot be checked; it is never skipped.
    fileprivate func keyRing(for signedBy: SignedBy) throws(VerificationError) -> KeyRing {
        guard let keyRing = keyRings[signedBy] else {
            throw .noKeyRing(secret: signedBy.keySecret)
        }
        return keyRing
    }
}
