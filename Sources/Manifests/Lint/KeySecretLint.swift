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
        var seen: Set<ObjectKey> = []
        for reference in policies.flatMap(references) {
            guard let found = reference.places.lazy.compactMap({ secrets[$0] }).first else {
                findings.append(LintFinding(missing(reference), reference.policy.document))
                continue
            }
            guard seen.insert(found.secret.key).inserted else { continue }
            findings += self.findings(in: found, keyFindings)
        }
        return findings
    }

    /// A field that names a Secret, and where that is looked for.
    private struct Reference {
        let policy: LintedObjects.LintedPolicy
        let path: FieldPath
        let name: String
        let places: [ObjectKey]
        /// Whether the workload's namespace would be asked last.
        let isOpen: Bool
    }

    private func references(in linted: LintedObjects.LintedPolicy) -> [Reference] {
        linted.policy.entries.enumerated().flatMap { number, entry -> [Reference] in
            guard case .success(let requirement) = entry.requirement, let simple = requirement.simple else { return [] }
            return simple.requirements.enumerated().compactMap { index, requirement in
                guard case .signedBy(let signedBy) = requirement else { return nil }
                return reference(to: signedBy, in: linted, at: Self.path(entry: number, requirement: index))
            }
        }
    }

    private static func path(entry: Int, requirement: Int) -> FieldPath {
        FieldPath([
            .member("spec"), .member("repositories"), .element(entry), .member("policy"), .member("simple"),
            .member("requirements"), .element(requirement), .member("keySecret"),
        ])
    }

    private func reference(
        to signedBy: SignedBy, in linted: LintedObjects.LintedPolicy, at path: FieldPath
    ) -> Reference {
        let namespaces: [String]
        switch signedBy.keyLocation {
        case .namespace(let namespace): namespaces = [namespace]
        // Which workloads there will be is not known here.
        case .ownThenWorkload: namespaces = rule.ownNamespace.map { [$0] } ?? []
        }
        return Reference(
            policy: linted, path: path, name: signedBy.keySecret,
            places: namespaces.map { ObjectKey(namespace: $0, name: signedBy.keySecret) },
            isOpen: signedBy.keyLocation == .ownThenWorkload && !rule.isStrict)
    }

    private func missing(_ reference: Reference) -> PolicyFinding {
        let places = reference.places.map { QuotedText.make(from: $0.namespace) }.joined(separator: " or ")
        let risk =
            reference.isOpen
            ? "; if it is not there either, whoever may write Secrets beside a workload supplies the key: set "
                + "keySecretNamespace" : ""
        return PolicyFinding(
            .missingSecret, at: reference.path,
            "secret \(QuotedText.make(from: reference.name)) of namespace \(places) is not among these files\(risk)")
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
}
