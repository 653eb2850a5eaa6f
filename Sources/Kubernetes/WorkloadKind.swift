/// The resources whose objects hold a pod specification, and where.
struct WorkloadKind: Sendable {
    let group: String
    let versions: [String]
    let resource: String
    let kind: String
    /// The keys that lead from the object to the pod specification.
    let podSpec: [String]

    /// What Portieris reads. Subresources are looked up under their resource: where they carry the whole object
    /// (`status`, `ephemeralcontainers`, `resize`) the path leads to its images, and where they carry another
    /// (`scale`, `binding`, `exec`…) it leads nowhere.
    static let all: [WorkloadKind] = [
        WorkloadKind("", ["v1"], "pods", "Pod", at: ["spec"]),
        WorkloadKind("", ["v1"], "replicationcontrollers", "ReplicationController", at: template),
        WorkloadKind("apps", appsVersions, "deployments", "Deployment", at: template),
        WorkloadKind("apps", ["v1beta2", "v1"], "replicasets", "ReplicaSet", at: template),
        WorkloadKind("apps", ["v1beta2", "v1"], "daemonsets", "DaemonSet", at: template),
        WorkloadKind("apps", appsVersions, "statefulsets", "StatefulSet", at: template),
        WorkloadKind("extensions", ["v1beta1"], "deployments", "Deployment", at: template),
        WorkloadKind("extensions", ["v1beta1"], "replicasets", "ReplicaSet", at: template),
        WorkloadKind("extensions", ["v1beta1"], "daemonsets", "DaemonSet", at: template),
        WorkloadKind("batch", ["v1"], "jobs", "Job", at: template),
        WorkloadKind("batch", ["v1beta1", "v1"], "cronjobs", "CronJob", at: ["spec", "jobTemplate"] + template),
    ]

    private static let template = ["spec", "template", "spec"]
    private static let appsVersions = ["v1beta1", "v1beta2", "v1"]

    private init(_ group: String, _ versions: [String], _ resource: String, _ kind: String, at podSpec: [String]) {
        self.group = group
        self.versions = versions
        self.resource = resource
        self.kind = kind
        self.podSpec = podSpec
    }

    /// The entry of a resource; nil for one that is not known.
    static func of(_ resource: GroupVersionResource) -> WorkloadKind? {
        all.first {
            $0.resource == resource.resource && $0.group == resource.group && $0.versions.contains(resource.version)
        }
    }

    /// The resource under which objects of this type are stored; nil for a type that is not known.
    static func resource(of kind: GroupVersionKind) -> GroupVersionResource? {
        let entry = all.first {
            $0.kind == kind.kind && $0.group == kind.group && $0.versions.contains(kind.version)
        }
        return entry.map { GroupVersionResource(group: kind.group, version: kind.version, resource: $0.resource) }
    }
}
