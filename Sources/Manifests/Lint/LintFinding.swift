package import Kubernetes
package import Policies

/// A finding about an object in a file.
package struct LintFinding: Hashable, Sendable {
    package let file: String
    /// Counted from 1; nil where there is none.
    package let line: Int?
    /// The object that it is about; nil when it is about a file.
    package let object: Subject?
    package let finding: PolicyFinding

    /// A kind and a key.
    package struct Subject: Hashable, Sendable, CustomStringConvertible {
        package let kind: String
        package let key: ObjectKey

        /// `ImagePolicy shop/default`.
        package var description: String { key.name.isEmpty ? kind : "\(kind) \(key)" }
    }

    package var severity: PolicyFinding.Severity { finding.severity }
}
