internal import Kubernetes
internal import OpenPGP
package import Policies
package import Primitives
internal import Registry
package import Verification

/// Examines one image: which policy entry speaks of it, what that asks, and whether the registry proves it.
package struct ImageExaminer: Sendable {
    private let verifier: ImageVerifier
    private let keyRule: KeyNamespaceRule
    private let keyRings = KeyRingReader()

    /// - Parameter keyRule: what to do about keys whose namespace a cluster policy leaves open.
    package init(verifier: ImageVerifier, keyRule: KeyNamespaceRule) {
        self.verifier = verifier
        self.keyRule = keyRule
    }

    /// - Parameters:
    ///   - image: exactly as the object names it.
    ///   - store: the policies of this review, the same for all of its images.
    package func examine(
        _ image: String, pulling secrets: PullSecrets, under store: PolicyStore, by deadline: Deadline
    ) async -> Examination {
        let reference: ImageReference
        do throws(RegistryError) {
            reference = try ImageReference(parsing: image)
        } catch {
            return Examination(image: image, outcome: .refused(reason: Self.invalidName(error), nil))
        }
        switch store.resolve(image: image, in: secrets.namespace) {
        case .refused(let message): return Examination(image: image, outcome: .refused(reason: message, nil))
        case .matched(let match):
            return await examine(image, reference, match, pulling: secrets, under: store, by: deadline)
        }
    }

    private func examine(
        _ image: String, _ reference: ImageReference, _ match: PolicyMatch, pulling secrets: PullSecrets,
        under store: PolicyStore, by deadline: Deadline
    ) async -> Examination {
        var warnings: [String] = []
        do throws(VerificationError) {
            let requirement = try Self.requirement(of: match)
            guard !requirement.isEmpty else {
                return Examination(image: image, policy: match, outcome: .notRequired)
            }
            guard let simple = requirement.simple, UnenforcedBlock.first(in: requirement) == nil else {
                // The parser lets no such entry through. Should it ever, this is no proof.
                let reason = "the policy asks for what this version does not enforce"
                return Examination(image: image, policy: match, outcome: .undecided(reason: reason))
            }
            let demand = VerificationDemand(
                image: reference, simple: simple,
                keyRings: try keyRings(for: simple, match, secrets.namespace, in: store, warnings: &warnings),
                credentials: secrets.credentials(for: reference))
            let outcome: Examination.Outcome =
                switch try await verifier.verify(demand, by: deadline) {
                case .refused(let refusal): .refused(reason: refusal.description, refusal)
                case .verified(let verified):
                    .verified(verified, pin: Self.pin(image, reference, verified, as: requirement))
                }
            return Examination(image: image, policy: match, outcome: outcome, warnings: warnings)
        } catch {
            let outcome = Examination.Outcome.undecided(reason: error.description)
            return Examination(image: image, policy: match, outcome: outcome, warnings: warnings)
        }
    }

    /// The name to run the image under: the one it has, when that is bound to what was verified already, however it is
    /// spelled.
    private static func pin(
        _ image: String, _ reference: ImageReference, _ verified: VerifiedImage, as requirement: Requirement
    ) -> String? {
        guard requirement.mutatesImage else { return nil }
        return reference.digest == verified.digest ? image : verified.pinnedName(as: requirement.pinStyle)
    }

    private static func invalidName(_ error: RegistryError) -> String {
        guard case .invalidReference(_, let problem) = error else { return "\(error)" }
        return "invalid image name: \(problem)"
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
            let lookup = KeySecretLookup(
                of: signedBy, in: match.policy, workloadNamespace: namespace, rule: keyRule)
            let found = try Self.key(for: lookup, in: store)
            if let warning = found.warning { warnings.append(warning) }
            rings[signedBy] = try keyRings.read(found, secret: signedBy.keySecret)
        }
        return rings
    }

    private static func key(
        for lookup: KeySecretLookup, in store: PolicyStore
    ) throws(VerificationError) -> FoundKey {
        do throws(PolicyError) { return try store.key(for: lookup) } catch { throw .policy(error) }
    }
}
