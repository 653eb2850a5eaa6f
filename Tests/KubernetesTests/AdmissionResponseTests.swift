import Kubernetes
import Primitives
import Testing

@Suite struct AdmissionResponseTests {
    private let identity = ReviewIdentity(version: .v1, uid: "u-1")

    private func text(_ response: AdmissionResponse, for identity: ReviewIdentity? = nil) -> String {
        String(decoding: response.review(for: identity ?? self.identity).bytes, as: UTF8.self)
    }

    @Test("An object that needs no change is allowed without a patch, also with an empty one")
    func allows() {
        let expected =
            #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"u-1","allowed":true}}"#
        #expect(text(AdmissionResponse(.allowed(patch: nil))) == expected)
        #expect(text(AdmissionResponse(.allowed(patch: JSONPatch(replacing: [])))) == expected)
    }

    @Test("A patch goes out as base64 with its type")
    func allowsWithPatch() throws {
        let patch = JSONPatch(replacing: [
            (pointer: JSONPointer(["spec", "containers", "0", "image"]), value: "docker.io/library/nginx@sha256:aa")
        ])
        let response = try json(text(AdmissionResponse(.allowed(patch: patch))))["response"]
        #expect(response?["patchType"]?.string == "JSONPatch")
        let operations = try #require(Base64.decode(response?["patch"]?.string ?? ""))
        #expect(
            String(decoding: operations, as: UTF8.self)
                == #"[{"op":"replace","path":"/spec/containers/0/image","value":"docker.io/library/nginx@sha256:aa"}]"#)
    }

    @Test("A refusal is 403 Forbidden, and what could not be told is 500 InternalError")
    func refuses() {
        #expect(
            text(AdmissionResponse(.refused(message: "a\nb"))).contains(
                #""allowed":false,"status":{"metadata":{},"status":"Failure","message":"a\nb","reason":"Forbidden","code":403}"#
            ))
        #expect(
            text(AdmissionResponse(.undecided(message: "later"))).contains(
                #""allowed":false,"status":{"metadata":{},"status":"Failure","message":"later","reason":"InternalError","code":500}"#
            ))
    }

    @Test("The answer has the version and the uid of the question")
    func echoesIdentity() {
        let text = text(AdmissionResponse(.allowed(patch: nil)), for: ReviewIdentity(version: .v1beta1, uid: "\"x\""))
        #expect(text.contains(#""apiVersion":"admission.k8s.io/v1beta1""#))
        #expect(text.contains(#""uid":"\"x\"""#))
    }

    @Test("Warnings lose the line ends and control characters for which the API server would drop them")
    func cleansWarnings() {
        let response = AdmissionResponse(.allowed(patch: nil), warnings: ["one\ntwo", "th\u{1B}ree"])
        #expect(text(response).contains(#""warnings":["one","two","th ree"]"#))
    }

    @Test("Audit annotations are written in their order")
    func writesAuditAnnotations() {
        let response = AdmissionResponse(.allowed(patch: nil), auditAnnotations: [("b", "1"), ("a", "2")])
        #expect(text(response).contains(#""auditAnnotations":{"b":"1","a":"2"}"#))
    }
}
