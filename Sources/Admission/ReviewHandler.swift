package import HTTP
internal import Kubernetes
package import Primitives

/// Answers the API server's requests to one endpoint: review in, review out.
package struct ReviewHandler: RequestHandler {
    private let endpoint: Endpoint
    private let doorkeeper: Doorkeeper
    private let log: any DecisionLog
    private let metrics: AdmissionMetrics
    private let gate: ReviewGate

    /// - Parameter gate: shared by all endpoints.
    package init(
        _ endpoint: Endpoint, doorkeeper: Doorkeeper, gate: ReviewGate, log: any DecisionLog, metrics: AdmissionMetrics
    ) {
        self.endpoint = endpoint
        self.doorkeeper = doorkeeper
        self.gate = gate
        self.log = log
        self.metrics = metrics
    }

    /// Every decision is answered with 200; another status would leave it to the webhook's `failurePolicy`. Only a
    /// body that is no review at all is answered with 400: there is nobody to decide for. When too many reviews are in
    /// flight the body is not looked at; the API server asks again after a 503 with a number of seconds, within its
    /// deadline.
    package func respond(to request: Request, by deadline: Deadline) async -> Response {
        guard gate.enter() else { return Self.busy }
        defer { gate.leave() }
        let start = Moment.now
        do throws(KubernetesError) {
            let review = try AdmissionReview(parsing: request.body)
            let answer = await answer(review, since: start, by: Self.internalDeadline(deadline, now: start))
            return .json(.ok, answer.review(for: review.identity).bytes)
        } catch {
            return refuse(error, since: start)
        }
    }

    /// The answer to what is no review, or one whose request cannot be read.
    private func refuse(_ error: KubernetesError, since start: Moment) -> Response {
        guard case .malformedRequest(_, let identity?) = error else {
            record(nil, uid: "", error, since: start)
            return .text(.badRequest, error.description)
        }
        record(nil, uid: identity.uid, error, since: start)
        return .json(.ok, Self.refusal(error).review(for: identity).bytes)
    }

    private func answer(
        _ review: AdmissionReview, since start: Moment, by deadline: Deadline
    ) async -> AdmissionResponse {
        do throws(KubernetesError) {
            let verdict = try await doorkeeper.review(review.request, at: endpoint, by: deadline)
            record(
                DecisionRecord(
                    endpoint: endpoint, request: review.request, uid: review.identity.uid, decision: verdict.decision,
                    fault: nil, message: verdict.message, findings: verdict.findings,
                    duration: Moment.now - start))
            return verdict.response(at: endpoint)
        } catch {
            record(review.request, uid: review.identity.uid, error, since: start)
            return Self.refusal(error)
        }
    }

    private func record(
        _ request: AdmissionRequest?, uid: String, _ error: KubernetesError, since start: Moment
    ) {
        record(
            DecisionRecord(
                endpoint: endpoint, request: request, uid: uid, decision: .refused, fault: ReasonCode(error),
                message: error.description, findings: [], duration: Moment.now - start))
    }

    private func record(_ record: DecisionRecord) {
        metrics.count(record)
        log.record(record)
    }

    private static func refusal(_ error: KubernetesError) -> AdmissionResponse {
        AdmissionResponse(
            .refused(message: error.description), auditAnnotations: AuditAnnotations.make(of: .refused))
    }

    private static let busy: Response = {
        var response = Response.text(.serviceUnavailable, "too many reviews are in flight")
        response.headers.add("Retry-After", "1")
        return response
    }()

    /// The caller's deadline less what it takes to get the answer back: a tenth of its patience, at most a second.
    static func internalDeadline(_ deadline: Deadline, now: Moment) -> Deadline {
        let patience = deadline.moment - now
        // Ten seconds, which is what most ask for, are not ten any more when they are looked at.
        let margin: Duration = patience > .seconds(9) ? .seconds(1) : max(patience, .zero) / 10
        return Deadline(deadline.moment - margin)
    }
}
