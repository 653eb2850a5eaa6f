internal import ArgumentParser
internal import Policies

/// Where policies and the secrets they name come from.
struct PolicyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Local mode: a manifest file, or a folder of them, with policies, Secrets and ServiceAccounts; repeatable. "
                + "(env OSTIARY_POLICIES)",
            valueName: "dir-or-file"))
    var policies: [String] = []

    @Option(
        help: ArgumentHelp(
            "Where cluster policies look for key secrets first. (env OSTIARY_OWN_NAMESPACE, default the pod's, else "
                + "portieris)",
            valueName: "namespace"))
    var ownNamespace: String?

    @Flag(
        help: ArgumentHelp(
            "A cluster policy without keySecretNamespace never takes a key from the workload's namespace. "
                + "(env OSTIARY_STRICT_KEY_NAMESPACES)"))
    var strictKeyNamespaces = false

    var paths: [String] { Setting.values(policies, "POLICIES") }

    /// What to do about keys whose namespace a cluster policy leaves open.
    ///
    /// - Parameter namespace: the one that this process runs in, if it is a pod.
    func keyRule(runningIn namespace: String? = nil) throws -> KeyNamespaceRule {
        KeyNamespaceRule(
            ownNamespace: Setting.value(ownNamespace, "OWN_NAMESPACE") ?? namespace ?? "portieris",
            isStrict: try Setting.isOn(strictKeyNamespaces, "STRICT_KEY_NAMESPACES"))
    }
}
