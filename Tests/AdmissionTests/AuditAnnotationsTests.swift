import Kubernetes
import Primitives
import Registry
import Support
import Testing

@testable import Admission

@Suite struct AuditAnnotationsTests {
    private func verdict(_ entries: [Entry], _ images: String...) async throws -> Verdict {
        let network = FakeNetwork()
        for image in images where !image.contains("gone") { try network.putImages(image) }
        return try await House(network, entries).review(podReview(images))
    }

    private func annotations(_ verdict: Verdict) -> [String] {
        AuditAnnotations.make(of: verdict).map { "\($0.key)=\($0.value)" }
    }

    private func object(of entries: [Entry], _ images: String...) async throws -> [String] {
        let network = FakeNetwork()
        for image in images { try network.putImages(image) }
        return annotations(try await House(network, entries).review(podReview(images)))
    }

    @Test("The audit log keeps the decision, the policy and the digest")
    func keepsAll() async throws {
        let admitted = try await verdict([("*", Ask.anything)], "e.com/a:1")
        #expect(
            annotations(admitted) == ["decision=admitted", "policy=ClusterImagePolicy default", "digest=\(digest)"])
        let refused = try await verdict([("*", Ask.reject)], "e.com/a:1")
        #expect(annotations(refused) == ["decision=refused", "policy=ClusterImagePolicy default", "digest=\(digest)"])
    }

    @Test("What is not known is left out")
    func leavesOut() async throws {
        #expect(annotations(Verdict([])) == ["decision=admitted"])
        #expect(annotations(try await verdict([("other", Ask.nothing)], "nginx")) == ["decision=refused"])
        #expect(
            annotations(try await verdict([("*", Ask.anything)], "e.com/gone:1")) == [
                "decision=undecided", "policy=ClusterImagePolicy default",
            ])
        #expect(
            annotations(try await verdict([("*", Ask.nothing)], "nginx")) == [
                "decision=admitted", "policy=ClusterImagePolicy default",
            ])
    }

    @Test("Several images name each policy and each digest once")
    func joins() async throws {
        #expect(
            try await object(of: [("*", Ask.anything)], "e.com/a:1", "e.com/b:1", "e.com/a:1") == [
                "decision=admitted", "policy=ClusterImagePolicy default", "digest=\(digest)",
            ])
    }

    @Test("A long list is cut between its items and says so")
    func cutsLists() throws {
        let digests = (0..<9).map { ImageDigest.sha256(of: [$0]) }
        let findings = digests.map { digest in
            let use = ImageUse(role: .container, name: "c", image: "a", pointer: JSONPointer(["image"]))
            let objection = Objection(.unsigned, "no", digest: digest)
            return Verdict.Finding(use: use, examination: Examination(image: "a", outcome: .refused(objection)))
        }
        for count in 1...9 {
            let value = try #require(AuditAnnotations.make(of: Verdict(Array(findings.prefix(count)))).last).value
            #expect(value.utf8.count <= 250)
            let shown = digests.prefix(min(count, 3)).map(\.description).joined(separator: ",")
            #expect(value == shown + (count > 3 ? ",…" : ""))
        }
    }

    @Test("The answer carries them, and so does the refusal of an object that cannot be read")
    func answers() async throws {
        let verdict = try await verdict([("*", Ask.nothing)], "nginx")
        let answer = verdict.response(at: .validate).review(for: ReviewIdentity(version: .v1, uid: "u")).bytes
        #expect(
            String(decoding: answer, as: UTF8.self).hasSuffix(
                #""auditAnnotations":{"decision":"admitted","policy":"ClusterImagePolicy default"}}}"#))
    }
}
