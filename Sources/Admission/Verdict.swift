package import Kubernetes
internal import Primitives

/// What is decided about an object: all that was found out about its images, in its order.
package struct Verdict: Sendable {
    /// Whether the object may be stored: yes, no, or not until it can be told.
    package enum Decision: String, CaseIterable, Sendable { case admitted, refused, undecided }

    /// One image where the object names it, and what was found out about it.
    package struct Finding: Sendable {
        /// The place.
        package let use: ImageUse
        /// What was found out about the image there.
        package let examination: Examination

        package init(use: ImageUse, examination: Examination) {
            self.use = use
            self.examination = examination
        }
    }

    /// In the object's order.
    package let findings: [Finding]
    /// What the user should hear of the object beside its findings.
    package let notices: [String]

    /// Only when every image may run is the object admitted. A definite no outweighs what could not be told: trying
    /// again would not help.
    package let decision: Decision

    package init(_ findings: [Finding], notices: [String] = []) {
        self.findings = findings
        self.notices = notices
        decision = Self.decision(on: findings)
    }

    private static func decision(on findings: [Finding]) -> Decision {
        var decision = Decision.admitted
        for finding in findings {
            switch finding.examination.outcome {
            case .notRequired, .verified: continue
            case .refused: return .refused
            case .undecided: decision = .undecided
            }
        }
        return decision
    }

    /// A line for each image that may not run, in the object's order; the same line once. Beyond
    /// `Limits.complaintsPerObject` lines they are only counted: the answer goes into Events and logs.
    package var message: String {
        if decision == .admitted { return "" }
        var lines: [String] = []
        for complaint in findings.compactMap(\.examination.complaint) where !lines.contains(complaint) {
            lines.append(complaint)
        }
        let hidden = lines.dropFirst(Limits.complaintsPerObject).count
        let summary = hidden > 0 ? ["and \(hidden) more images that may not run"] : []
        return (lines.prefix(Limits.complaintsPerObject) + summary).joined(separator: "\n")
    }

    /// The replacements that bind images to what was verified; none for an image that is bound to it already.
    package var patch: JSONPatch {
        JSONPatch(
            replacing: findings.compactMap { finding in
                guard case .verified(_, let pin?) = finding.examination.outcome,
                    !pin.utf8.elementsEqual(finding.use.image.utf8)
                else { return nil }
                return (pointer: finding.use.pointer, value: pin)
            })
    }

    /// What the user should hear although it is no reason to refuse, each once, as the API server passes it on.
    package var warnings: [String] {
        var texts = notices
        for finding in findings where !finding.examination.warnings.isEmpty { texts += finding.examination.warnings }
        return texts.isEmpty ? [] : UserWarnings.make(from: texts)
    }

    /// The answer that the API server gets.
    package func response(at endpoint: Endpoint) -> AdmissionResponse {
        let answer: AdmissionResponse.Decision =
            switch decision {
            case .admitted: .allowed(patch: endpoint == .admit ? patch : nil)
            case .refused: .refused(message: message)
            case .undecided: .undecided(message: message)
            }
        return AdmissionResponse(answer, warnings: warnings, auditAnnotations: AuditAnnotations.make(of: self))
    }
}
