internal import ArgumentParser
internal import HTTP
internal import Primitives
internal import Registry
internal import Transport

/// How registries, token services and signature stores are reached.
struct NetworkOptions: ParsableArguments {
    @Option(
        name: .customLong("ca"),
        help: ArgumentHelp(
            "PEM file with more roots beside the system's, for registries, token services, signature stores and "
                + "proxies; repeatable. (env OSTIARY_CA, default \(Self.defaultAuthority) if present)",
            valueName: "file"))
    var authorities: [String] = []

    @Option(
        help: ArgumentHelp(
            "Folder with a folder HOST[:PORT] for each host that has certificates of its own: roots in *.crt, and pairs to "
                + "show in NAME.cert and NAME.key; re-read when it changes. (env OSTIARY_REGISTRY_CERTS_DIR)",
            valueName: "dir"))
    var registryCertsDir: String?

    @Option(
        help: ArgumentHelp(
            "Folder with a folder HOST[:PORT] (or _default) for each registry that is read from elsewhere, with containerd's "
                + "hosts.toml in it; re-read when it changes. (env OSTIARY_REGISTRY_MIRRORS_DIR)",
            valueName: "dir"))
    var registryMirrorsDir: String?

    @Option(
        name: .customLong("insecure-registry"),
        help: ArgumentHelp(
            "A host that may be asked over plain HTTP; repeatable. (env OSTIARY_INSECURE_REGISTRY, default none)",
            valueName: "host[:port]"))
    var insecureRegistries: [String] = []

    @Option(
        name: .customLong("allow-address"),
        help: ArgumentHelp(
            "In a pod: an address or range that may be asked although it is a loopback address or the API server's; "
                + "repeatable. (env OSTIARY_ALLOW_ADDRESS, default none)",
            valueName: "cidr"))
    var allowedAddresses: [String] = []

    static let defaultAuthority = "/etc/certs/ca.pem"

    /// The files with roots: those that were named, or the default file where it exists.
    var authorityFiles: [String] {
        let named = Setting.values(authorities, "CA")
        guard named.isEmpty else { return named }
        return FilePresence.isReadable(Self.defaultAuthority) ? [Self.defaultAuthority] : []
    }

    /// What is never connected to: in a pod, which the kubelet's variables tell, more than outside.
    func addressGuard() throws -> AddressGuard {
        let allowed = try Setting.values(allowedAddresses, "ALLOW_ADDRESS").map { text in
            guard let network = IPNetwork(text) else {
                throw ValidationError("--allow-address: \"\(text)\" is not an address or a range such as 10.0.0.0/8")
            }
            return network
        }
        return AddressGuard(apiServer: Setting.environment("KUBERNETES_SERVICE_HOST"), allowing: allowed)
    }

    /// The proxies of the variables that programs agree on, in upper or lower case.
    func proxies() throws -> ProxySettings {
        let values = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"].map { name in
            Setting.environment(name) ?? Setting.environment(name.lowercased())
        }
        do throws(ProxyProblem) {
            return try ProxySettings(secure: values[0], plain: values[1], exceptions: values[2])
        } catch {
            throw ValidationError("HTTPS_PROXY or HTTP_PROXY is not the address of a proxy: \(error)")
        }
    }

    /// The folder with the certificates of single hosts.
    var certificatesFolder: String? { Setting.value(registryCertsDir, "REGISTRY_CERTS_DIR") }

    /// The folder with the mirrors of registries.
    var mirrorsFolder: String? { Setting.value(registryMirrorsDir, "REGISTRY_MIRRORS_DIR") }

    var insecureHosts: [String] { Setting.values(insecureRegistries, "INSECURE_REGISTRY") }
}
