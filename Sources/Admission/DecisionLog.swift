package import Kubernetes
internal import Primitives

/// One decision, for whoever keeps a record of them.
package struct DecisionRecord: Sendable {
    /// Where it was asked.
    package let endpoint: Endpoint
    /// Nil when the request could not be read that far.
    package let request: AdmissionRequest?
    /// What the API server calls the request; empty when that could not be read. It is text from outside.
    package let uid: String
    /// What was answered.
    package let decision: Verdict.Decision
    /// Why the whole object was refused without a look at its images; nil when they were examined.
    package let fault: ReasonCode?
    /// What the user is told; empty when admitted without more.
    package let message: String
    /// What was found out about each image; none when the object could not be read that far.
    package let findings: [Verdict.Finding]
    /// From the arrival of the whole request to the answer.
    package let duration: Duration
}

/// Keeps a record of decisions. It must not wait for anything.
package protocol DecisionLog: Sendable {
    func record(_ decision: DecisionRecord)
}
