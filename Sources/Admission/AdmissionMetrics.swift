package import Primitives

/// The numbers of the doorkeeper's work.
package struct AdmissionMetrics: Sendable {
    private struct ReviewSeries: Hashable {
        let endpoint: Endpoint
        let decision: Verdict.Decision
    }

    private let reviews: [ReviewSeries: Counter]
    private let durations: [Verdict.Decision: Histogram]
    private let images: [Examination.Outcome.Name: Counter]
    private let warnings: Counter

    /// Adds its series to `metrics`.
    package init(_ metrics: Metrics) {
        var reviews: [ReviewSeries: Counter] = [:]
        for endpoint in Endpoint.allCases {
            for decision in Verdict.Decision.allCases {
                reviews[ReviewSeries(endpoint: endpoint, decision: decision)] = metrics.counter(
                    "ostiary_reviews_total", help: "Reviews answered, by endpoint and decision.",
                    labels: [("endpoint", endpoint.rawValue), ("decision", decision.rawValue)])
            }
        }
        self.reviews = reviews
        durations = Self.series(Verdict.Decision.allCases) { decision in
            metrics.histogram(
                "ostiary_review_duration_seconds", help: "Time from the request to the answer, by decision.",
                labels: [("decision", decision.rawValue)])
        }
        images = Self.series(Examination.Outcome.Name.allCases) { name in
            metrics.counter(
                "ostiary_images_total", help: "Images examined, by what came of it.",
                labels: [("outcome", name.rawValue)])
        }
        warnings = metrics.counter(
            "ostiary_image_warnings_total",
            help: "Warnings about images, such as of a key that was read from the workload's namespace.")
    }

    func count(_ record: DecisionRecord) {
        reviews[ReviewSeries(endpoint: record.endpoint, decision: record.decision)]?.add()
        durations[record.decision]?.observe(record.duration)
        for finding in record.findings {
            images[finding.examination.outcome.name]?.add()
            warnings.add(UInt64(finding.examination.warnings.count))
        }
    }

    private static func series<Key: Hashable, Value>(_ keys: [Key], _ make: (Key) -> Value) -> [Key: Value] {
        Dictionary(uniqueKeysWithValues: keys.map { ($0, make($0)) })
    }
}

extension Examination.Outcome {
    /// What came of an examination, for counting.
    fileprivate enum Name: String, CaseIterable {
        case notRequired = "not_required"
        case verified, refused, undecided
    }

    fileprivate var name: Name {
        switch self {
        case .notRequired: .notRequired
        case .verified: .verified
        case .refused: .refused
        case .undecided: .undecided
        }
    }
}
