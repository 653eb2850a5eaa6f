package import Policies
package import Primitives

/// What can be told of key rings by who reads them.
package struct KeyRingOpinion {
    /// What there is to say about a ring; the paths count from the ring.
    package let findings: (Secret) -> [PolicyFinding]
    /// How many different keys of these rings may sign; nil where that cannot be told.
    package let signerCount: ([Secret]) -> Int?

    package init(
        findings: @escaping (Secret) -> [PolicyFinding], signerCount: @escaping ([Secret]) -> Int? = { _ in nil }
    ) {
        self.findings = findings
        self.signerCount = signerCount
    }
}
