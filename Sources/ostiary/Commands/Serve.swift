internal import ArgumentParser
internal import Logging
internal import Transport

/// `ostiary serve`
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the webhook.",
        discussion: """
            Answers POST /admit (mutating) and POST /validate over TLS; /healthz, /readyz and /metrics over plain HTTP. \
            Ends after SIGTERM or SIGINT, once it has drained; a second signal ends it at once.
            """)

    @OptionGroup var server: ServerOptions
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var network: NetworkOptions
    @OptionGroup var credentials: CredentialOptions
    @OptionGroup var log: LogOptions

    @Flag(help: "Allow core dumps, which have passwords and the private key in them. (env OSTIARY_CORE_DUMPS)")
    var coreDumps = false

    @Option(
        help: ArgumentHelp("Cluster mode outside a cluster. (not in this version: use --policies)", valueName: "file"))
    var kubeconfig: String?

    func run() async throws {
        guard kubeconfig == nil, Setting.value(nil, "KUBECONFIG") == nil else {
            throw ExitStatus.badInput(
                "cluster mode is not part of this version: use --policies instead of --kubeconfig")
        }
        let logger = log.makeLogger()
        do {
            if try !Setting.isOn(coreDumps, "CORE_DUMPS"), !CoreDumps.forbid() {
                logger.warning("core dumps cannot be forbidden: secrets may end in one")
            }
            try await Service(
                server: server, policy: policy, network: network, credentials: credentials, logger: logger
            ).run()
        } catch {
            throw ExitStatus.ending(for: error)
        }
    }
}
