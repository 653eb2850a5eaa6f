private import Kubernetes

/// Which entry decides on an image.
package enum Resolution: Sendable {
    /// Exactly one: entries are never combined.
    case matched(PolicyMatch)
    /// None, with the text that refuses the image: an image that no policy speaks of may not run.
    case refused(Absence, message: String)

    /// What there is none of.
    package enum Absence: Hashable, Sendable {
        /// A policy, in the namespace and in the cluster.
        case noPolicy
        /// An entry that matches.
        case noMatch
    }
}

/// The entry that decides on an image.
package struct PolicyMatch: Sendable {
    /// By which name of the image the entry was found.
    package enum Look: Hashable, Sendable {
        /// As the pod has it: Portieris' rule.
        case written
        /// By this other name of the same image, because no entry matches it as it is written.
        case normalised(String)
    }

    package let look: Look
    private let entry: IndexedEntry

    init(_ entry: IndexedEntry, look: Look) {
        self.entry = entry
        self.look = look
    }

    /// The policy that it stands in.
    package var policy: PolicyIdentity { entry.policy }
    /// The name of that policy: `ImagePolicy shop/default`.
    package var policyName: String { entry.policy.name }
    /// Whether it is certain that the other entry is the same one.
    package func isSameEntry(as other: PolicyMatch?) -> Bool { entry === other?.entry }
    /// The entry's pattern, which is its name.
    package var pattern: Pattern { entry.pattern }

    /// Whether the entry admits every image as it is written, without a look at its registry.
    package var asksNothing: Bool { entry.asksNothing }

    /// What the image must satisfy.
    ///
    /// - Throws: `PolicyError.unusable`, `.notEnforced` when that cannot be told: the image may not run.
    package func requirement() throws(PolicyError) -> Requirement {
        try entry.requirement.get()
    }
}

extension Resolution {
    /// Resolves an image as Portieris 0.14 does: the policies of the namespace if there is any, whatever it holds, else
    /// the cluster's, as one list; the image exactly as it is written. Only when that matches nothing, and Portieris
    /// would refuse, the same list is looked through again by the image's other names (`ImageForms`). So an image that
    /// Portieris decides on is decided on by the same entry here, whatever other names it has.
    ///
    /// - Parameters:
    ///   - image: exactly as the pod names it.
    ///   - local: the ImagePolicies of the namespace; nil when it has none.
    ///   - cluster: the ClusterImagePolicies; nil when there is none.
    static func resolve(image: String, namespace: String, local: PolicyIndex?, cluster: PolicyIndex?) -> Resolution {
        guard let index = local ?? cluster else {
            return .refused(.noPolicy, message: refusal(of: image, "no image policies or cluster polices"))
        }
        if let match = index.match(image) ?? index.match(anyOf: ImageForms.forms(of: image)) { return .matched(match) }
        guard local == nil else {
            return .refused(.noMatch, message: refusal(of: image, "no matching repositories in the ImagePolicies"))
        }
        let place = QuotedText.make(from: namespace)
        return .refused(
            .noMatch,
            message: refusal(
                of: image,
                "no matching repositories in ClusterImagePolicy and no ImagePolicies in the \(place) namespace"))
    }

    private static func refusal(of image: String, _ reason: String) -> String {
        "Deny \(QuotedText.make(from: image)), \(reason)"
    }
}
