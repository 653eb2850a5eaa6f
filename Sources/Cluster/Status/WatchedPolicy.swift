internal import Kubernetes
package import Policies
internal import Primitives

/// A policy as the API server has it: what it says, and what is stored about it.
package struct WatchedPolicy: Sendable {
    package let policy: ImagePolicy
    /// Counts the states of its `spec`.
    package let generation: Int64
    /// Tells an object from another that had its name before.
    let identifier: String
    let status: PolicyStatus?

    init(_ object: JSONValue, as kind: PolicyIdentity.Kind, _ key: ObjectKey) {
        policy = PolicyParser.parse(object, as: kind, key)
        generation = object["metadata"]?["generation"]?.integer ?? 0
        identifier = object["metadata"]?["uid"]?.string ?? ""
        status = PolicyStatus(stored: object)
    }

    /// Whether the policy says the same as another state of it: status and labels decide nothing.
    func saysTheSame(as other: WatchedPolicy) -> Bool {
        generation > 0 && generation == other.generation && identifier == other.identifier
    }

    /// What should be stored about it; nil when that is what is stored.
    ///
    /// - Parameter types: conditions that stay as they are stored.
    func dueStatus(
        _ conditions: [PolicyCondition], keeping types: Set<String> = [], at now: Timestamp
    ) -> PolicyStatus? {
        let due = PolicyStatus(conditions, keeping: types, generation: generation, after: status, at: now)
        return due == status ? nil : due
    }
}
