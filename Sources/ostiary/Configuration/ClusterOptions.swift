internal import ArgumentParser
internal import Cluster
internal import Manifests

/// Which API server policies come from, when they do not come from files.
struct ClusterOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Cluster mode outside a cluster: the kubeconfig to use. (env OSTIARY_KUBECONFIG; else the pod's own "
                + "credentials; else the files in KUBECONFIG; else ~/.kube/config)",
            valueName: "file"))
    var kubeconfig: String?

    @Option(
        help: ArgumentHelp(
            "The context of the kubeconfig. (env OSTIARY_CONTEXT, default its current one)", valueName: "name"))
    var context: String?

    @Option(
        help: ArgumentHelp(
            "Whether the status of policies is written: one replica does so, which a Lease in Ostiary's own namespace "
                + "decides. (env OSTIARY_WRITE_STATUS, default true in a pod, else false)",
            valueName: "true|false"))
    var writeStatus: Bool?

    /// Whether the status of policies is written.
    func writesStatus(isPod: Bool) throws -> Bool {
        if let writeStatus { return writeStatus }
        return Setting.value(nil, "WRITE_STATUS") == nil ? isPod : try Setting.isOn(false, "WRITE_STATUS")
    }

    /// Whether a kubeconfig was asked for by name.
    var namesCluster: Bool { Setting.value(kubeconfig, "KUBECONFIG") != nil || chosenContext != nil }

    private var chosenContext: String? { Setting.value(context, "CONTEXT") }

    /// The API server, and whether this process is a pod of its cluster.
    func configuration() throws -> (configuration: ClusterConfiguration, isPod: Bool) {
        let files = try self.files()
        guard files.isEmpty else { return (try Kubeconfig(files).configuration(context: chosenContext), false) }
        return (try InCluster.configuration(variable: Setting.environment), true)
    }

    /// The kubeconfigs that count, in their order; none for a pod.
    private func files() throws -> [Kubeconfig.File] {
        if let path = Setting.value(kubeconfig, "KUBECONFIG") {
            guard let file = try Self.read(path) else {
                throw ExitStatus.badInput("\(path): no such file, or an empty one")
            }
            return [file]
        }
        if chosenContext == nil, Setting.environment("KUBERNETES_SERVICE_HOST") != nil { return [] }
        let listed = Kubeconfig.paths(in: Setting.environment("KUBECONFIG") ?? "")
        let standard = Setting.environment("HOME").map { ["\($0)/.kube/config"] } ?? []
        return try (listed.isEmpty ? standard : listed).compactMap(Self.read)
    }

    private static func read(_ path: String) throws(ManifestError) -> Kubeconfig.File? {
        try KubeconfigFile.read(path).map { Kubeconfig.File(path: path, root: $0) }
    }
}
