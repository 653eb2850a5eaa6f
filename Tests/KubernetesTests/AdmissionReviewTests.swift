import Kubernetes
import Primitives
import Testing

@Suite struct AdmissionReviewTests {
    @Test("A review gives its identity and its request")
    func readsReview() throws {
        let review = try AdmissionReview(parsing: recordedReview("01-pods-create"))
        #expect(review.identity.version == .v1)
        #expect(!review.identity.uid.isEmpty)
        #expect(review.request.kind == GroupVersionKind(group: "", version: "v1", kind: "Pod"))

        #expect(review.request.subResource == nil)
        #expect(review.request.name == "tiny")
        #expect(review.request.namespace == "shop")
        #expect(review.request.operation == .create)
        #expect(!review.request.isDryRun)
        #expect(review.request.object != nil)
        #expect(review.request.oldObject == nil)
    }

    @Test("The version of the review is kept for the answer", arguments: ReviewIdentity.Version.allCases)
    func readsBothVersions(version: ReviewIdentity.Version) throws {
        let body = String(decoding: review(of: "{}"), as: UTF8.self)
            .replacing("admission.k8s.io/v1\"", with: version.rawValue + "\"")
        #expect(try AdmissionReview(parsing: Array(body.utf8)).identity.version == version)
    }

    @Test("A dry run and a subresource are told")
    func readsDryRunAndSubResource() throws {
        #expect(try AdmissionReview(parsing: recordedReview("13-pods-create-dryrun")).request.isDryRun)
        let ephemeral = try AdmissionReview(parsing: recordedReview("18-pods-ephemeralcontainers-update")).request
        #expect(ephemeral.subResource == "ephemeralcontainers")
        #expect(ephemeral.operation == .update)
        #expect(ephemeral.oldObject != nil)
    }

    static let bad: [(body: String, message: String)] = [
        ("", "unable to decode admission review body: empty text"),
        ("not json", "unable to decode admission review body: unexpected 'o'"),
        ("{\"kind\":\"AdmissionReview\",\"kind\":\"AdmissionReview\"}", "duplicate key \"kind\""),
        ("[]", "found apiVersion (none) and kind (none)"),
        ("null", "found apiVersion (none) and kind (none)"),
        (#"{"apiVersion":"v1","kind":"Pod"}"#, #"found apiVersion "v1" and kind "Pod""#),
        (#"{"apiVersion":"admission.k8s.io/v2","kind":"AdmissionReview"}"#, #"found apiVersion "admission.k8s.io/v2""#),
        (#"{"apiVersion":1,"kind":"AdmissionReview"}"#, "found apiVersion (none)"),
        (
            #"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}"#,
            "bad request, no admission request present"
        ),
        (
            #"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":null}"#,
            "bad request, no admission request present"
        ),
        (
            #"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":[]}"#,
            "bad request, request: an object is expected here, found an array"
        ),
        (
            #"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{}}"#,
            "bad request, request.uid: required, but missing"
        ),
    ]

    @Test("A body that is no review is refused with what is wrong", arguments: bad)
    func refusesBadBodies(body: String, message: String) {
        let error = #expect(throws: KubernetesError.self) { try AdmissionReview(parsing: Array(body.utf8)) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    static let replacements: [(field: String, with: String, message: String)] = [
        (#""uid": "u-1""#, #""uid": 7"#, "request.uid: a string is expected here, found a number"),
        (#""uid": "u-1""#, #""uid": """#, "request.uid: required, but missing"),
        (#""operation": "CREATE""#, #""operation": "create""#, #"request.operation: unknown operation "create""#),
        (#""operation": "CREATE""#, #""operation": null"#, "request.operation: required, but missing"),
        (#""namespace": "shop""#, #""namespace": ["shop"]"#, "request.namespace: a string is expected here"),
        (#""object": {}"#, #""object": "x""#, "request.object: an object is expected here, found a string"),
        (#""object": {}"#, #""object": null"#, "request.object: required, but missing"),
        (#""object": {}, "#, "", "request.object: required, but missing"),
        (#""oldObject": null"#, #""oldObject": []"#, "request.oldObject: an object is expected here, found an array"),
        (#""oldObject": null"#, #""dryRun": "true""#, "request.dryRun: a boolean is expected here, found a string"),
        (#""subResource": """#, #""subResource": {}"#, "request.subResource: a string is expected here"),
    ]

    @Test("A request with a missing or mistyped field is refused, naming it", arguments: replacements)
    func refusesBadRequests(field: String, with: String, message: String) {
        let body = String(decoding: review(of: "{}"), as: UTF8.self).replacing(field, with: with)
        let error = #expect(throws: KubernetesError.self) { try AdmissionReview(parsing: Array(body.utf8)) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test("An error behind the uid says which review to answer")
    func keepsIdentityOfBadRequest() {
        let body = String(decoding: review(of: "3"), as: UTF8.self)
        let error = #expect(throws: KubernetesError.self) { try AdmissionReview(parsing: Array(body.utf8)) }
        guard case .malformedRequest(_, let identity)? = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(identity == ReviewIdentity(version: .v1, uid: "u-1"))
    }

    @Test("A body over the limit is refused before it is parsed")
    func refusesHugeBody() {
        let body = [UInt8](repeating: UInt8(ascii: " "), count: Limits.reviewBytes + 1)
        let error = #expect(throws: KubernetesError.self) { try AdmissionReview(parsing: body) }
        #expect(error?.description.contains("longer than 7340032 bytes") == true)
    }

    @Test("Every prefix of a review is refused")
    func refusesEveryPrefix() throws {
        var body = try recordedReview("01-pods-create")
        while body.last == UInt8(ascii: "\n") { body.removeLast() }
        for length in 0..<body.count {
            #expect(throws: KubernetesError.self) { try AdmissionReview(parsing: Array(body.prefix(length))) }
        }
    }

    @Test("A message about a foreign body is one line, whatever the body says")
    func keepsMessagesOnOneLine() {
        let body = #"{"apiVersion":"v1\nallowed: true","kind":"\u001b[2J"}"#
        let error = #expect(throws: KubernetesError.self) { try AdmissionReview(parsing: Array(body.utf8)) }
        #expect(error?.description.contains(#""v1\nallowed: true" and kind "\x1b[2J""#) == true)
    }
}
