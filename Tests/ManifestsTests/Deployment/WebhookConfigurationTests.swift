import Primitives
import Testing

/// `deploy/webhooks`: what the API server asks, and that it never asks about what Ostiary needs to answer.
@Suite("Webhook configurations")
struct WebhookConfigurationTests {
    private let webhooks: [Webhook]

    init() throws {
        webhooks = try DeployFolder.webhooks()
    }

    @Test("Nothing is let in while nobody answers, and what is asked ends in time")
    func contract() throws {
        #expect(webhooks.map(\.name) == ["admit.ostiary.portieris.svc", "validate.ostiary.portieris.svc"])
        for webhook in webhooks {
            #expect(webhook.value["failurePolicy"]?.string == "Fail")
            #expect(webhook.value["matchPolicy"]?.string == "Equivalent", "another version would pass by unseen")
            #expect(webhook.value["sideEffects"]?.string == "None")
            #expect(webhook.value["admissionReviewVersions"]?.strings == ["v1"])
            // All webhooks of a request share half a minute.
            #expect(try (1...10).contains(#require(webhook.value["timeoutSeconds"]?.integer)))
            #expect(webhook.value["matchConditions"] == nil)
        }
    }

    @Test(
        "Every way to a pod's image is asked about",
        arguments: [
            Write(resource: "pods", namespace: "shop"), Write(operation: "UPDATE", resource: "pods", namespace: "shop"),
            Write(operation: "UPDATE", resource: "pods/ephemeralcontainers", namespace: "shop"),
            Write(group: "apps", resource: "deployments", namespace: "default"),
            Write(operation: "UPDATE", group: "apps", resource: "daemonsets", namespace: "kube-public"),
            Write(group: "apps", resource: "statefulsets", namespace: "portieris-2"),
            Write(group: "batch", resource: "jobs", namespace: "shop"),
            Write(operation: "UPDATE", group: "batch", resource: "cronjobs", namespace: "shop"),
            Write(resource: "replicationcontrollers", namespace: "shop"),
            Write(resource: "podtemplates", namespace: "shop"),
        ])
    func images(write: Write) {
        #expect(webhooks.allSatisfy { $0.isAsked(about: write) })
    }

    @Test(
        "A ReplicaSet is judged when it is made, never bound, and can always be scaled down",
        arguments: [("CREATE", ["validate.ostiary.portieris.svc"]), ("UPDATE", [])])
    func replicaSets(operation: String, asked: [String]) {
        let write = Write(operation: operation, group: "apps", resource: "replicasets", namespace: "shop")
        #expect(webhooks.filter { $0.isAsked(about: write) }.map(\.name) == asked)
    }

    @Test(
        "Nothing else is",
        arguments: [
            Write(operation: "UPDATE", resource: "pods/status", namespace: "shop"),
            Write(resource: "pods/binding", namespace: "shop"), Write(resource: "pods/eviction", namespace: "shop"),
            Write(operation: "DELETE", resource: "pods", namespace: "shop"),
            Write(operation: "UPDATE", group: "apps", resource: "deployments/scale", namespace: "shop"),
            Write(resource: "secrets", namespace: "shop"), Write(resource: "events", namespace: "shop"),
            Write(group: "metrics.k8s.io", resource: "pods", namespace: "shop"), Write(resource: "nodes"),
        ])
    func others(write: Write) {
        #expect(!webhooks.contains { $0.isAsked(about: write) })
    }

    // MARK: The webhook must never need itself

    @Test("A cluster whose nodes are all new starts, although nothing may pass while nobody answers")
    func start() {
        #expect(ClusterStart(webhooks: webhooks).stuckWrites() == [])
    }

    @Test("Without the namespaces that are left out it would not: this test can fail")
    func deadlock() {
        let open = webhooks.map { $0.leavingOut() }
        let stuck = ClusterStart(webhooks: open).stuckWrites()
        #expect(stuck.contains(Write(resource: "pods", namespace: DeployFolder.namespace)))
        #expect(stuck.contains(Write(resource: "pods", namespace: "kube-system")))
        #expect(stuck.contains(Write(resource: "pods", namespace: "shop")))
    }

    @Test("A network plugin with a namespace of its own must be left out too, as the documentation says")
    func networkPlugin() {
        let start = ClusterStart(networkNamespace: "calico-system", webhooks: webhooks)
        #expect(start.stuckWrites().contains(Write(resource: "pods", namespace: "calico-system")))
        let mended = webhooks.map { $0.leavingOut("calico-system") }
        #expect(ClusterStart(networkNamespace: "calico-system", webhooks: mended).stuckWrites() == [])
    }

    @Test("Nothing that Ostiary may write is asked about, in whatever namespace")
    func ownWrites() throws {
        let writes = try ["Role", "ClusterRole"].flatMap { kind in
            try DeployFolder.object(kind, in: "rbac.yaml").at("rules").elements.flatMap(Self.writes)
        }
        #expect(writes.count > 4)
        #expect(writes.filter { write in webhooks.contains { $0.isAsked(about: write) } } == [])
    }

    /// What a rule of a role allows beside reading; reads are never asked about.
    private static func writes(_ rule: JSONValue) throws -> [Write] {
        let operations = ["create": "CREATE", "update": "UPDATE", "patch": "UPDATE", "delete": "DELETE"]
        var writes: [Write] = []
        for verb in try rule.at("verbs").strings where !["get", "list", "watch"].contains(verb) {
            let operation = try #require(operations[verb])
            for group in try rule.at("apiGroups").strings {
                for resource in try rule.at("resources").strings {
                    writes += [DeployFolder.namespace, "shop", nil].map {
                        Write(operation: operation, group: group, resource: resource, namespace: $0)
                    }
                }
            }
        }
        return writes
    }
}
