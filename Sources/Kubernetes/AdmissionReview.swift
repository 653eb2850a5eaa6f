package import Primitives

/// What the API server asks: an AdmissionReview with a request in it.
package struct AdmissionReview: Sendable {
    /// By what the answer is matched to the question.
    package let identity: ReviewIdentity
    package let request: AdmissionRequest

    /// Parses the body of a webhook call.
    ///
    /// - Throws: `KubernetesError` for a body that is not strict JSON, has another kind or apiVersion, has no request, or
    ///   has a request with a missing or mistyped field.
    package init(parsing body: [UInt8]) throws(KubernetesError) {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: body, skipsFieldSets: true)
        } catch {
            throw .unreadableReview(error)
        }
        try self.init(document.root)
    }

    /// Reads a review from a document that was parsed before.
    ///
    /// - Throws: `KubernetesError`, as for a body.
    package init(_ root: JSONValue) throws(KubernetesError) {
        let version = try Self.version(of: root)
        guard let value = root[.request], !value.isNull else { throw .missingRequest }
        var identity: ReviewIdentity?
        do throws(FieldError) {
            let field = try Field(root).member(.request)
            let known = ReviewIdentity(version: version, uid: try field.member(.uid).requiredString())
            identity = known
            self.identity = known
            request = try AdmissionRequest(field)
        } catch {
            throw .malformedRequest(error, review: identity)
        }
    }

    /// Whether a document claims to be an AdmissionReview, of any version.
    package static func isReview(_ root: JSONValue) -> Bool {
        root[.kind]?.isString("AdmissionReview") ?? false
    }

    private static func version(of root: JSONValue) throws(KubernetesError) -> ReviewIdentity.Version {
        guard isReview(root), let apiVersion = root[.apiVersion],
            let version = ReviewIdentity.Version.allCases.first(where: { apiVersion.isString($0.rawValue) })
        else {
            throw .notAReview(apiVersion: root[.apiVersion]?.string, kind: root[.kind]?.string)
        }
        return version
    }
}

/// By what the API server matches an answer to its question: the version it speaks and the request's uid.
package struct ReviewIdentity: Hashable, Sendable {
    /// The versions of admission.k8s.io. The answer must have the version of the question.
    package enum Version: String, CaseIterable, Sendable {
        case v1 = "admission.k8s.io/v1"
        case v1beta1 = "admission.k8s.io/v1beta1"
    }

    package let version: Version
    package let uid: String

    package init(version: Version, uid: String) {
        self.version = version
        self.uid = uid
    }
}
