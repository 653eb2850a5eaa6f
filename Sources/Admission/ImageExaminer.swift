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
        switch begin(image, in: secrets.namespace, under: store) {
        case .ended(let examination): examination
        case .open(let question): await end(question, pulling: secrets, under: store, at: endpoint, by: deadline)
        }
    }

    /// How far an examination comes with the image's name and the policies alone.
    enum Beginning: Sendable {
        case ended(Examination)
        case open(Question)
    }

    /// What a policy asks of an image that only its registry can answer.
    struct Question: Sendable {
        let image: String
        fileprivate let reference: ImageReference
        fileprivate let match: PolicyMatch
        fileprivate let requirement: Requirement
        fileprivate let simple: SimpleSigning
    }

    /// Finds the policy entry that speaks of an image. That ends most examinations that a cluster asks for.
    func begin(_ image: String, in namespace: String, under store: PolicyStore) -> Beginning {
        do throws(RegistryError) {
            try ImageReference.check(image)
            switch store.resolve(image: image, in: namespace) {
            case .refused(let absence, let message):
                return .ended(Examination(image: image, outcome: .refused(Objection(ReasonCode(absence), message))))
            case .matched(let match) where match.asksNothing:
                return .ended(Examination(image: image, policy: match, outcome: .notRequired))
            case .matched(let match): return begin(image, try ImageReference(parsing: image), match)
            }
        } catch {
            return .ended(Examination(image: image, outcome: .refused(Objection(error))))
        }
    }

    private func begin(_ image: String, _ reference: ImageReference, _ match: PolicyMatch) -> Beginning {
        let objection: Objection
        do throws(PolicyError) {
            let requirement = try match.requirement()
            if let simple = requirement.simple, UnenforcedBlock.first(in: requirement) == nil {
                return .open(
                    Question(
                        image: image, reference: reference, match: match, requirement: requirement, simple: simple))
            }
            // The parser lets no such entry through. Should it ever, this is no proof.
            objection = Objection(.policyUnusable, "the policy asks for what this version does not enforce")
        } catch {
            objection = Objection(.policy(error))
        }
        return .ended(Examination(image: image, policy: match, outcome: .undecided(objection)))
    }

    /// Fetches the keys and credentials that a question needs, asks the registry, and decides.
    ///
    /// - Parameters:
    ///   - secrets: those that the workload names, in its namespace.
    ///   - store: the policies of this review, with the objects that they name.
    func end(
        _ question: Question, pulling secrets: PullSecrets, under store: PolicyStore, at endpoint: Endpoint,
        by deadline: Deadline
    ) async -> Examination {
        var warnings: [String] = []
        var shown: [Credential] = []
        let outcome: Examination.Outcome
        do throws(VerificationError) {
            let demand = try demand(question, pulling: secrets, under: store, at: endpoint, warnings: &warnings)
            shown = demand.credentials
            switch try await verifier.verify(demand, by: deadline) {
            case .refused(let refusal): outcome = .refused(Objection(refusal))
            case .verified(let verified):
                outcome = .verified(verified, pin: Self.pin(verified, answering: question))
                if let reason = verified.unavailability {
                    warnings.append("admitted by what was known before: \(reason)")
                }
            }
        } catch {
            outcome = .undecided(Objection(error, shown: shown, secretProblems: secrets.problems))
        }
        return Examination(image: question.image, policy: question.match, outcome: outcome, warnings: warnings)
    }

    private func demand(
        _ question: Question, pulling secrets: PullSecrets, under store: PolicyStore, at endpoint: Endpoint,
        warnings: inout [String]
    ) throws(VerificationError) -> VerificationDemand {
        let (simple, requirement, namespace) = (question.simple, question.requirement, secrets.namespace)
        return VerificationDemand(
            image: question.reference, simple: simple, multiArch: requirement.multiArch,
            keyRings: try keyRings(for: simple, question.match, namespace, in: store, warnings: &warnings),
            storeCredential: try storeCredential(for: simple, namespace, in: store),
            credentials: secrets.credentials(for: question.reference, then: ownKeychain()),
            pullsAnonymously: requirement.pullsAnonymously,
            isBound: endpoint == .admit && requirement.mutatesImage, lastGood: requirement.lastGood)
    }

    /// The name to run the image under: the one it has, when that is bound to what was verified already, however it is
    /// spelled.
    private static func pin(_ verified: VerifiedImage, answering question: Question) -> String? {
        guard question.requirement.mutatesImage else { return nil }
        return question.reference.digest == verified.digest
            ? question.image : verified.pinnedName(as: question.requirement.pinStyle)
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
