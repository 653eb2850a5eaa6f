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

    @Option(
        help: ArgumentHelp(
            "Whether each image that a policy keeps out is told as an Event about the policy, counted where it is the "
                + "same; dry runs are not. (env OSTIARY_EMIT_EVENTS, default true in a pod, else false)",
            valueName: "true|false"))
    var emitEvents: Bool?

    /// Whether Events about policies are written.
    func writesEvents(isPod: Bool) throws -> Bool { try Self.isOn(emitEvents, "EMIT_EVENTS", default: isPod) }

    /// Whether the status of policies is written.
    func writesStatus(isPod: Bool) throws -> Bool { try Self.isOn(writeStatus, "WRITE_STATUS", default: isPod) }

    private static func isOn(_ option: Bool?, _ name: String, default isOn: Bool) throws -> Bool {
        if let option { return option }
        return Setting.value(nil, name) == nil ? isOn : try Setting.isOn(false, name)
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
