internal import OpenPGP
internal import Policies
internal import Primitives
internal import Registry

/// Whether the bytes with a digest show what is asked for: an accepted signature for each `signedBy`.
enum Proof: Sendable {
    case proven([VerifiedSignature])
    case refused(Refusal.Reason)
}

/// One attempt to prove one image by its signatures.
struct Proving: Sendable {
    let facts: ImageFacts
    let demand: VerificationDemand
    /// With its tag.
    let image: ImageReference
    let reliance: Reliance
    let now: Timestamp
    let deadline: Deadline

    /// Proves what was found, and what it lists.
    func prove(_ found: FoundManifest) async throws(VerificationError) -> Proof {
        let proof = try await prove(found.digest, found.signatureExtension)
        guard case .proven = proof, let reason = try await objection(to: found) else { return proof }
        return .refused(reason)
    }

    /// Looks where signatures are known to be, and only where that is not enough whether the registry has some of which it
    /// said nothing yet: most registries have none, and are not asked for them each time.
    private func prove(
        _ digest: ImageDigest, _ signatureExtension: SignatureExtension
    ) async throws(VerificationError) -> Proof {
        let stores = demand.simple.stores.map(SignaturePlace.store)
        let isAnnounced = isAnnounced(signatureExtension)
        var stored = await signatures(of: digest, in: stores + (isAnnounced ? [.registry] : []))
        var proof = try await judge(stored, digest)
        if case .refused = proof, !isAnnounced, signatureExtension != .mirrored {
            let more = await unannouncedSignatures(of: digest)
            stored.add(more)
            if !more.signatures.isEmpty { proof = try await judge(stored, digest) }
        }
        if case .refused = proof, let doubt = stored.doubt { throw doubt }
        return proof
    }

    /// Whether these signatures are enough.
    private func judge(
        _ stored: StoredSignatures, _ digest: ImageDigest
    ) async throws(VerificationError) -> Proof {
        var accepted: [VerifiedSignature] = []
        for case .signedBy(let signedBy) in demand.simple.requirements {
            let verifier = try SimpleSigningVerifier(
                keyRing: demand.keyRing(for: signedBy), identity: signedBy.identity, threshold: signedBy.threshold)
            switch try await verifier.verify(stored.signatures, of: image, digest: digest, at: now, by: deadline) {
            case .verified(let signatures): accepted += signatures
            case .refused(let reason): return .refused(reason)
            }
        }
        return .proven(accepted)
    }
}

// Where the signatures are.
extension Proving {
    private func isAnnounced(_ signatureExtension: SignatureExtension) -> Bool {
        switch signatureExtension {
        case .announced: true
        case .unannounced: facts.knowsAnnouncement(for: image, relying: reliance)
        case .mirrored: false
        }
    }

    /// What these places have, all of them asked at the same time; nothing where the policy asks for no signature.
    private func signatures(of digest: ImageDigest, in places: [SignaturePlace]) async -> StoredSignatures {
        guard !demand.simple.requirements.allSatisfy({ $0 == .insecureAcceptAnything }) else {
            return StoredSignatures()
        }
        // For a single place, as most images have, a task of its own costs more than it brings.
        if places.count == 1 { return await signatures(of: digest, in: places[0]) }
        let found = await places.concurrentMap { await signatures(of: digest, in: $0) }
        return found.reduce(into: StoredSignatures()) { $0.add($1) }
    }

    private func signatures(of digest: ImageDigest, in place: SignaturePlace) async -> StoredSignatures {
        do throws(VerificationError) {
            return try await facts.signatures(of: digest, demand, in: place, relying: reliance, by: deadline)
        } catch {
            return StoredSignatures(doubt: error)
        }
    }

    /// What the registry has that did not say with the manifest that it keeps signatures.
    private func unannouncedSignatures(of digest: ImageDigest) async -> StoredSignatures {
        do throws(VerificationError) {
            guard try await facts.announcement(for: image, relying: reliance, by: deadline) else {
                return StoredSignatures()
            }
        } catch {
            return StoredSignatures(doubt: error)
        }
        return await signatures(of: digest, in: .registry)
    }
}

// The manifests of an index.
extension Proving {
    /// Why the manifests of an index are not all proven; nil if they are. The first in the index's order is named.
    ///
    /// Each may be signed under the same names as the index, which is how `skopeo copy --all --sign-by` signs them.
    private func objection(
        to found: FoundManifest
    ) async throws(VerificationError) -> Refusal.Reason? {
        let manifests: [PlatformManifest]
        switch found.platforms {
        case .success(let list): manifests = list
        case .failure(let problem): return .unusableIndex(problem)
        }
        for batch in manifests.batches(of: Limits.manifestsAtATime) {
            for (manifest, proof) in zip(batch, await batch.concurrentMap { await proof(of: $0, found) }) {
                if case .refused(let reason) = try proof.get() { return .platform(manifest, reason) }
            }
        }
        return nil
    }

    private func proof(of manifest: PlatformManifest, _ found: FoundManifest) async -> Result<Proof, VerificationError>
    {
        do throws(VerificationError) {
            return .success(try await prove(manifest.digest, found.signatureExtension))
        } catch {
            return .failure(error)
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
            throw .noKeyRing(secret: signedBy.keySecrets.first?.name ?? "")
        }
        return keyRing
    }
}
