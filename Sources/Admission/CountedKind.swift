internal import Kubernetes

/// The kinds of objects that are counted apart. The set is closed, so that nobody makes series by inventing kinds.
enum CountedKind: String, CaseIterable {
    case pod = "Pod"
    case podTemplate = "PodTemplate"
    case replicationController = "ReplicationController"
    case deployment = "Deployment"
    case replicaSet = "ReplicaSet"
    case daemonSet = "DaemonSet"
    case statefulSet = "StatefulSet"
    case job = "Job"
    case cronJob = "CronJob"
    /// Any other kind.
    case other

    init(_ kind: GroupVersionKind) {
        let known = Self.allCases.first { $0.rawValue == kind.kind } ?? .other
        self = known.groups.contains(kind.group) ? known : .other
    }

    private var groups: [String] {
        switch self {
        case .pod, .podTemplate, .replicationController: [""]
        case .deployment, .replicaSet, .daemonSet: ["apps", "extensions"]
        case .statefulSet: ["apps"]
        case .job, .cronJob: ["batch"]
        case .other: []
        }
    }
}
