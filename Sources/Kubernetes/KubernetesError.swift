package import Primitives

/// Why something that Kubernetes sent, or that a user wrote as an object of Kubernetes, cannot be read.
///
/// Who sends the same bytes again gets the same answer: a caller who decides on an object refuses it with this text.
package enum KubernetesError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The body is not JSON. Not the cluster's fault unless something between it and us alters bodies.
    case unreadableReview(JSONError)
    /// The body is JSON of another kind. Only an API server's webhook client should call here.
    case notAReview(apiVersion: String?, kind: String?)
    /// An AdmissionReview without its request.
    case missingRequest
    /// An AdmissionReview whose request is not as admission/v1 describes it; `review` is what to answer it by, when
    /// that could be read.
    case malformedRequest(FieldError, review: ReviewIdentity?)
    /// The object under review does not have the shape of its kind, so its images cannot be told.
    case malformedObject(FieldError)
    /// The object names so many images that its review could not end in time.
    case tooManyImages(limit: Int)
    /// The object names so many pull secrets and accounts that trying them could not end in time.
    case tooManyPullSecrets(limit: Int)

    /// What the user or the operator reads.
    package var description: String {
        switch self {
        case .unreadableReview(let error):
            "bad request, unable to decode admission review body: \(error)"
        case .notAReview(let apiVersion, let kind):
            "bad request, an AdmissionReview of admission.k8s.io/v1 is expected here, found apiVersion "
                + "\(Self.quote(apiVersion)) and kind \(Self.quote(kind))"
        case .missingRequest: "bad request, no admission request present"
        case .malformedRequest(let error, _): "bad request, \(error)"
        case .malformedObject(let error): "the object is malformed: \(error)"
        case .tooManyImages(let limit):
            "the object names more than \(limit) images, too many to review at once: split it into several"
        case .tooManyPullSecrets(let limit):
            "the object names more than \(limit) pull secrets and service accounts, too many to try: name fewer"
        }
    }

    private static func quote(_ text: String?) -> String {
        text.map { QuotedText.make(from: $0, limit: 64) } ?? "(none)"
    }
}
