import Foundation
import Kubernetes
import Primitives
import Support
import Testing

@testable import Admission

/// What the API server does when another webhook changed the object meanwhile: it asks again (`reinvocationPolicy`).
@Suite(.timeLimit(.minutes(2))) struct RepeatedReviewTests {
    private static let pod = """
        {"initContainers":[{"name":"a","image":"e.com/a:1"}],"containers":[{"name":"b","image":"e.com/b"},
         {"name":"c","image":"e.com/a:1"}],"ephemeralContainers":[{"name":"d","image":"e.com/d:1"}],
         "volumes":[{"name":"x","emptyDir":{}},{"name":"e","image":{"reference":"e.com/e:1"}}]}
        """

    private static let objects: [(group: String, kind: String, object: String)] = [
        ("", "Pod", #"{"spec":\#(pod)}"#),
        ("apps", "Deployment", #"{"spec":{"template":{"spec":\#(pod)}}}"#),
        ("batch", "CronJob", #"{"spec":{"jobTemplate":{"spec":{"template":{"spec":\#(pod)}}}}}"#),
        ("batch.volcano.sh", "Job", #"{"spec":{"tasks":[{"name":"x"},{"name":"a/b","template":{"spec":\#(pod)}}]}}"#),
        ("example.com", "Thing", #"{"spec":{"a/b":{"~":{"podTemplate":{"spec":\#(pod)}}}}}"#),
    ]

    @Test("A second round changes nothing: what is pinned stays as it is, wherever it stands", arguments: objects)
    func isIdempotent(group: String, kind: String, object: String) async throws {
        let network = FakeNetwork()
        try network.putImages("e.com/a:1", "e.com/b:latest", "e.com/d:1", "e.com/e:1")
        for name in ["a", "b", "d", "e"] { try network.putImages("e.com/\(name)@\(digest)") }
        let house = try House(network, [("e.com/*", Ask.anything)])

        let first = try await house.review(review(.verbatim(json(object)), group: group, kind: kind))
        #expect(first.decision == .admitted)
        let patched = try apply(first.patch, to: object)
        #expect(patched.components(separatedBy: "@\(digest)").count == 6)
        for text in [":1", "latest"] { #expect(!patched.contains(text + "\"")) }

        let second = try await house.review(review(.verbatim(json(patched)), group: group, kind: kind))
        #expect(second.decision == .admitted)
        #expect(second.findings.count == 5)
        #expect(second.patch.isEmpty)
    }

    @Test("An update that changes no image and has only digests is judged all the same")
    func judgesPinnedUpdates() async throws {
        let pod: JSON = ["spec": ["containers": [["image": .string("e.com/a@\(digest)")]]]]
        let network = FakeNetwork()
        try network.putImages("e.com/a@\(digest)")
        let verdict = try await House(network, [("*", Ask.reject)]).review(review(pod, old: pod, operation: "UPDATE"))
        #expect(verdict.decision == .refused)
    }

    @Test("A dry run is judged and patched as the real one")
    func dryRuns() async throws {
        let network = FakeNetwork()
        try network.putImages("e.com/a:1")
        let house = try House(network, [("*", Ask.anything)])
        let pod: JSON = ["spec": ["containers": [["image": "e.com/a:1"]]]]
        for isDryRun in [false, true] {
            #expect(try await !house.review(review(pod, isDryRun: isDryRun)).patch.isEmpty)
        }
    }

    @Test("Blank images of a template are told to the user with the verdict")
    func tellsNotices() async throws {
        let template: JSON = ["spec": ["template": ["spec": ["containers": [["image": " "]]]]]]
        let verdict = try await House(FakeNetwork(), [("*", Ask.reject)]).review(
            review(template, group: "apps", kind: "Deployment"))
        #expect(verdict.decision == .admitted)
        #expect(verdict.warnings.count == 1)
    }

    /// The object as the API server stores it: with the patch applied (RFC 6902 §4.3: the place must be there).
    private func apply(_ patch: JSONPatch, to object: String) throws -> String {
        var root = try JSONSerialization.jsonObject(with: Data(object.utf8))
        for operation in try JSONDocument(parsing: patch.operations.serialized()).root.elements {
            #expect(operation["op"]?.string == "replace")
            let keys = try #require(operation["path"]?.string).split(separator: "/").map { key in
                String(key).replacing("~1", with: "/").replacing("~0", with: "~")
            }
            root = try replacing(keys[...], in: root, with: try #require(operation["value"]?.string))
        }
        let data = try JSONSerialization.data(withJSONObject: root, options: [.withoutEscapingSlashes])
        return String(decoding: data, as: UTF8.self)
    }

    private func replacing(_ keys: ArraySlice<String>, in value: Any, with text: String) throws -> Any {
        guard let key = keys.first else { return text }
        if var list = value as? [Any] {
            let index = try #require(Int(key))
            try #require(list.indices.contains(index))
            list[index] = try replacing(keys.dropFirst(), in: list[index], with: text)
            return list
        }
        var object = try #require(value as? [String: Any])
        object[key] = try replacing(keys.dropFirst(), in: try #require(object[key]), with: text)
        return object
    }
}
