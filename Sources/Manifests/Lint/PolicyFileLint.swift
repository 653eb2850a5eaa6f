internal import Kubernetes
package import Policies
package import Primitives

/// Looks at policies in files, and at the keys that they name, as a careful reader would.
package struct PolicyFileLint: Sendable {
    /// What there is to say, in the order of the files and their lines.
    package let findings: [LintFinding]
    /// How many policies were looked at.
    package let policyCount: Int

    /// - Parameters:
    ///   - paths: files, and folders as `PolicyManifests` reads them.
    ///   - rule: where keys are looked for.
    ///   - keyFindings: what there is to say about a key ring; its paths count from the ring.
    package init(
        reading paths: [String], rule: KeyNamespaceRule, keyFindings: (Secret) -> [PolicyFinding]
    ) {
        self.init(LintedObjects(reading: paths), rule: rule, keyFindings: keyFindings)
    }

    /// Looks at objects that were read before.
    package init(
        _ documents: [ManifestDocument], rule: KeyNamespaceRule, keyFindings: (Secret) -> [PolicyFinding]
    ) {
        self.init(LintedObjects(documents), rule: rule, keyFindings: keyFindings)
    }

    private init(
        _ objects: LintedObjects, rule: KeyNamespaceRule, keyFindings: (Secret) -> [PolicyFinding]
    ) {
        policyCount = objects.policyCount
        let lists = PolicyLint.findings(among: objects.policies.map(\.policy)).map { place in
            LintFinding(place.finding, objects.policies[place.policy].document)
        }
        let keys = KeySecretLint(objects, rule: rule).findings(keyFindings)
        let all = objects.findings + lists + keys + Self.missingPolicy(objects)
        findings = Self.sorted(all, files: objects.files)
    }

    private static func missingPolicy(_ objects: LintedObjects) -> [LintFinding] {
        guard objects.policyCount == 0, !objects.findings.contains(where: { $0.finding.code == .unreadableFile })
        else { return [] }
        let finding = PolicyFinding(.noPolicy, "there is no policy here")
        return [LintFinding(file: objects.files.first ?? "", line: nil, object: nil, finding: finding)]
    }

    /// By file, in the order in which they were read, then by line; what stands in one line stays in its order.
    private static func sorted(_ findings: [LintFinding], files: [String]) -> [LintFinding] {
        let order = Dictionary(files.enumerated().map { ($1, $0) }) { first, _ in first }
        return findings.enumerated().sorted { left, right in
            let (first, second) = (left.element, right.element)
            return (order[first.file] ?? 0, first.line ?? 0, left.offset)
                < (order[second.file] ?? 0, second.line ?? 0, right.offset)
        }.map(\.element)
    }
}
