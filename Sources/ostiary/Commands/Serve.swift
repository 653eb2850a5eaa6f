internal import ArgumentParser
internal import Logging
internal import Transport

/// `ostiary serve`
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the webhook.",
        discussion: """
            Policies come from files (--policies), or from the API server of the cluster.

            Answers POST /admit (mutating) and POST /validate over TLS; /healthz, /readyz and /metrics over plain HTTP. \
            Ends after SIGTERM or SIGINT, once it has drained; a second signal ends it at once.
            """)

    @OptionGroup var server: ServerOptions
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var network: NetworkOptions
    @OptionGroup var credentials: CredentialOptions
    @OptionGroup var memory: MemoryOptions
    @OptionGroup var log: LogOptions

    @Flag(help: "Allow core dumps, which have passwords and the private key in them. (env OSTIARY_CORE_DUMPS)")
    var coreDumps = false

    func run() async throws {
        let logger = log.makeLogger()
        do {
            if try !Setting.isOn(coreDumps, "CORE_DUMPS"), !CoreDumps.forbid() {
                logger.warning("core dumps cannot be forbidden: secrets may end in one")
            }
            try await Service(
                server: server, policy: policy, cluster: cluster, network: network, credentials: credentials,
                memory: memory, logger: logger
            ).run()
        } catch {
            throw ExitStatus.ending(for: error)
        }
    }
}
