internal import Kubernetes
package import Primitives
internal import Verification

/// The numbers of the doorkeeper's work. Every series is made at the start, so that counting is cheap and a rate sees the
/// first event.
package struct AdmissionMetrics: Sendable {
    private let reviews: [ReviewSeries: Counter]
    private let durations: [Verdict.Decision: Histogram]
    private let images: [Examination.Outcome.Name: Counter]
    private let refusals: [ReasonCode: Counter]
    private let warnings: Counter
    private let lastGood: Counter
    private let portierisAllow: Counter
    private let portierisDeny: Counter

    /// Adds its series to `metrics`.
    package init(_ metrics: Metrics) {
        reviews = Self.series(ReviewSeries.all) { series in
            metrics.counter(
                "ostiary_reviews_total", help: "Reviews answered, by endpoint, operation, kind and decision.",
                labels: series.labels)
        }
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
        refusals = Self.series(ReasonCode.allCases) { code in
            metrics.counter(
                "ostiary_refusals_total",
                help: "Images, and objects that were refused without a look at their images, by the reason.",
                labels: [("reason", code.rawValue)])
        }
        warnings = metrics.counter(
            "ostiary_image_warnings_total",
            help: "Warnings about images, such as of a key that was read from the workload's namespace.")
        lastGood = metrics.counter(
            "ostiary_last_good_images_total",
            help:
                "Images admitted by what was known before, because a registry or signature store could not be reached.")
        portierisAllow = metrics.counter(
            "portieris_pod_admission_decision_allow_count", help: "Portieris count of decision outcomes of Allow")
        portierisDeny = metrics.counter(
            "portieris_pod_admission_decision_deny_count", help: "Portieris count of decision outcomes of Deny")
    }

    func count(_ record: DecisionRecord) {
        reviews[ReviewSeries(record)]?.add()
        durations[record.decision]?.observe(record.duration)
        if let fault = record.fault { refusals[fault]?.add() }
        for finding in record.findings {
            images[finding.examination.outcome.name]?.add()
            warnings.add(UInt64(finding.examination.warnings.count))
            if let objection = finding.examination.objection { refusals[objection.code]?.add() }
            if case .verified(let image, _) = finding.examination.outcome, image.unavailability != nil {
                lastGood.add()
            }
        }
        countAsPortieris(record)
    }

    /// Portieris counts each admission once whose images it looked at, and knows no third decision.
    private func countAsPortieris(_ record: DecisionRecord) {
        guard !record.findings.isEmpty else { return }
        (record.decision == .admitted ? portierisAllow : portierisDeny).add()
    }

    private static func series<Key: Hashable, Value>(_ keys: [Key], _ make: (Key) -> Value) -> [Key: Value] {
        Dictionary(uniqueKeysWithValues: keys.map { ($0, make($0)) })
    }
}

/// What tells one counter of reviews from another.
private struct ReviewSeries: Hashable {
    let endpoint: Endpoint
    /// Nil when the request could not be read.
    let operation: AdmissionRequest.Operation?
    let kind: CountedKind
    let decision: Verdict.Decision

    init(_ record: DecisionRecord) {
        endpoint = record.endpoint
        operation = record.request?.operation
        kind = record.request.map { CountedKind($0.kind) } ?? .other
        decision = record.decision
    }

    private init(
        _ endpoint: Endpoint, _ operation: AdmissionRequest.Operation?, _ kind: CountedKind,
        _ decision: Verdict.Decision
    ) {
        self.endpoint = endpoint
        self.operation = operation
        self.kind = kind
        self.decision = decision
    }

    static var all: [ReviewSeries] {
        Endpoint.allCases.flatMap { endpoint in
            AdmissionRequest.Operation.allCases.flatMap { operation in
                CountedKind.allCases.flatMap { kind in
                    Verdict.Decision.allCases.map { ReviewSeries(endpoint, operation, kind, $0) }
                }
            } + [ReviewSeries(endpoint, nil, .other, .refused)]
        }
    }

    var labels: [(String, String)] {
        [
            ("endpoint", endpoint.rawValue), ("operation", operation?.rawValue ?? "unknown"), ("kind", kind.rawValue),
            ("decision", decision.rawValue),
        ]
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
