package import Kubernetes
package import Primitives

/// Reads objects of the cluster by name, when a review needs them.
package protocol ObjectReading: Sendable {
    /// A Secret; nil when there is none.
    ///
    /// - Throws: `ObjectUnavailable` when that cannot be told.
    func secret(_ key: ObjectKey, by deadline: Deadline) async throws(ObjectUnavailable) -> SecretObject?

    /// A ServiceAccount; nil when there is none.
    ///
    /// - Throws: `ObjectUnavailable` when that cannot be told.
    func serviceAccount(_ key: ObjectKey, by deadline: Deadline) async throws(ObjectUnavailable) -> ServiceAccount?
}

/// Why it cannot be told what an object holds, or whether it is there.
package struct ObjectUnavailable: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line for the user, without anything secret.
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
