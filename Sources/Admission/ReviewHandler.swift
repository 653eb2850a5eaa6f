package import HTTP
internal import Kubernetes
package import Primitives

/// Answers the API server's requests to one endpoint: review in, review out.
package struct ReviewHandler: RequestHandler {
    private let endpoint: Endpoint
    private let doorkeeper: Doorkeeper
    private let log: any DecisionLog
    private let metrics: AdmissionMetrics

    package init(_ endpoint: Endpoint, doorkeeper: Doorkeeper, log: any DecisionLog, metrics: AdmissionMetrics) {
        self.endpoint = endpoint
        self.doorkeeper = doorkeeper
        self.log = log
        self.metrics = metrics
    }

    /// Every decision is answered with 200; another status would leave it to the webhook's `failurePolicy`. Only a
    /// body that is no review at all is answered with 400: there is nobody to decide for.
    package func respond(to request: Request, by deadline: Deadline) async -> Response {
        let start = ContinuousClock.now
        do throws(KubernetesError) {
            let review = try AdmissionReview(parsing: request.body)
            let answer = await answer(review, since: start, by: Self.internalDeadline(deadline))
            return .json(.ok, answer.serialized(for: review.identity))
        } catch {
            return refuse(error, since: start)
        }
    }

    /// The answer to what is no review, or one whose request cannot be read.
    private func refuse(_ error: KubernetesError, since start: ContinuousClock.Instant) -> Response {
        guard case .malformedRequest(_, let identity?) = error else {
            record(nil, uid: "", .refused, error.description, since: start)
            return .text(.badRequest, error.description)
        }
        record(nil, uid: identity.uid, .refused, error.description, since: start)
        return .json(.ok, AdmissionResponse(.refused(message: error.description)).serialized(for: identity))
    }

    private func answer(
        _ review: AdmissionReview, since start: ContinuousClock.Instant, by deadline: Deadline
    ) async -> AdmissionResponse {
        do throws(KubernetesError) {
            let verdict = try await doorkeeper.review(review.request, by: deadline)
            record(
                review.request, uid: review.identity.uid, verdict.decision, verdict.message, verdict.findings,
                since: start)
            return verdict.response(at: endpoint)
        } catch {
            record(review.request, uid: review.identity.uid, .refused, error.description, since: start)
            return AdmissionResponse(.refused(message: error.description))
        }
    }

    private func record(
        _ request: AdmissionRequest?, uid: String, _ decision: Verdict.Decision, _ message: String,
        _ findings: [Verdict.Finding] = [], since start: ContinuousClock.Instant
    ) {
        let record = DecisionRecord(
            endpoint: endpoint, request: request, uid: uid, decision: decision, message: message, findings: findings,
            duration: ContinuousClock.now - start)
        metrics.count(record)
        log.record(record)
    }

    /// The caller's deadline less what it takes to get the answer back: a tenth of its patience, at most a second.
    private static func internalDeadline(_ deadline: Deadline) -> Deadline {
        Deadline(deadline.instant - min(max(deadline.remaining, .zero) / 10, .seconds(1)))
    }
}
