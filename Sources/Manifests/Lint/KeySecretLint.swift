internal import Kubernetes
internal import Policies
internal import Primitives

/// Looks for the Secrets that policies name, and into them.
struct KeySecretLint {
    private let policies: [LintedObjects.LintedPolicy]
    private let secrets: [ObjectKey: LintedObjects.LintedSecret]
    private let rule: KeyNamespaceRule

    init(_ objects: LintedObjects, rule: KeyNamespaceRule) {
        policies = objects.policies
        secrets = Dictionary(objects.secrets.map { ($0.secret.key, $0) }) { first, _ in first }
        self.rule = rule
    }

    /// What is missing, for each place that names it, and what is wrong with what is there, once.
    func findings(_ keyFindings: (Secret) -> [PolicyFinding]) -> [LintFinding] {
        var findings: [LintFinding] = []
        var seen: Set<Seen> = []
        for reference in policies.flatMap(references) {
            guard let found = reference.places.lazy.compactMap({ secrets[$0] }).first else {
                findings.append(LintFinding(missing(reference), reference.policy.document))
                continue
            }
            guard seen.insert(Seen(secret: found.secret.key, purpose: reference.purpose)).inserted else { continue }
            switch reference.purpose {
            case .key: findings += self.findings(in: found, keyFindings)
            case .store: findings += passwordFindings(in: found)
            }
        }
        return findings
    }

    /// Requirements that ask for more signers than there are keys in the Secrets that they name. Where one of these is not
    /// among the files nothing can be told.
    func thresholdFindings(_ signerCount: ([Secret]) -> Int?) -> [LintFinding] {
        policies.flatMap { policy in
            requirements(in: policy).compactMap { signedBy, path -> LintFinding? in
                let rings = signedBy.keySecrets.compactMap { secret in
                    places(of: secret).lazy.compactMap { secrets[$0]?.secret.values["key"] }.first
                }
                guard rings.count == signedBy.keySecrets.count, let count = signerCount(rings),
                    count < signedBy.threshold
                else { return nil }
                let finding = PolicyFinding(
                    .unreachableThreshold, at: path.appending("threshold"),
                    "\(signedBy.threshold) different keys must have signed, and \(count) of those in the Secrets may sign: "
                        + "no image can be admitted")
                return LintFinding(finding, policy.document)
            }
        }
    }

    /// What a Secret is named for.
    private enum Purpose { case key, store }

    private struct Seen: Hashable {
        let secret: ObjectKey
        let purpose: Purpose
    }

    /// A field that names a Secret, and where that is looked for.
    private struct Reference {
        let policy: LintedObjects.LintedPolicy
        let path: FieldPath
        let purpose: Purpose
        let secret: NamedSecret
        let places: [ObjectKey]
    }

    private func references(in linted: LintedObjects.LintedPolicy) -> [Reference] {
        let keys = requirements(in: linted).flatMap { signedBy, path in
            signedBy.keySecrets.map {
                reference(to: $0, as: .key, in: linted, at: path.appending(Self.field(naming: signedBy)))
            }
        }
        let stores = Self.blocks(in: linted).compactMap { simple, path in
            simple.storeSecret.map { reference(to: $0, as: .store, in: linted, at: path.appending("storeSecret")) }
        }
        return keys + stores
    }

    /// The requirements of signatures, each with its place.
    private func requirements(in linted: LintedObjects.LintedPolicy) -> [(SignedBy, FieldPath)] {
        Self.blocks(in: linted).flatMap { simple, path in
            simple.requirements.enumerated().compactMap { index, requirement in
                guard case .signedBy(let signedBy) = requirement else { return nil }
                return (signedBy, path.appending("requirements").appending(index))
            }
        }
    }

    /// What stands under `simple`, each with its place.
    private static func blocks(in linted: LintedObjects.LintedPolicy) -> [(SimpleSigning, FieldPath)] {
        linted.policy.entries.enumerated().compactMap { number, entry in
            guard case .success(let requirement) = entry.requirement, let simple = requirement.simple else {
                return nil
            }
            let path = FieldPath([
                .member("spec"), .member("repositories"), .element(number), .member("policy"), .member("simple"),
            ])
            return (simple, path)
        }
    }

    private static func field(naming signedBy: SignedBy) -> String {
        signedBy.keySecrets.count == 1 ? "keySecret" : "keySecrets"
    }

    private func reference(
        to secret: NamedSecret, as purpose: Purpose, in linted: LintedObjects.LintedPolicy, at path: FieldPath
    ) -> Reference {
        Reference(policy: linted, path: path, purpose: purpose, secret: secret, places: places(of: secret))
    }

    /// Where a Secret is looked for.
    private func places(of secret: NamedSecret) -> [ObjectKey] {
        let namespaces: [String]
        switch secret.location {
        case .namespace(let namespace): namespaces = [namespace]
        // Which workloads there will be is not known here.
        case .ownThenWorkload: namespaces = rule.ownNamespace.map { [$0] } ?? []
        }
        return namespaces.map { ObjectKey(namespace: $0, name: secret.name) }
    }

    private func missing(_ reference: Reference) -> PolicyFinding {
        let places = reference.places.map { QuotedText.make(from: $0.namespace) }.joined(separator: " or ")
        let isOpen = reference.secret.location == .ownThenWorkload && reference.purpose == .key && !rule.isStrict
        let risk =
            isOpen
            ? "; if it is not there either, whoever may write Secrets beside a workload supplies the key: set "
                + "keySecretNamespace" : ""
        return PolicyFinding(
            .missingSecret, at: reference.path,
            "secret \(QuotedText.make(from: reference.secret.name)) of namespace \(places) is not among these files\(risk)"
        )
    }

    private func findings(
        in found: LintedObjects.LintedSecret, _ keyFindings: (Secret) -> [PolicyFinding]
    ) -> [LintFinding] {
        guard let ring = found.secret.values["key"] else {
            let finding = PolicyFinding(
                .secretWithoutKey, at: FieldPath(),
                "a policy reads its key ring here, and there is no value named \"key\"")
            return [LintFinding(finding, found.document)]
        }
        let block = found.document.value["stringData"]?["key"] == nil ? "data" : "stringData"
        let base = FieldPath([.member(block), .member("key")])
        return keyFindings(ring).map { LintFinding($0.rooted(at: base), found.document) }
    }

    private func passwordFindings(in found: LintedObjects.LintedSecret) -> [LintFinding] {
        ["username", "password"].filter { found.secret.values[$0]?.isEmpty ?? true }.map { name in
            let finding = PolicyFinding(
                .secretWithoutPassword, at: FieldPath(),
                "a policy reads the password of a signature store here, and there is no value named \"\(name)\"")
            return LintFinding(finding, found.document)
        }
    }
}
