internal import Admission
internal import Cluster
internal import Kubernetes
internal import Policies
internal import Primitives

/// Tells of each image that a policy kept out by an Event about that policy, since there is no object that it could be
/// about: it was not stored.
///
/// What the API server asks at the second endpoint it has been let in at the first, so that no refusal is told twice; and
/// an image that somebody put in between is only refused at the second.
struct RefusalEvents: DecisionLog {
    let recorder: EventRecorder

    func record(_ decision: DecisionRecord) {
        guard decision.decision != .admitted, let request = decision.request, !request.isDryRun else { return }
        // The containers of a pod may all have one image.
        for refusal in Set(decision.findings.compactMap { Self.refusal($0.examination, in: request) }) {
            recorder.record(refusal)
        }
    }

    /// Nil for an image that may run, and for one that no policy speaks of.
    private static func refusal(_ examination: Examination, in request: AdmissionRequest) -> PolicyRefusal? {
        guard let complaint = examination.complaint, let policy = examination.policy?.policy else { return nil }
        let kind = PlainText.make(from: request.kind.kind, limit: 63)
        let place = request.namespace.isEmpty ? "" : " in \(PlainText.make(from: request.namespace, limit: 63))"
        return PolicyRefusal(
            policy: policy, outcome: examination.decision == .refused ? .refused : .undecided,
            image: examination.image, note: "\(kind)\(place): \(complaint)")
    }
}

/// Hands each decision to several.
struct DecisionLogs: DecisionLog {
    let logs: [any DecisionLog]

    func record(_ decision: DecisionRecord) {
        for log in logs { log.record(decision) }
    }
}
