private import Kubernetes

/// Which entry decides on an image.
package enum Resolution: Sendable {
    /// Exactly one: entries are never combined.
    case matched(PolicyMatch)
    /// None, with the text that refuses the image: an image that no policy speaks of may not run.
    case refused(message: String)
}

/// The entry that decides on an image.
package struct PolicyMatch: Sendable {
    /// The policy that it stands in.
    package let policy: PolicyIdentity
    /// The entry's pattern, which is its name.
    package let pattern: Pattern
    private let outcome: Result<Requirement, PolicyError>

    init(policy: PolicyIdentity, entry: RepositoryEntry) {
        self.policy = policy
        pattern = entry.pattern
        outcome = entry.requirement
    }

    /// What the image must satisfy.
    ///
    /// - Throws: `PolicyError.unusable` when that cannot be told: the image may not run.
    package func requirement() throws(PolicyError) -> Requirement {
        try outcome.get()
    }
}

extension Resolution {
    /// Resolves an image as Portieris 0.14 does: the policies of the namespace if there is any, whatever it holds, else
    /// the cluster's. They are one list. An entry without a star that is the image's very text wins at once; else the
    /// most specific that matches, the first of several.
    ///
    /// - Parameters:
    ///   - image: exactly as the pod names it.
    ///   - local: the ImagePolicies of the namespace, in API list order.
    ///   - cluster: the ClusterImagePolicies, in API list order.
    static func resolve(image: String, namespace: String, local: [ImagePolicy], cluster: [ImagePolicy]) -> Resolution {
        if let match = bestMatch(for: Array(image.utf8), in: local.isEmpty ? cluster : local) { return .matched(match) }
        let refusal = "Deny \(QuotedText.make(from: image)), "
        if !local.isEmpty {
            return .refused(message: refusal + "no matching repositories in the ImagePolicies")
        }
        if cluster.isEmpty {
            return .refused(message: refusal + "no image policies or cluster polices")
        }
        return .refused(
            message: refusal + "no matching repositories in ClusterImagePolicy and no ImagePolicies in the "
                + "\(QuotedText.make(from: namespace)) namespace")
    }

    private static func bestMatch(for image: [UInt8], in policies: [ImagePolicy]) -> PolicyMatch? {
        var best: (policy: ImagePolicy, entry: RepositoryEntry)?
        for policy in policies {
            for entry in policy.entries {
                if entry.pattern.isExactly(image) { return PolicyMatch(policy: policy.identity, entry: entry) }
                let isBetter = best.map { $0.entry.pattern.specificity < entry.pattern.specificity } ?? true
                if isBetter, entry.pattern.matches(image) { best = (policy, entry) }
            }
        }
        return best.map { PolicyMatch(policy: $0.policy.identity, entry: $0.entry) }
    }
}
