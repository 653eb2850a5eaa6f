package import Primitives

/// The numbers of the doorkeeper's work.
package struct AdmissionMetrics: Sendable {
    private let metrics: Metrics

    /// - Parameter metrics: made with `families` among its families.
    package init(_ metrics: Metrics) {
        self.metrics = metrics
    }

    /// What `Metrics` must be made with.
    package static let families = [reviews, images, duration]

    func count(_ record: DecisionRecord) {
        let labels = [("endpoint", record.endpoint.rawValue), ("decision", record.decision.rawValue)]
        metrics.add(to: Self.reviews, labels)
        metrics.observe(record.duration, in: Self.duration, [("decision", record.decision.rawValue)])
        for finding in record.findings {
            metrics.add(to: Self.images, [("outcome", Self.name(of: finding.examination.outcome))])
        }
    }

    private static let reviews = Metrics.Family(
        .counter, "ostiary_reviews_total", help: "Reviews answered, by endpoint and decision.")
    private static let images = Metrics.Family(
        .counter, "ostiary_images_total", help: "Images examined, by what came of it.")
    private static let duration = Metrics.Family(
        .histogram, "ostiary_review_duration_seconds", help: "Time from the request to the answer, by decision.")

    private static func name(of outcome: Examination.Outcome) -> String {
        switch outcome {
        case .notRequired: "not_required"
        case .verified: "verified"
        case .refused: "refused"
        case .undecided: "undecided"
        }
    }
}
