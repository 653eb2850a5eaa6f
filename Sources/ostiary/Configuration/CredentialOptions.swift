internal import ArgumentParser

/// Credentials of Ostiary's own.
struct CredentialOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Credentials for registries in the form of Docker's config.json, shown after those of the workload; re-read "
                + "when the file changes. (env OSTIARY_REGISTRY_CONFIG, default none)",
            valueName: "file"))
    var registryConfig: String?

    /// The file; nil for none.
    var path: String? { Setting.value(registryConfig, "REGISTRY_CONFIG") }
}
