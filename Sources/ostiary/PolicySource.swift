internal import Cluster
internal import Policies

/// Where the policies of the webhook come from.
enum PolicySource: Sendable {
    /// From files, which are read once.
    case files(PolicyStore)
    /// From an API server.
    case cluster(ClusterConfiguration, isPod: Bool)

    /// Files, if any are named; else a cluster.
    ///
    /// - Throws: what ends the command, after a line for each problem.
    init(_ policy: PolicyOptions, _ cluster: ClusterOptions) throws {
        guard policy.paths.isEmpty else {
            guard !cluster.namesCluster else {
                throw ExitStatus.badInput("policies come from files or from a cluster: --policies, or --kubeconfig")
            }
            self = .files(try LocalPolicies.load(policy))
            return
        }
        let (configuration, isPod) = try cluster.configuration()
        self = .cluster(configuration, isPod: isPod)
    }

    /// The namespace that this process runs in; nil when it is no pod.
    var ownNamespace: String? {
        guard case .cluster(let configuration, isPod: true) = self else { return nil }
        return configuration.namespace
    }
}
