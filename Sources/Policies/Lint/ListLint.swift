internal import Kubernetes
private import Registry

/// Finds what is odd about entries among the others that are asked together with them.
struct ListLint {
    /// A finding and the index of the policy that it is about.
    typealias Placed = (policy: Int, finding: PolicyFinding)

    private let policies: [ImagePolicy]
    private let index: PolicyIndex

    /// - Parameter policies: those of one namespace, or the cluster's, in API list order.
    init(_ policies: [ImagePolicy]) {
        self.policies = policies
        index = PolicyIndex(policies)
    }

    /// The findings, in the order of the list.
    func findings() -> [Placed] {
        shadowed()
            + policies.indices.flatMap { policy in
                policies[policy].entries.enumerated().flatMap { number, entry in
                    pinned(entry, at: Self.path(of: number)).map { (policy, $0) }
                }
            }
    }

    private static func path(of entry: Int) -> FieldPath {
        FieldPath([.member("spec"), .member("repositories"), .element(entry)])
    }
}

// Entries that never decide.
extension ListLint {
    /// Entries that match nothing but what an earlier one matches too, which is as specific.
    ///
    /// A pattern that covers another one's text, its stars included, covers all that it covers. As specific, it can only
    /// have the same text but for stars; so only such patterns are compared.
    private func shadowed() -> [Placed] {
        var findings: [Placed] = []
        var seen: [[UInt8]: [(policy: Int, entry: Int)]] = [:]
        for (policy, entries) in policies.enumerated().map({ ($0, $1.entries) }) {
            for (number, entry) in entries.enumerated() {
                let text = entry.pattern.text.filter { $0 != Glob.star }
                let first = seen[text]?.first { covers(policies[$0.policy].entries[$0.entry].pattern, entry.pattern) }
                if let first { findings.append((policy, Self.shadow(of: first, policies, at: number))) }
                seen[text, default: []].append((policy, number))
            }
        }
        return findings
    }

    private func covers(_ earlier: Pattern, _ pattern: Pattern) -> Bool {
        earlier == pattern || !pattern.isLiteral && earlier.covers(pattern.text.span)
    }

    private static func shadow(
        of first: (policy: Int, entry: Int), _ policies: [ImagePolicy], at entry: Int
    ) -> PolicyFinding {
        PolicyFinding(
            .shadowedEntry, at: path(of: entry).appending("name"),
            "this entry never decides: spec.repositories[\(first.entry)] of \(policies[first.policy].identity) matches all "
                + "that it matches, is as specific and comes first")
    }
}

// Entries that refuse what they admitted.
extension ListLint {
    private func pinned(_ entry: RepositoryEntry, at path: FieldPath) -> [PolicyFinding] {
        guard case .success(let requirement) = entry.requirement, !requirement.isEmpty, requirement.mutatesImage
        else { return [] }
        return unmatched(entry.pattern, requirement.pinStyle, at: path) + unsigned(requirement, at: path)
    }

    /// The objects that a controller makes of an admitted one carry the name that was written into it; no entry may match
    /// that name.
    private func unmatched(_ pattern: Pattern, _ style: PinStyle, at path: FieldPath) -> [PolicyFinding] {
        guard let (image, pinned) = Self.example(of: pattern, style), index.decides(on: image),
            !index.decides(on: pinned)
        else { return [] }
        return [
            PolicyFinding(
                .pinnedImageRefused, at: path.appending("name"),
                "\(image) is bound to its digest, and nothing matches \(Self.shortened(pinned)): the Pods of a Deployment "
                    + "would be refused; add an entry for \(Self.shortened(pinned, "*"))")
        ]
    }

    /// An image that the pattern matches, with a tag, and the name it would be given.
    private static func example(of pattern: Pattern, _ style: PinStyle) -> (image: String, pinned: String)? {
        let image = pattern.description.map { $0 == "*" ? "x" : String($0) }.joined()
        guard pattern.matches(Array(image.utf8)) else { return nil }
        do throws(RegistryError) {
            let reference = try ImageReference(parsing: image).withDefaultTag()
            guard let tag = reference.tag, reference.digest == nil else { return nil }
            let kept = style == .nameTagAtDigest ? ":\(tag)" : ""
            return (image, "\(reference.name)\(kept)@sha256:" + String(repeating: "0", count: 64))
        } catch {
            return nil
        }
    }

    private static func shortened(_ image: String, _ ending: String = "@sha256:…") -> String {
        image.prefix { $0 != "@" } + (ending == "*" ? "@*" : ending)
    }

    /// A name without a tag never is exactly what was signed under a tag.
    private func unsigned(_ requirement: Requirement, at path: FieldPath) -> [PolicyFinding] {
        guard requirement.pinStyle == .nameAtDigest else { return [] }
        let requirements = path.appending("policy").appending("simple").appending("requirements")
        return (requirement.simple?.requirements ?? []).enumerated().compactMap { index, requirement in
            guard case .signedBy(let signedBy) = requirement, signedBy.identity == .matchExact else { return nil }
            return PolicyFinding(
                .pinnedImageRefused, at: requirements.appending(index).appending("signedIdentity").appending("type"),
                "an image bound to its digest has no tag any more, and a signature for a tag is not exactly for it: the Pods "
                    + "of a Deployment would be refused; use pin: name:tag@digest")
        }
    }
}

extension PolicyIndex {
    /// Whether an entry matches the image, as it is written or by another name.
    fileprivate func decides(on image: String) -> Bool {
        match(image) != nil || match(anyOf: ImageForms.forms(of: image)) != nil
    }
}
