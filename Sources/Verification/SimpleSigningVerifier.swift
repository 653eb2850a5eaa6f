package import OpenPGP
package import Policies
package import Primitives
package import Registry

/// A stored signature that proves a digest under a name, by a trusted key.
///
/// Only this file makes one.
package struct VerifiedSignature: Hashable, Sendable {
    /// The key that the policy trusts.
    package let primaryFingerprint: Fingerprint
    /// The key that signed: the same, or a subkey of it.
    package let signingFingerprint: Fingerprint
    /// The name that was signed, normalised.
    package let reference: ImageReference
    /// The manifest that was signed.
    package let digest: ImageDigest
    /// When the signature was made, by the signer's clock.
    package let created: Timestamp
    /// The program that made it, by its own account.
    package let creator: String?
    /// When it was made by that program's account.
    package let timestamp: Timestamp?

    fileprivate init(_ message: VerifiedMessage, _ payload: SimpleSigningPayload, digest: ImageDigest) {
        primaryFingerprint = message.primaryFingerprint
        signingFingerprint = message.signingFingerprint
        reference = payload.reference
        self.digest = digest
        created = message.created
        creator = payload.creator
        timestamp = payload.timestamp
    }
}

/// The answer about one stored signature.
package enum SignatureVerdict: Sendable {
    case verified(VerifiedSignature)
    case refused(SignatureFault)
}

/// The answer about all stored signatures of an image.
package enum SignaturesVerdict: Sendable {
    /// As many as are asked for, each by another key.
    case verified([VerifiedSignature])
    case refused(Refusal.Reason)
}

/// Holds stored signatures against one `signedBy` requirement: the keys and the names that it accepts.
package struct SimpleSigningVerifier: Sendable {
    private let messages: MessageVerifier
    private let identity: SignedIdentity
    private let threshold: Int
    /// The keys behind the certificates of the ring.
    private let keys: [Fingerprint: [UInt8]]

    /// - Parameter threshold: by how many different keys there must be a signature.
    package init(keyRing: KeyRing, identity: SignedIdentity, threshold: Int = 1) {
        messages = MessageVerifier(keyRing: keyRing)
        self.identity = identity
        self.threshold = threshold
        keys = Dictionary(keyRing.certificates.map { ($0.fingerprint, $0.primaryKeyInfo) }) { first, _ in first }
    }

    /// Whether enough of the stored signatures are accepted, of which nothing was read before.
    ///
    /// - Throws: `VerificationError` where they are not and something among them is no signature, OpenSSL could not tell,
    ///   or the time was up.
    package func verify(
        _ blobs: [[UInt8]], of image: ImageReference, digest: ImageDigest, at now: Timestamp, by deadline: Deadline
    ) async throws(VerificationError) -> SignaturesVerdict {
        let stored = StoredSignatures(reading: blobs)
        let verdict = try await verify(stored.signatures, of: image, digest: digest, at: now, by: deadline)
        if case .refused = verdict, let doubt = stored.doubt { throw doubt }
        return verdict
    }

    /// Whether enough of the stored signatures are accepted. A bad one beside them does no harm, or anybody who can add
    /// to the store could keep the image out.
    ///
    /// Signatures are counted by the primary key behind them: neither two signatures of one key, nor two of its subkeys,
    /// nor two certificates of the same key are two signers (CVE-2020-6174 of TUF).
    ///
    /// To verify one takes milliseconds, and there may be many: between them others get their turn, and nothing goes on
    /// when nobody waits any more.
    ///
    /// - Throws: `VerificationError` only where OpenSSL could not tell, or the time was up.
    func verify(
        _ signatures: [StoredSignature], of image: ImageReference, digest: ImageDigest, at now: Timestamp,
        by deadline: Deadline
    ) async throws(VerificationError) -> SignaturesVerdict {
        var faults: [SignatureFault] = []
        var accepted: [VerifiedSignature] = []
        var signers: Set<[UInt8]> = []
        for signature in signatures {
            guard !deadline.hasPassed, !Task.isCancelled else {
                throw .outOfTime(verified: faults.count, of: signatures.count)
            }
            switch try verify(signature, of: image, digest: digest, at: now) {
            case .verified(let signature):
                guard signers.insert(keys[signature.primaryFingerprint] ?? []).inserted else { break }
                accepted.append(signature)
                guard accepted.count < threshold else { return .verified(accepted) }
            case .refused(let fault): faults.append(fault)
            }
            await Task.yield()
        }
        guard accepted.isEmpty else {
            return .refused(.tooFewSigners(accepted.map(\.primaryFingerprint), of: threshold, faults))
        }
        return .refused(faults.isEmpty ? .unsigned : .noAcceptedSignature(faults))
    }

    /// Whether one stored signature is accepted. Nil for a signature of another family.
    ///
    /// - Parameter number: its place in the store, for messages.
    package func verify(
        _ blob: [UInt8], number: Int, of image: ImageReference, digest: ImageDigest, at now: Timestamp
    ) throws(VerificationError) -> SignatureVerdict? {
        guard let signature = try StoredSignature(reading: blob, number: number) else { return nil }
        return try verify(signature, of: image, digest: digest, at: now)
    }

    /// The OpenPGP message first, and what it says only after that.
    private func verify(
        _ signature: StoredSignature, of image: ImageReference, digest: ImageDigest, at now: Timestamp
    ) throws(VerificationError) -> SignatureVerdict {
        let message: UnverifiedMessage
        switch signature.message {
        case .success(let readable): message = readable
        case .failure(let error): return .refused(.unreadable(error))
        }
        let verdict: MessageVerdict
        do throws(OpenPGPError) {
            verdict = try messages.verify(message, at: now)
        } catch {
            throw .cryptography(error)
        }
        return switch verdict {
        case .verified(let message): judge(message, of: image, digest: digest)
        case .refused(let refusal): .refused(.untrusted(refusal))
        }
    }

    /// Digest before name, as containers/image does, so that the reason is the same.
    private func judge(_ message: VerifiedMessage, of image: ImageReference, digest: ImageDigest) -> SignatureVerdict {
        let payload: SimpleSigningPayload
        do throws(PayloadError) {
            payload = try SimpleSigningPayload(parsing: message.content)
        } catch {
            return .refused(.unusablePayload(error))
        }
        guard payload.digest == digest else {
            return .refused(.otherDigest(payload.digest))
        }
        guard identity.accepts(payload.reference, for: image) else {
            return .refused(.otherIdentity(payload.reference))
        }
        return .verified(VerifiedSignature(message, payload, digest: digest))
    }
}
