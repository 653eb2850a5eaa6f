package import Kubernetes
internal import Primitives

/// One decision, for whoever keeps a record of them.
package struct DecisionRecord: Sendable {
    package let endpoint: Endpoint
    /// Nil when the request could not be read that far.
    package let request: AdmissionRequest?
    package let uid: String
    package let decision: Verdict.Decision
    /// What the user is told; empty when admitted without more.
    package let message: String
    package let findings: [Verdict.Finding]
    package let duration: Duration
}

/// Keeps a record of decisions. It must not wait for anything.
package protocol DecisionLog: Sendable {
    func record(_ decision: DecisionRecord)
}
