internal import Kubernetes
internal import OpenPGP
package import Policies
package import Primitives
package import Registry
package import Verification

/// Examines one image: which policy entry speaks of it, what that asks, and whether the registry proves it.
package struct ImageExaminer: Sendable {
    private let verifier: ImageVerifier
    /// What to do about keys whose namespace a cluster policy leaves open.
    let keyRule: KeyNamespaceRule
    private let ownKeychain: @Sendable () -> Keychain
    private let keyRings = KeyRingReader()

    /// - Parameters:
    ///   - keyRule: what to do about keys whose namespace a cluster policy leaves open.
    ///   - ownKeychain: Ostiary's own credentials as they are now, which come after those of the workload.
    package init(
        verifier: ImageVerifier, keyRule: KeyNamespaceRule,
        ownKeychain: @escaping @Sendable () -> Keychain = { Keychain() }
    ) {
        self.verifier = verifier
        self.keyRule = keyRule
        self.ownKeychain = ownKeychain
    }

    /// Examines an image to the end.
    ///
    /// - Parameters:
    ///   - image: exactly as the object names it.
    ///   - store: the policies of this review, the same for all of its images.
    ///   - endpoint: where it was asked: only at `.admit` is an image bound to what was verified.
    package func examine(
        _ image: String, pulling secrets: PullSecrets, under store: PolicyStore, at endpoint: Endpoint,
        by deadline: Deadline
    ) async -> Examination {
        switch begin(image, pulling: secrets, under: store, at: endpoint) {
        case .ended(let examination): examination
        case .open(let question): await end(question, by: deadline)
        }
    }

    /// How far an examination comes without asking anybody.
    enum Beginning: Sendable {
        case ended(Examination)
        case open(Question)
    }

    /// What is left to be asked of registries about one image.
    struct Question: Sendable {
        let image: String
        fileprivate let match: PolicyMatch
        fileprivate let requirement: Requirement
        fileprivate let demand: VerificationDemand
        fileprivate let secretProblems: [String]
        fileprivate let warnings: [String]
    }

    /// Everything about an image that needs no waiting: its name, its policy, and the keys that this asks for.
    func begin(
        _ image: String, pulling secrets: PullSecrets, under store: PolicyStore, at endpoint: Endpoint
    ) -> Beginning {
        let reference: ImageReference
        do throws(RegistryError) {
            reference = try ImageReference(parsing: image)
        } catch {
            return .ended(Examination(image: image, outcome: .refused(Objection(error))))
        }
        switch store.resolve(image: image, in: secrets.namespace) {
        case .refused(let absence, let message):
            return .ended(Examination(image: image, outcome: .refused(Objection(ReasonCode(absence), message))))
        case .matched(let match): return begin(image, reference, match, pulling: secrets, under: store, at: endpoint)
        }
    }

    private func begin(
        _ image: String, _ reference: ImageReference, _ match: PolicyMatch, pulling secrets: PullSecrets,
        under store: PolicyStore, at endpoint: Endpoint
    ) -> Beginning {
        var warnings: [String] = []
        do throws(VerificationError) {
            let requirement = try Self.requirement(of: match)
            guard !requirement.isEmpty else {
                return .ended(Examination(image: image, policy: match, outcome: .notRequired))
            }
            guard let simple = requirement.simple, UnenforcedBlock.first(in: requirement) == nil else {
                // The parser lets no such entry through. Should it ever, this is no proof.
                let objection = Objection(.policyUnusable, "the policy asks for what this version does not enforce")
                return .ended(Examination(image: image, policy: match, outcome: .undecided(objection)))
            }
            let rings = try keyRings(for: simple, match, secrets.namespace, in: store, warnings: &warnings)
            let demand = VerificationDemand(
                image: reference, simple: simple, multiArch: requirement.multiArch, keyRings: rings,
                storeCredential: try storeCredential(for: simple, secrets.namespace, in: store),
                credentials: secrets.credentials(for: reference, then: ownKeychain()),
                pullsAnonymously: requirement.pullsAnonymously,
                isBound: endpoint == .admit && requirement.mutatesImage, lastGood: requirement.lastGood)
            return .open(
                Question(
                    image: image, match: match, requirement: requirement, demand: demand,
                    secretProblems: secrets.problems, warnings: warnings))
        } catch {
            let outcome = Examination.Outcome.undecided(Objection(error))
            return .ended(Examination(image: image, policy: match, outcome: outcome, warnings: warnings))
        }
    }

    /// Asks the registry, and decides.
    func end(_ question: Question, by deadline: Deadline) async -> Examination {
        let outcome: Examination.Outcome
        var warnings = question.warnings
        do throws(VerificationError) {
            switch try await verifier.verify(question.demand, by: deadline) {
            case .refused(let refusal): outcome = .refused(Objection(refusal))
            case .verified(let verified):
                outcome = .verified(verified, pin: Self.pin(verified, answering: question))
                if let reason = verified.unavailability {
                    warnings.append("admitted by what was known before: \(reason)")
                }
            }
        } catch {
            outcome = .undecided(
                Objection(error, shown: question.demand.credentials, secretProblems: question.secretProblems))
        }
        return Examination(image: question.image, policy: question.match, outcome: outcome, warnings: warnings)
    }

    /// The name to run the image under: the one it has, when that is bound to what was verified already, however it is
    /// spelled.
    private static func pin(_ verified: VerifiedImage, answering question: Question) -> String? {
        guard question.requirement.mutatesImage else { return nil }
        return question.demand.image.digest == verified.digest
            ? question.image : verified.pinnedName(as: question.requirement.pinStyle)
    }

    private static func requirement(of match: PolicyMatch) throws(VerificationError) -> Requirement {
        do throws(PolicyError) { return try match.requirement() } catch { throw .policy(error) }
    }

    private func keyRings(
        for simple: SimpleSigning, _ match: PolicyMatch, _ namespace: String, in store: PolicyStore,
        warnings: inout [String]
    ) throws(VerificationError) -> [SignedBy: KeyRing] {
        var rings: [SignedBy: KeyRing] = [:]
        for case .signedBy(let signedBy) in simple.requirements where rings[signedBy] == nil {
            var found: [FoundKey] = []
            for secret in signedBy.keySecrets {
                let lookup = KeySecretLookup(
                    ofKey: secret, in: match.policy, workloadNamespace: namespace, rule: keyRule)
                let key = try Self.key(for: lookup, in: store)
                if let warning = key.warning { warnings.append(warning) }
                found.append(key)
            }
            rings[signedBy] = try keyRings.read(found)
        }
        return rings
    }

    private func storeCredential(
        for simple: SimpleSigning, _ namespace: String, in store: PolicyStore
    ) throws(VerificationError) -> Credential? {
        guard let secret = simple.storeSecret else { return nil }
        let lookup = KeySecretLookup(ofStore: secret, workloadNamespace: namespace, rule: keyRule)
        do throws(PolicyError) { return try store.storeCredential(for: lookup) } catch { throw .policy(error) }
    }

    private static func key(
        for lookup: KeySecretLookup, in store: PolicyStore
    ) throws(VerificationError) -> FoundKey {
        do throws(PolicyError) { return try store.key(for: lookup) } catch { throw .policy(error) }
    }
}
