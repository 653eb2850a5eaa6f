internal import Admission
internal import Kubernetes
internal import Manifests
internal import Primitives

/// One document that `review` was given: an AdmissionReview, or an object to be created.
struct ReviewSubject {
    private let document: ManifestDocument
    private let defaultNamespace: String

    init(_ document: ManifestDocument, defaultNamespace: String) {
        self.document = document
        self.defaultNamespace = defaultNamespace
    }

    /// Decides on it. What cannot be read is undecided, with the reason.
    func review(by doorkeeper: Doorkeeper, at endpoint: Endpoint, deadline: Deadline) async -> ReviewReport {
        do throws(KubernetesError) {
            guard AdmissionReview.isReview(document.value) else {
                return try await reviewObject(by: doorkeeper, at: endpoint, deadline: deadline)
            }
            let review = try AdmissionReview(document.value)
            let verdict = try await doorkeeper.review(review.request, at: endpoint, by: deadline)
            let answer = JSON.written(verdict.response(at: endpoint).review(for: review.identity))
            return ReviewReport(name(of: review.request), verdict, namespace: review.request.namespace, answer: answer)
        } catch {
            return ReviewReport("\(document.source)", unreadable: "\(error)")
        }
    }

    private func reviewObject(
        by doorkeeper: Doorkeeper, at endpoint: Endpoint, deadline: Deadline
    ) async throws(KubernetesError) -> ReviewReport {
        let request = try AdmissionRequest(creating: document.value, defaultNamespace: defaultNamespace)
        let verdict = try await doorkeeper.review(request, at: endpoint, by: deadline)
        return ReviewReport(name(of: request), verdict, namespace: request.namespace)
    }

    private func name(of request: AdmissionRequest) -> String {
        let place = request.namespace.isEmpty ? request.name : "\(request.namespace)/\(request.name)"
        return "\(request.kind.kind) \(place)"
    }
}

/// What `review` prints about one document.
struct ReviewReport {
    let decision: Verdict.Decision
    private let name: String
    private let message: String
    private let images: [ImageReport]
    private let answer: JSON?

    /// - Parameter answer: what the API server would get, for an AdmissionReview.
    init(_ name: String, _ verdict: Verdict, namespace: String, answer: JSON? = nil) {
        self.name = name
        decision = verdict.decision
        message = verdict.message
        images = verdict.findings.map { ImageReport(examination: $0.examination, namespace: namespace) }
        self.answer = answer
    }

    /// A document that could not be read.
    init(_ name: String, unreadable reason: String) {
        self.name = name
        decision = .undecided
        message = reason
        images = []
        answer = nil
    }

    /// An AdmissionReview's answer; for an object the decision with one member an image.
    var json: JSON {
        answer ?? [
            "object": .string(name),
            "decision": .string(decision.rawValue),
            "message": .string(message),
            "images": .array(images.map(\.json)),
        ]
    }

    /// The form for people.
    var lines: [String] {
        let headline =
            "\(ImageReport.mark(decision)) \(Terminal.styled(Terminal.plain(name), .strong)) \(decision.rawValue)"
        let details =
            images.isEmpty ? [message.isEmpty ? "no image in it" : Terminal.plain(message)] : images.flatMap(\.lines)
        return [headline] + details.map { "  " + $0 }
    }
}
