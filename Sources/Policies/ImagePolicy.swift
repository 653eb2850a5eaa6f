package import Kubernetes

/// An ImagePolicy or a ClusterImagePolicy (portieris.cloud.ibm.com/v1).
package struct ImagePolicy: Sendable {
    /// Which object this is.
    package let identity: PolicyIdentity
    /// In the order of `spec.repositories`. A policy without entries still counts: in its namespace it takes the place
    /// of the cluster policies, and matches nothing.
    package let entries: [RepositoryEntry]
    /// What makes entries unusable, to be told when the policy is read.
    package let flaws: [PolicyError]

    /// Why not even its patterns can be read; nil when they can. Such a policy may speak of any image, so that all are
    /// refused for which it is asked.
    package let darkness: PolicyError?

    package init(identity: PolicyIdentity, entries: [RepositoryEntry], flaws: [PolicyError] = []) {
        self.identity = identity
        self.entries = entries
        self.flaws = flaws
        darkness = nil
    }

    /// A policy of which only the name is known.
    package init(unreadable identity: PolicyIdentity, _ error: PolicyError) {
        self.identity = identity
        entries = []
        flaws = [error]
        darkness = error
    }
}

/// One of `spec.repositories`.
package struct RepositoryEntry: Sendable {
    package let pattern: Pattern
    /// What it asks; or why that cannot be told, which then holds for each image it matches.
    package let requirement: Result<Requirement, PolicyError>

    package init(pattern: Pattern, requirement: Result<Requirement, PolicyError>) {
        self.pattern = pattern
        self.requirement = requirement
    }
}

/// Which policy object something comes from.
package struct PolicyIdentity: Hashable, Sendable, CustomStringConvertible {
    /// The two kinds; they say the same and differ in when they are asked.
    package enum Kind: String, CaseIterable, Sendable {
        case imagePolicy = "ImagePolicy"
        case clusterImagePolicy = "ClusterImagePolicy"
    }

    package let kind: Kind
    /// Without a namespace for a ClusterImagePolicy.
    package let key: ObjectKey
    /// The file and place it was read from; nil for one from the API server.
    package let source: String?
    /// `ClusterImagePolicy default`, `ImagePolicy shop/default`.
    package let name: String

    package init(kind: Kind, key: ObjectKey, source: String? = nil) {
        self.kind = kind
        self.key = key
        self.source = source
        name = "\(kind.rawValue) \(key)"
    }

    /// `ImagePolicy shop/default (policies/shop.yaml, line 3)`.
    package var description: String { name + (source.map { " (\($0))" } ?? "") }
}
