internal import Kubernetes
package import Primitives
internal import Verification

/// The numbers of the doorkeeper's work. Every series is made at the start, so that counting is cheap and a rate sees the
/// first event.
package struct AdmissionMetrics: Sendable {
    private let reviews: ReviewCounters
    private let durations: Series<Verdict.Decision, Histogram>
    private let images: Series<Examination.Outcome.Name, Counter>
    private let refusals: Series<ReasonCode, Counter>
    private let warnings: Counter
    private let lastGood: Counter
    private let portierisAllow: Counter
    private let portierisDeny: Counter

    /// Adds its series to `metrics`.
    package init(_ metrics: Metrics) {
        reviews = ReviewCounters(metrics)
        durations = Series { decision in
            metrics.histogram(
                "ostiary_review_duration_seconds", help: "Time from the request to the answer, by decision.",
                labels: [("decision", decision.rawValue)])
        }
        images = Series { name in
            metrics.counter(
                "ostiary_images_total", help: "Images examined, by what came of it.",
                labels: [("outcome", name.rawValue)])
        }
        refusals = Series { code in
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
        reviews.count(record)
        durations[record.decision].observe(record.duration)
        if let fault = record.fault { refusals[fault].add() }
        for index in record.findings.indices {
            count(record.findings[index].examination.outcome, record.findings[index].examination.warnings.count)
        }
        countAsPortieris(record)
    }

    private func count(_ outcome: Examination.Outcome, _ warned: Int) {
        if warned > 0 { warnings.add(UInt64(warned)) }
        switch outcome {
        case .notRequired: images[.notRequired].add()
        case .verified(let image, _):
            images[.verified].add()
            if image.unavailability != nil { lastGood.add() }
        case .refused(let objection):
            images[.refused].add()
            refusals[objection.code].add()
        case .undecided(let objection):
            images[.undecided].add()
            refusals[objection.code].add()
        }
    }

    /// Portieris counts each admission once whose images it looked at, and knows no third decision.
    private func countAsPortieris(_ record: DecisionRecord) {
        guard !record.findings.isEmpty else { return }
        (record.decision == .admitted ? portierisAllow : portierisDeny).add()
    }
}

/// The series of a family that differ in one label with few values. (An array: to look such a value up in a table of
/// hashes takes longer than to count.)
private struct Series<Label: CaseIterable & Equatable & Sendable, Value: Sendable>: Sendable {
    private let values: [Value]

    init(_ make: (Label) -> Value) {
        values = Label.allCases.map(make)
    }

    subscript(label: Label) -> Value { values[label.position] }
}

extension CaseIterable where Self: Equatable {
    /// Which of all cases this is.
    fileprivate var position: Int {
        for (position, other) in Self.allCases.enumerated() where other == self { return position }
        preconditionFailure("a case is one of all")
    }
}

/// The counters of reviews, by endpoint, operation, kind and decision.
private struct ReviewCounters: Sendable {
    /// By endpoint, operation, kind and decision, the last one the quickest to change.
    private let known: [Counter]
    /// Of requests that could not be read.
    private let unreadable: Series<Endpoint, Counter>

    init(_ metrics: Metrics) {
        func counter(_ endpoint: Endpoint, _ operation: String, _ kind: CountedKind, _ decision: Verdict.Decision)
            -> Counter
        {
            metrics.counter(
                "ostiary_reviews_total", help: "Reviews answered, by endpoint, operation, kind and decision.",
                labels: [
                    ("endpoint", endpoint.rawValue), ("operation", operation), ("kind", kind.rawValue),
                    ("decision", decision.rawValue),
                ])
        }
        known = Endpoint.allCases.flatMap { endpoint in
            AdmissionRequest.Operation.allCases.flatMap { operation in
                CountedKind.allCases.flatMap { kind in
                    Verdict.Decision.allCases.map { counter(endpoint, operation.rawValue, kind, $0) }
                }
            }
        }
        unreadable = Series { endpoint in counter(endpoint, "unknown", .other, .refused) }
    }

    func count(_ record: DecisionRecord) {
        if let request = record.request {
            known[Self.position(of: record, request)].add()
        } else {
            unreadable[record.endpoint].add()
        }
    }

    private static func position(of record: DecisionRecord, _ request: AdmissionRequest) -> Int {
        var position = record.endpoint.position
        position = position * AdmissionRequest.Operation.allCases.count + request.operation.position
        position = position * CountedKind.allCases.count + CountedKind(request.kind).position
        return position * Verdict.Decision.allCases.count + record.decision.position
    }
}

extension Examination.Outcome {
    /// What came of an examination, for counting.
    fileprivate enum Name: String, CaseIterable {
        case notRequired = "not_required"
        case verified, refused, undecided
    }
}
