internal import Cluster
internal import HTTP
internal import Logging
internal import Policies
internal import Primitives
internal import Transport
internal import Verification

/// The running connection to an API server: policies as they change, and objects when a review needs them.
struct ClusterLink: Sendable {
    let policies: ClusterPolicies
    let objects: ClusterObjects
    private let identity: ClusterIdentity
    private let client: KubernetesClient
    /// Nil where this process writes no status.
    private let writer: StatusWriter?
    /// Nil where it writes no Events.
    let events: EventRecorder?

    /// Reads roots and credentials; nothing is asked yet.
    ///
    /// - Parameters:
    ///   - keyRule: where keys are looked for; in its own namespace is the Lease of those who write the status of policies.
    ///   - metrics: where Events are counted; nil to write none.
    init(
        _ configuration: ClusterConfiguration, wiring: Wiring, keyRule: KeyNamespaceRule, writesStatus: Bool,
        countingEventsIn metrics: Metrics?
    ) throws {
        // Threads of its own: names that users chose may hold up the others.
        let threads = BlockingThreads()
        identity = try ClusterIdentity(configuration, threads: threads)
        client = KubernetesClient(
            configuration, identity: identity,
            connector: Connector(reactor: wiring.reactors.first, resolver: Resolver(threads: threads)),
            userAgent: "ostiary/\(Version.number)")
        policies = try ClusterPolicies(client: client)
        objects = ClusterObjects(client: client)
        let name = ReplicaName.make()
        let keys = KeyCheck(objects: objects, keyRule: keyRule) { ring, now in
            await Self.findings(in: ring, at: now, on: threads)
        }
        let namespace = writesStatus ? keyRule.ownNamespace : nil
        writer = namespace.map { [client, policies] namespace in
            StatusWriter(client: client, policies: policies, keys: keys, name: name, namespace: namespace)
        }
        events = metrics.map { [client, policies] metrics in
            EventRecorder(client: client, policies: policies, instance: name, metrics: metrics)
        }
    }

    /// Keeps the policies up to date until the task is cancelled.
    func run(_ logger: Logger) async {
        logger.info("watching policies", metadata: ["server": "\(client.authority)"])
        await withTaskGroup { group in
            group.addTask { await policies.run { log($0, logger) } }
            group.addTask { await age.remind(logger) }
            if let writer { group.addTask { await writer.run { Self.log($0, logger) } } }
            if let events { group.addTask { await events.run { Self.log($0, logger) } } }
        }
    }

    /// Lets another replica write the status of policies: this one will end.
    func resign(by deadline: Deadline) async { await writer?.resign(by: deadline) }

    /// Writes the Events that are left.
    func flush(by deadline: Deadline) async { await events?.flush(by: deadline) }

    /// Reads a key ring where that keeps no review waiting: whoever wrote it may have made it slow to read.
    private static func findings(
        in ring: Secret, at now: Timestamp, on threads: BlockingThreads
    ) async -> [PolicyFinding]? {
        do throws(TransportError) {
            return try await threads.run("reading a key ring", by: .after(.seconds(10))) {
                KeyRingLint.findings(in: ring.revealBytes(), at: now)
            }
        } catch {
            return nil
        }
    }

    /// Looks at the files of the credentials again. It blocks.
    func refresh() throws(ClusterError) -> Bool { try identity.refresh() }

    /// Shows how old the policies are.
    func show(in metrics: Metrics) {
        for kind in PolicyIdentity.Kind.allCases {
            metrics.gauge(
                "ostiary_policy_age_seconds",
                help: "Seconds since the policies of the kind were known to be the API server's; -1 before that.",
                labels: [("kind", kind.rawValue)]
            ) { [age] in age.seconds(of: kind) ?? -1 }
        }
        metrics.gauge(
            "ostiary_policies_synced", help: "Whether all policies have come from the API server once: 1 or 0."
        ) { [policies] in policies.isSynced ? 1 : 0 }
    }

    /// How old the policies are.
    var age: PolicyAge { PolicyAge(of: policies) }

    /// Why the process is not ready; nil when it is. Stale policies are no reason: see `ClusterPolicies`.
    var obstacle: String? {
        guard !policies.isSynced else { return nil }
        let problems = PolicyIdentity.Kind.allCases.compactMap { kind in
            policies.problem(of: kind).map { "\(kind.rawValue): \($0)" }
        }
        return (["policies have not come yet"] + problems).joined(separator: "; ")
    }

    private func log(_ news: ClusterPolicies.News, _ logger: Logger) {
        switch news {
        case .synced(let kind, let count):
            logger.info(
                "policies synced", metadata: ["kind": "\(kind.rawValue)", "count": .json(.integer(Int64(count)))])
        case .stale(let kind, let problem):
            var metadata: Logger.Metadata = ["kind": "\(kind.rawValue)", "error": "\(problem)"]
            if let seconds = age.seconds(of: kind) { metadata["age_seconds"] = .json(.integer(seconds)) }
            logger.warning("no news of policies", metadata: metadata)
        case .recovered(let kind): logger.notice("news of policies again", metadata: ["kind": "\(kind.rawValue)"])
        case .flaw(let flaw): logger.warning("policy not usable", metadata: ["error": "\(flaw)"])
        }
    }

    private static func log(_ news: EventRecorder.News, _ logger: Logger) {
        switch news {
        case .failed(let problem): logger.warning("events not written", metadata: ["error": "\(problem)"])
        case .recovered: logger.notice("events written again")
        }
    }

    private static func log(_ news: StatusWriter.News, _ logger: Logger) {
        switch news {
        case .leading: logger.info("writing the status of policies")
        case .following: logger.info("no longer writing the status of policies")
        case .failed(let problem):
            logger.warning("status of policies not written", metadata: ["error": "\(problem)"])
        }
    }
}
