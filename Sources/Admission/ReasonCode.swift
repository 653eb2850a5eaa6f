internal import HTTP
internal import Kubernetes
internal import OpenPGP
internal import Policies
internal import Registry
internal import Verification

/// Why an image, or a whole object, may not run, as a word to count and to search for.
///
/// The set is closed: a code is chosen from what was found out, never from a text, and none is made from a request.
package enum ReasonCode: String, CaseIterable, Sendable {
    // The request.

    /// No AdmissionReview, or one whose request cannot be read.
    case malformedReview = "malformed_review"
    /// The object does not have the shape of its kind.
    case malformedObject = "malformed_object"
    /// The object names more than can be reviewed in time.
    case tooMany = "too_many"
    /// No registry understands the image's name, or nothing can prove its digest.
    case invalidName = "invalid_name"

    // The policy.

    /// There is no policy at all.
    case noPolicy = "no_policy"
    /// No entry of the policies speaks of the image.
    case noMatch = "no_match"
    /// The policy admits no such image.
    case rejected
    /// The entry cannot be used.
    case policyUnusable = "policy_unusable"
    /// The Secret with the key ring is not there, or has no key.
    case keyMissing = "key_missing"
    /// What the Secret holds is no usable key ring.
    case keyUnusable = "key_unusable"

    /// The API server did not tell what the Secret with the key ring holds.
    case clusterUnavailable = "cluster_unavailable"

    // The signatures.

    /// There is none.
    case unsigned
    /// There are some, and none was made by a key that the policy trusts and that is good today.
    case untrustedKey = "untrusted_key"
    /// Some of the keys signed, and the policy asks for more of them.
    case tooFewSigners = "too_few_signers"
    /// A stored signature is broken, too weak or expired.
    case badSignature = "bad_signature"
    /// A trusted key signed another manifest.
    case digestMismatch = "digest_mismatch"
    /// A trusted key signed this manifest under another name.
    case identity
    /// The manifests of an index, which the policy wants proven too, cannot be listed.
    case unusableIndex = "unusable_index"
    /// What is stored as a signature is none.
    case unreadableSignature = "unreadable_signature"

    // The network.

    /// The registry has no such image.
    case notFound = "not_found"
    /// The registry wants another credential.
    case registryUnauthorised = "registry_unauthorised"
    /// The registry or its token service gave no answer.
    case registryUnreachable = "registry_unreachable"
    /// The host has an address that is never asked: the cloud's metadata, the API server and the like.
    case addressRefused = "address_refused"
    /// The registry or its token service gave an answer that is of no use.
    case registryFailed = "registry_failed"
    /// The registry sent other bytes than those that the digest names.
    case contentMismatch = "content_mismatch"
    /// Somebody asked too often.
    case rateLimited = "rate_limited"
    /// The signature store, or the registry where it keeps signatures itself, gave no usable answer.
    case storeUnavailable = "store_unavailable"
    /// The time was up.
    case deadline
    /// The API server hung up.
    case cancelled
    /// A fault of this program.
    case other
}

// MARK: - From what was found out

extension ReasonCode {
    init(_ error: KubernetesError) {
        self =
            switch error {
            case .unreadableReview, .notAReview, .missingRequest, .malformedRequest: .malformedReview
            case .malformedObject: .malformedObject
            case .tooManyImages, .tooManyPullSecrets: .tooMany
            }
    }

    init(_ absence: Resolution.Absence) {
        self =
            switch absence {
            case .noPolicy: .noPolicy
            case .noMatch: .noMatch
            }
    }

    init(_ reason: Refusal.Reason) {
        self =
            switch reason {
            case .rejectedByPolicy: .rejected
            case .unsigned: .unsigned
            case .noAcceptedSignature(let faults): Self.nearest(to: faults)
            case .tooFewSigners: .tooFewSigners
            case .unprovableDigest: .invalidName
            case .unusableIndex: .unusableIndex
            case .platform(_, let reason): ReasonCode(reason)
            }
    }

    init(_ error: VerificationError) {
        self =
            switch error {
            case .registry(let error): ReasonCode(error)
            case .policy(let error): ReasonCode(error)
            case .keyRing: .keyUnusable
            case .unreadableSignature: .unreadableSignature
            case .outOfTime, .late: .deadline
            case .cancelled: .cancelled
            case .noKeyRing, .noRequirements, .cryptography: .other
            }
    }

    private init(_ error: PolicyError) {
        self =
            switch error {
            case .notAPolicy, .unreadable, .unusable, .notEnforced, .duplicate: .policyUnusable
            case .keySecretNotFound, .keyMissing, .keyNamespaceUnknown: .keyMissing
            case .keyUnavailable: .clusterUnavailable
            case .storeSecretUnusable: .storeUnavailable
            }
    }

    init(_ error: RegistryError) {
        self =
            switch error {
            case .invalidReference, .invalidDigest, .unprovableDigest, .invalidHost: .invalidName
            case .invalidDockerConfig: .other
            case .unreachable(_, .timedOut): .deadline
            case .unreachable(_, .cancelled): .cancelled
            case .unreachable(_, .addressRefused): .addressRefused
            case .afterMirrors(_, let error): ReasonCode(error)
            case .unusableMirrors: .registryUnreachable
            case .rateLimited: .rateLimited
            case .tooManySignatures, .emptySignature: .unreadableSignature
            case .unreadableFolder, .unusableSignatureList: .storeUnavailable
            case .unreachable(let peer, _): Self.of(peer, .registryUnreachable)
            case .unauthorised(let peer, _, _): Self.of(peer, .registryUnauthorised)
            case .notFound(let peer, _, _): Self.of(peer, .notFound)
            case .digestMismatch(let peer, _, _): Self.of(peer, .contentMismatch)
            case .unexpectedStatus(let peer, _, _), .tooLarge(let peer, _), .unsupportedAuthentication(let peer, _),
                .unusableRealm(let peer, _), .unusableToken(let peer, _), .unusableManifest(let peer, _):
                Self.of(peer, .registryFailed)
            }
    }

    /// Whatever is wrong with a signature store, the store is what has to be looked at.
    private static func of(_ peer: RegistryError.Peer, _ code: ReasonCode) -> ReasonCode {
        switch peer.role {
        case .signatureStore, .signatureExtension: .storeUnavailable
        case .registry, .mirror, .tokenService: code
        }
    }

    /// Of several refused signatures the one that came nearest to being accepted says most.
    private static func nearest(to faults: [SignatureFault]) -> ReasonCode {
        let codes = faults.map(ReasonCode.init)
        return [.identity, .digestMismatch, .badSignature, .untrustedKey].first(where: codes.contains) ?? .other
    }

    private init(_ fault: SignatureFault) {
        self =
            switch fault {
            case .otherFamily: .unsigned
            case .unreadable, .unusablePayload: .badSignature
            case .untrusted(let refusal): ReasonCode(refusal)
            case .otherDigest: .digestMismatch
            case .otherIdentity: .identity
            }
    }

    private init(_ refusal: MessageRefusal) {
        self =
            switch refusal {
            case .unknownKey, .unusableKey, .unsupportedKey, .weakKey, .expiredKey, .revokedKey, .keyNotYetValid,
                .wrongUsage,
                .noBackSignature:
                .untrustedKey
            case .noIssuer, .badSignature, .expiredSignature, .futureSignature, .signatureBeforeKey,
                .unknownRestriction, .weakDigest, .shortDigest:
                .badSignature
            }
    }
}
