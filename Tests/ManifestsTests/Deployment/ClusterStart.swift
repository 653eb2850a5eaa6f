/// The start of a cluster whose nodes are all new: what its controllers write, again and again until it is taken, with
/// webhooks that nobody answers until a replica of Ostiary runs.
struct ClusterStart: Sendable {
    private let networkNamespace: String
    private let webhooks: [Webhook]

    /// - Parameter networkNamespace: of the pods without which no other pod has a network; a plugin's choice.
    init(networkNamespace: String = "kube-system", webhooks: [Webhook]) {
        self.networkNamespace = networkNamespace
        self.webhooks = webhooks
    }

    /// What is never taken.
    func stuckWrites() -> [Write] {
        var (waiting, taken) = (writes, Set<Write>())
        while true {
            let isAnswered = requirements.isSubset(of: taken)
            let passing = waiting.filter { write in
                isAnswered || !webhooks.contains { $0.isAsked(about: write) }
            }
            if passing.isEmpty { return waiting }
            taken.formUnion(passing)
            waiting.removeAll { taken.contains($0) }
        }
    }

    /// A replica of Ostiary answers when it has been made by the controllers of Deployments and ReplicaSets, and has a
    /// network, and the names of registries can be looked up.
    private var requirements: Set<Write> {
        Set(ostiary + pods(in: "kube-system") + pods(in: networkNamespace))
    }

    private var ostiary: [Write] {
        let namespace = DeployFolder.namespace
        return [
            Write(group: "apps", resource: "deployments", namespace: namespace),
            Write(group: "apps", resource: "replicasets", namespace: namespace),
            Write(resource: "pods", namespace: namespace),
        ]
    }

    /// Proxies, CoreDNS and the mirrors of static pods, or a network plugin.
    private func pods(in namespace: String) -> [Write] {
        [
            Write(group: "apps", resource: "daemonsets", namespace: namespace),
            Write(group: "apps", resource: "replicasets", namespace: namespace),
            Write(resource: "pods", namespace: namespace),
        ]
    }

    /// All that is written, the workload first, as it may be.
    private var writes: [Write] {
        [workload, unnamespaced, upkeep, ostiary, pods(in: "kube-system"), pods(in: networkNamespace)].flatMap(\.self)
    }

    private let workload = [
        Write(group: "apps", resource: "deployments", namespace: "shop"),
        Write(group: "apps", resource: "replicasets", namespace: "shop"),
        Write(resource: "pods", namespace: "shop"),
    ]

    private let unnamespaced = [
        Write(resource: "nodes"),
        Write(operation: "UPDATE", resource: "nodes/status"),
        Write(resource: "namespaces"),
        Write(group: "certificates.k8s.io", resource: "certificatesigningrequests"),
        Write(group: "rbac.authorization.k8s.io", resource: "clusterroles"),
        Write(group: "apiextensions.k8s.io", resource: "customresourcedefinitions"),
        Write(group: "apiregistration.k8s.io", resource: "apiservices"),
        Write(group: "portieris.cloud.ibm.com", resource: "clusterimagepolicies"),
    ]

    private let upkeep = [
        Write(group: "coordination.k8s.io", resource: "leases", namespace: "kube-node-lease"),
        Write(operation: "UPDATE", group: "coordination.k8s.io", resource: "leases", namespace: "kube-system"),
        Write(group: "coordination.k8s.io", resource: "leases", namespace: DeployFolder.namespace),
        Write(operation: "UPDATE", resource: "pods/status", namespace: DeployFolder.namespace),
        Write(resource: "pods/binding", namespace: DeployFolder.namespace),
        Write(resource: "services", namespace: "default"),
        Write(resource: "serviceaccounts", namespace: "shop"),
        Write(resource: "configmaps", namespace: "shop"),
        Write(resource: "events", namespace: "shop"),
    ]
}
