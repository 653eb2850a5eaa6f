internal import ArgumentParser
internal import Registry

/// How registries, token services and signature stores are reached.
struct NetworkOptions: ParsableArguments {
    @Option(
        name: .customLong("ca"),
        help: ArgumentHelp(
            "PEM file with more roots beside the system's, for registries, token services and signature stores; "
                + "repeatable. (env OSTIARY_CA, default \(Self.defaultAuthority) if present)",
            valueName: "file"))
    var authorities: [String] = []

    @Option(
        name: .customLong("insecure-registry"),
        help: ArgumentHelp(
            "A host that may be asked over plain HTTP; repeatable. (env OSTIARY_INSECURE_REGISTRY, default none)",
            valueName: "host[:port]"))
    var insecureRegistries: [String] = []

    static let defaultAuthority = "/etc/certs/ca.pem"

    /// The files with roots: those that were named, or the default file where it exists.
    var authorityFiles: [String] {
        let named = Setting.values(authorities, "CA")
        guard named.isEmpty else { return named }
        return FilePresence.isReadable(Self.defaultAuthority) ? [Self.defaultAuthority] : []
    }

    var insecureHosts: [String] { Setting.values(insecureRegistries, "INSECURE_REGISTRY") }
}
