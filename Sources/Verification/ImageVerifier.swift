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
    /// Why nobody could be asked, where the policy takes what was proven before instead; nil as a rule.
    package let unavailability: VerificationError?

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

    fileprivate init(
        reference: ImageReference, digest: ImageDigest, signatures: [VerifiedSignature],
        insteadOf unavailability: VerificationError? = nil
    ) {
        self.reference = reference
        self.digest = digest
        self.signatures = signatures
        self.unavailability = unavailability
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
    /// What may be shown to the signature stores.
    package let storeCredential: Credential?
    /// What may be shown to the image's registry.
    package let credentials: [Credential]
    /// Whether it is asked without any of them first.
    package let pullsAnonymously: Bool
    /// Whether the image is bound to the digest if it is proven. Only then may what its tag names be remembered.
    package let isBound: Bool
    /// How old what is remembered may be where nobody can be asked; nil to refuse then.
    package let lastGood: Duration?

    package init(
        image: ImageReference, simple: SimpleSigning, multiArch: MultiArch = .index,
        keyRings: [SignedBy: KeyRing], storeCredential: Credential? = nil, credentials: [Credential],
        pullsAnonymously: Bool = true, isBound: Bool = false, lastGood: Duration? = nil
    ) {
        self.image = image
        self.simple = simple
        self.multiArch = multiArch
        self.keyRings = keyRings
        self.storeCredential = storeCredential
        self.credentials = credentials
        self.pullsAnonymously = pullsAnonymously
        self.isBound = isBound
        self.lastGood = lastGood
    }
}

/// Proves images: finds out what the registry has, and holds it against the policy.
///
/// What registries and stores said may be remembered; what follows from it is decided anew each time.
package struct ImageVerifier: Sendable {
    private let facts: ImageFacts
    private let settings: MemorySettings

    package init(
        registry: RegistryClient, store: SignatureStore, memory settings: MemorySettings = .nothing,
        metrics: Metrics = Metrics()
    ) {
        facts = ImageFacts(registry, store, settings, metrics)
        self.settings = settings
    }

    /// Resolves the image once; everything after is about the digest of the bytes that came.
    ///
    /// - Throws: `VerificationError` when it could not be told whether the image satisfies its policy.
    package func verify(
        _ demand: VerificationDemand, at now: Timestamp = .now, by deadline: Deadline
    ) async throws(VerificationError) -> ImageVerdict {
        let start = settings.now()
        let freshness = Freshness(settings, at: start, isBound: demand.isBound)
        guard let lastGood = demand.lastGood, demand.image.digest != nil else {
            return try await decide(demand, freshness, at: now, by: deadline)
        }
        do throws(VerificationError) {
            // Half of the time, so that some is left to say what is known without an answer.
            return try await decide(demand, freshness, at: now, by: deadline.butAtMost(deadline.remaining / 2))
        } catch  where error.isUnavailability {
            let memory = Reliance.memory(since: start - lastGood, insteadOf: error)
            // What was missing then may be there by now: that is no refusal, but still not known.
            guard case .verified(let image) = try await prove(demand, relying: memory, at: now, by: deadline) else {
                throw error
            }
            return .verified(image)
        }
    }

    /// A no is never given for what was remembered for long: what is missing may have been put there since.
    private func decide(
        _ demand: VerificationDemand, _ freshness: Freshness, at now: Timestamp, by deadline: Deadline
    ) async throws(VerificationError) -> ImageVerdict {
        let verdict = try await prove(demand, relying: .asking(freshness), at: now, by: deadline)
        guard case .refused = verdict else { return verdict }
        return try await prove(demand, relying: .asking(freshness.forRefusals), at: now, by: deadline)
    }

    private func prove(
        _ demand: VerificationDemand, relying on: Reliance, at now: Timestamp, by deadline: Deadline
    ) async throws(VerificationError) -> ImageVerdict {
        guard !demand.simple.requirements.isEmpty else { throw .noRequirements }
        let image = demand.image.withDefaultTag()
        // Asking again could not help, so that this is a no.
        if let digest = image.digest, digest.algorithm != .sha256 {
            return .refused(Refusal(.unprovableDigest(image), digest: nil))
        }
        let found = try await facts.manifest(of: image, demand, relying: on, by: deadline)
        let digest = found.digest
        // Nothing beside it can change this answer, so nobody is asked for signatures.
        if demand.simple.requirements.contains(.reject) {
            return .refused(Refusal(.rejectedByPolicy(image), digest: digest))
        }
        let proving = Proving(facts: facts, demand: demand, image: image, reliance: on, now: now, deadline: deadline)
        switch try await proving.prove(found) {
        case .refused(let reason): return .refused(Refusal(reason, digest: digest, stores: demand.simple.stores))
        case .proven(let signatures):
            return .verified(
                VerifiedImage(reference: image, digest: digest, signatures: signatures, insteadOf: on.error))
        }
    }
}
