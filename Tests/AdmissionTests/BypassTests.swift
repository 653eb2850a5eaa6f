import Kubernetes
import Primitives
import Support
import Testing

@testable import Admission

/// Ways by which images came past admission in other systems, each with the number it was reported under, or with what
/// made it possible. The policy rejects `e.com/evil`; every attack names it, and must hear so.
@Suite(.timeLimit(.minutes(2))) struct BypassTests {
    struct Attack: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let review: String

        init(_ id: String, _ description: String, _ review: String) {
            testDescription = "\(id): \(description)"
            self.review = review
        }
    }

    private static let evil: JSON = ["name": "web", "image": "e.com/evil:1"]
    private static let good: JSON = ["name": "web", "image": "e.com/good:1"]
    private static let evilPod: JSON = ["containers": [evil]]

    private static func pod(_ metadata: JSON = [:], spec: JSON = evilPod) -> JSON {
        ["apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec]
    }

    private static func workload(_ members: [(String, JSON)] = [], spec: JSON = evilPod) -> JSON {
        [
            "metadata": [:],
            "spec": .object(members.map { (key: $0, value: $1) } + [(key: "template", value: ["spec": spec])]),
        ]
    }

    private static func owned(by kind: String, of apiVersion: String) -> JSON {
        let owner: JSON = [
            "apiVersion": .string(apiVersion), "kind": .string(kind), "name": "web", "uid": "u", "controller": true,
        ]
        return ["ownerReferences": [owner]]
    }

    private static let leaving: JSON = ["deletionTimestamp": "2026-11-21T17:25:37Z", "finalizers": ["a"]]

    private static let fields = [
        Attack(
            "Portieris #30", "an init container", review(pod(spec: ["initContainers": [evil], "containers": [good]]))),
        Attack(
            "CVE-2023-2727", "an ephemeral container through its subresource",
            review(
                pod(spec: ["containers": [good], "ephemeralContainers": [evil]]),
                old: pod(spec: ["containers": [good]]),
                subResource: "ephemeralcontainers", operation: "UPDATE")),
        Attack(
            "Connaisseur 3.1.1", "an ephemeral container through the pod itself",
            review(pod(spec: ["containers": [good], "ephemeralContainers": [evil]]), operation: "UPDATE")),
        Attack(
            "CVE-2023-2727", "the same as clusters before 1.22 sent it",
            review(
                ["metadata": [:], "ephemeralContainers": [evil]], subResource: "ephemeralcontainers",
                kind: "EphemeralContainers", operation: "UPDATE")),
        Attack(
            "policy-controller #1974, Kyverno #17555", "an image volume",
            review(
                pod(spec: [
                    "containers": [good], "volumes": [["name": "v", "image": ["reference": "e.com/evil:1"]]],
                ]))),
        Attack(
            "Connaisseur 1.3.0", "a later container of a template",
            review(
                workload(spec: ["containers": [good, evil]]), group: "apps", resource: "deployments",
                kind: "Deployment")),
        Attack(
            "Portieris' kinds", "a template that nothing runs yet",
            review(["template": ["spec": evilPod]], resource: "podtemplates", kind: "PodTemplate")),
        Attack(
            "Portieris' kinds", "a kind that another vendor gave a known plural name",
            review(
                ["spec": ["tasks": [["template": ["spec": evilPod]]]]], group: "batch.volcano.sh", resource: "jobs",
                kind: "Job")),
        Attack(
            "matchPolicy Exact", "an older version of a kind",
            review(workload(), group: "extensions", resource: "deployments", kind: "Deployment")),
    ]

    private static let claims = [
        Attack(
            "Portieris #508", "no replicas, to be scaled later",
            review(workload([("replicas", 0)]), group: "apps", resource: "deployments", kind: "Deployment")),
        Attack(
            "Portieris #508", "a job that is suspended, to be resumed later",
            review(workload([("suspend", true), ("parallelism", 0)]), group: "batch", resource: "jobs", kind: "Job")),
        Attack("Portieris PR #517", "a forged owner", review(pod(owned(by: "ReplicaSet", of: "apps/v1")))),
        Attack(
            "Portieris PR #247", "a forged owner of another kind",
            review(pod(owned(by: "Rollout", of: "argoproj.io/v1alpha1")))),
        Attack("Portieris PR #517", "a node as owner", review(pod(owned(by: "Node", of: "v1")))),
        Attack(
            "mirror pods", "the annotations of a static pod's mirror",
            review(
                pod([
                    "annotations": [
                        "kubernetes.io/config.mirror": "a", "kubernetes.io/config.source": "file",
                        "kubernetes.io/config.hash": "a",
                    ]
                ]))),
        Attack(
            "Kyverno #16336", "a verdict in an annotation",
            review(
                pod(["annotations": ["kyverno.io/verify-images": #"{"e.com/evil:1":"pass"}"#, "ostiary": "admitted"]]))),
        Attack(
            "Portieris' skip label", "a label that asks to be skipped",
            review(
                pod([
                    "labels": [
                        "securityenforcement.admission.cloud.ibm.com/namespace": "skip",
                        "policy.sigstore.dev/include": "false",
                    ]
                ]))),
        Attack("CVE-2023-34091", "a time of deletion, on creation", review(pod(leaving))),
        Attack(
            "CVE-2023-34091", "a time of deletion that the old object does not have",
            review(pod(leaving), old: pod(), operation: "UPDATE")),
        Attack(
            "CVE-2023-34091", "an image changed while the object is being deleted",
            review(pod(leaving), old: pod(leaving, spec: ["containers": [good]]), operation: "UPDATE")),
        Attack(
            "Pod updates", "an image changed in a running pod",
            review(pod(), old: pod(spec: ["containers": [good]]), operation: "UPDATE")),
        Attack(
            "CVE-2021-25735", "an update that changes no image", review(pod(), old: pod(), operation: "UPDATE")),
        Attack("Portieris #134", "a dry run", review(pod(), isDryRun: true)),
        Attack(
            "Portieris' lost refusals", "an image named twice, with another between",
            review(pod(spec: ["containers": [evil, good, evil]]))),
    ]

    @Test("The attack is refused, and the user learns which image it was", arguments: fields + claims)
    func refuses(attack: Attack) async throws {
        let network = FakeNetwork()
        try network.putImages("e.com/evil:1")
        let house = try House(network, [("e.com/*", Ask.nothing), ("e.com/evil*", Ask.reject)])
        let verdict = try await house.review(attack.review)
        #expect(verdict.decision == .refused)
        #expect(verdict.message.contains(#"Deny "e.com/evil:1""#))
        #expect(verdict.message.split(separator: "\n").count == 1)
    }

    static let harmless = [
        Attack(
            "Connaisseur #2053", "a finalizer is removed from an object that is being deleted",
            review(pod(leaving), old: pod(leaving), operation: "UPDATE")),
        Attack("DELETE", "an object is deleted", review(.null, old: pod(), operation: "DELETE")),
        Attack(
            "scale", "a deployment is scaled",
            review(
                ["spec": ["replicas": 3]], group: "autoscaling", resource: "deployments", subResource: "scale",
                kind: "Scale", operation: "UPDATE")),
        Attack(
            "status", "the kubelet reports on a pod",
            review(pod(), old: pod(), subResource: "status", operation: "UPDATE")),
        Attack(
            "CONNECT", "somebody enters a pod",
            review(["command": ["sh"]], subResource: "exec", kind: "PodExecOptions", operation: "CONNECT")),
        Attack(
            "binding", "a pod is bound to a node",
            review(["target": ["name": "n"]], subResource: "binding", kind: "Binding")
        ),
    ]

    @Test("What stores no new image is admitted untouched, even where nothing is allowed", arguments: harmless)
    func admits(step: Attack) async throws {
        let verdict = try await House(FakeNetwork(), [("*", Ask.reject)]).review(step.review)
        #expect(verdict.decision == .admitted)
        #expect(verdict.findings.isEmpty && verdict.patch.isEmpty && verdict.warnings.isEmpty)
    }

    @Test("Kyverno #15705: an object that cannot be read is not an empty one")
    func refusesUnreadable() async throws {
        let house = try House(FakeNetwork(), [("*", Ask.nothing)])
        await #expect(throws: KubernetesError.self) { try await house.review(review(["spec": ["containers": "x"]])) }
    }

    @Test("Portieris' lost refusals: two tags of one digest, one without proof, are judged each on its own")
    func judgesTagsApart() async throws {
        let network = FakeNetwork()
        try network.putImages("e.com/app:1", "e.com/app:2")
        let house = try House(network, [("e.com/app:1", Ask.anything), ("e.com/app:2", Ask.reject)])
        let verdict = try await house.review(podReview(["e.com/app:2", "e.com/app:1", "e.com/app:2"]))
        #expect(verdict.findings.map(\.examination.isAdmitted) == [false, true, false])
        #expect(verdict.decision == .refused)
    }
}
