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
        let proof = try await prove(found.digest)
        guard case .proven = proof, let reason = try await objection(to: found.platforms) else { return proof }
        return .refused(reason)
    }

    private func prove(_ digest: ImageDigest) async throws(VerificationError) -> Proof {
        let stored = await signatures(of: digest)
        var accepted: [VerifiedSignature] = []
        for case .signedBy(let signedBy) in demand.simple.requirements {
            let verifier = try SimpleSigningVerifier(
                keyRing: demand.keyRing(for: signedBy), identity: signedBy.identity, threshold: signedBy.threshold)
            switch try await verifier.verify(stored.signatures, of: image, digest: digest, at: now, by: deadline) {
            case .verified(let signatures): accepted += signatures
            case .refused(let reason):
                if let doubt = stored.doubt { throw doubt }
                return .refused(reason)
            }
        }
        return .proven(accepted)
    }

    /// What the stores have, all of them asked at the same time; nothing where the policy names none, or asks for no
    /// signature.
    private func signatures(of digest: ImageDigest) async -> StoredSignatures {
        guard !demand.simple.requirements.allSatisfy({ $0 == .insecureAcceptAnything }) else {
            return StoredSignatures()
        }
        let stores = demand.simple.stores
        // For a single store, as most policies name, a task of its own costs more than it brings.
        if stores.count == 1 { return await signatures(of: digest, in: stores[0]) }
        let found = await stores.concurrentMap { await signatures(of: digest, in: $0) }
        return found.reduce(into: StoredSignatures()) { $0.add($1) }
    }

    private func signatures(of digest: ImageDigest, in store: SignatureLocation) async -> StoredSignatures {
        do throws(VerificationError) {
            return try await facts.signatures(of: digest, demand, in: store, relying: reliance, by: deadline)
        } catch {
            return StoredSignatures(doubt: error)
        }
    }
}

// The manifests of an index.
extension Proving {
    /// Why these manifests of an index are not all proven; nil if they are. The first in the index's order is named.
    ///
    /// Each may be signed under the same names as the index, which is how `skopeo copy --all --sign-by` signs them.
    private func objection(
        to platforms: Result<[PlatformManifest], Manifest.Problem>
    ) async throws(VerificationError) -> Refusal.Reason? {
        let manifests: [PlatformManifest]
        switch platforms {
        case .success(let list): manifests = list
        case .failure(let problem): return .unusableIndex(problem)
        }
        for batch in manifests.batches(of: Limits.manifestsAtATime) {
            for (manifest, proof) in zip(batch, await batch.concurrentMap { await proof(of: $0) }) {
                if case .refused(let reason) = try proof.get() { return .platform(manifest, reason) }
            }
        }
        return nil
    }

    private func proof(of manifest: PlatformManifest) async -> Result<Proof, VerificationError> {
        do throws(VerificationError) {
            return .success(try await prove(manifest.digest))
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
