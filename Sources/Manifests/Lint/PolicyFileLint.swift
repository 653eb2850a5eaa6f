internal import Kubernetes
package import Policies

/// Looks at policies in files, and at the keys that they name, as a careful reader would.
package struct PolicyFileLint: Sendable {
    /// What there is to say, in the order of the files and their lines.
    package let findings: [LintFinding]
    /// How many policies were looked at.
    package let policyCount: Int

    /// - Parameters:
    ///   - paths: files, and folders as `PolicyManifests` reads them.
    ///   - rule: where keys are looked for.
    ///   - keys: what can be told of key rings.
    package init(reading paths: [String], rule: KeyNamespaceRule, keys: KeyRingOpinion) {
        self.init(LintedObjects(reading: paths), rule: rule, keys: keys)
    }

    /// Looks at objects that were read before.
    package init(_ documents: [ManifestDocument], rule: KeyNamespaceRule, keys: KeyRingOpinion) {
        self.init(LintedObjects(documents), rule: rule, keys: keys)
    }

    private init(_ objects: LintedObjects, rule: KeyNamespaceRule, keys: KeyRingOpinion) {
        policyCount = objects.policyCount
        let lists = PolicyLint.findings(among: objects.policies.map(\.policy)).map { place in
            LintFinding(place.finding, objects.policies[place.policy].document)
        }
        let secrets = KeySecretLint(objects, rule: rule)
        let all =
            objects.findings + lists + secrets.findings(keys.findings) + secrets.thresholdFindings(keys.signerCount)
            + Self.missingPolicy(objects)
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
