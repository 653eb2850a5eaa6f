internal import Admission
internal import Cluster
internal import Cryptography
internal import HTTP
internal import Logging
internal import Policies
internal import Primitives
internal import Transport

/// The running webhook: two servers, the renewal of certificates, and the way it ends.
struct Service: Sendable {
    private let logger: Logger
    private let health = ProcessHealth()
    private let metrics = ServiceMetrics()
    private let gate: ReviewGate
    private let refusedCredentials: RefusedCredentials
    private let wiring: Wiring
    private let pair: FileBacked<Serving>
    private let doorkeeper: Doorkeeper
    /// Nil in local mode.
    private let link: ClusterLink?
    private let maximumInFlight: Int
    private let listenAddress: SocketAddress
    private let healthAddress: SocketAddress
    private let drainTime: Duration

    /// What is shown to clients, and until when.
    private struct Serving: Sendable {
        let context: TLSContext
        let expiry: Timestamp?
    }

    /// Reads everything that is needed to decide; nothing listens yet.
    init(
        server: ServerOptions, policy: PolicyOptions, cluster: ClusterOptions, network: NetworkOptions,
        credentials: CredentialOptions, memory: MemoryOptions, logger: Logger
    ) throws {
        self.logger = logger
        listenAddress = try server.listenAddress()
        healthAddress = try server.healthAddress()
        drainTime = try server.drainTime()
        maximumInFlight = try server.maximumInFlight()
        gate = ReviewGate(places: maximumInFlight, metrics.metrics)
        pair = try Self.servingPair(certificate: server.certificatePath, key: server.keyPath)
        let source = try PolicySource(policy, cluster)
        let keyRule = try policy.keyRule(runningIn: source.ownNamespace)
        let refusedCredentials = RefusedCredentials(metrics.metrics, logger: logger)
        self.refusedCredentials = refusedCredentials
        wiring = try Wiring(
            network: network, credentials: credentials, keyRule: keyRule, memory: memory.settings(),
            metrics: metrics.metrics, refusal: refusedCredentials.note)
        let policies: @Sendable () -> PolicyStore
        switch source {
        case .files(let store): (link, policies) = (nil, { store })
        case .cluster(var configuration, let isPod):
            configuration.proxyRoots = network.authorityFiles.map { Material(file: $0) }
            let writesStatus = try cluster.writesStatus(isPod: isPod)
            let writesEvents = try cluster.writesEvents(isPod: isPod)
            let link = try ClusterLink(
                configuration, wiring: wiring, keyRule: keyRule, writesStatus: writesStatus,
                countingEventsIn: writesEvents ? metrics.metrics : nil)
            link.show(in: metrics.metrics)
            (self.link, policies) = (link, { link.policies.store })
        }
        doorkeeper = Doorkeeper(examiner: wiring.examiner, objects: link?.objects, policies: policies)
        metrics.show(policies)
        metrics.show { [wiring, pair] in
            wiring.brokenFiles + wiring.failedRenewals + [pair.problem].compactMap(\.self)
        }
    }

    /// Serves until a signal comes, drains, and returns.
    func run() async throws {
        Signals.ignoreBrokenPipes()
        let signals = await Signals()
        let webhook = HTTPServer(
            configuration: Self.webhookLimits(), tls: { [pair] in pair.value.context }, handler: webhookRoutes,
            report: note)
        let pages = HTTPServer(configuration: Self.pageLimits, tls: nil, handler: pageRoutes)
        metrics.show(webhook, as: "webhook")
        metrics.show(pages, as: "health")
        warnOfCredentials()
        logger.info("capacity", metadata: ["reviews_in_flight": .json(.integer(Int64(maximumInFlight)))])
        noteExpiry()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await serve(pages, on: healthAddress, as: "health") }
            group.addTask {
                try await serve(webhook, on: listenAddress, as: "webhook")
            }
            if let link { group.addTask { await link.run(logger) } }
            group.addTask { await renew() }
            group.addTask { await end(webhook, pages, after: signals.stream) }
            // The first to return is the end of the service, or a server that broke.
            try await group.next()
            group.cancelAll()
        }
        wiring.reactors.shutDown()
        logger.info("stopped")
    }

    private func serve(_ server: HTTPServer, on address: SocketAddress, as name: String) async throws {
        let listener = try Listener(on: address, reactors: wiring.reactors)
        logger.info("\(name) listening", metadata: ["address": "\(listener.localAddress)"])
        health.noteListening()
        CodePages.forget()
        try await server.serve(on: listener)
    }

    /// A client that does not believe the certificate breaks off the handshake: a wrong `caBundle` shows up here.
    private func note(_ failure: HTTPServer.ConnectionFailure) {
        metrics.count(failure)
        if case .notSetUp(_, .tls) = failure {
            logger.warning("\(failure)")
        } else {
            logger.debug("\(failure)")
        }
    }

    /// Waits for the first signal, then goes on answering while the endpoint is forgotten everywhere, and then lets
    /// what is in flight come to its end. A second signal cuts that short.
    private func end(_ webhook: HTTPServer, _ pages: HTTPServer, after signals: AsyncStream<Int32>) async {
        var arrivals = signals.makeAsyncIterator()
        guard await arrivals.next() != nil else { return }
        logger.notice("draining", metadata: ["seconds": "\(drainTime.components.seconds)"])
        health.startDraining()
        webhook.startDraining()
        await withTaskGroup { group in
            group.addTask { [drainTime, link] in
                async let resignation: Void? = link?.resign(by: .after(.seconds(5)))
                // Cancelled by a second signal: then there is nothing to wait for.
                do { try await Task.sleep(for: drainTime) } catch { return }
                // Before the server has drained: with it everything ends.
                _ = await resignation
                await link?.flush(by: .after(.seconds(2)))
                await webhook.drain(by: .after(.seconds(30)))
                await pages.drain(by: .after(.seconds(1)))
            }
            group.addTask {
                for await _ in signals { return }
            }
            await group.next()
            group.cancelAll()
        }
    }
}

// MARK: - Limits

extension Service {
    /// Half of the descriptors are left to ask registries with: connections to a full server wait or are turned away,
    /// but a review without a registry is undecided.
    private static func webhookLimits() -> HTTPServer.Configuration {
        var limits = HTTPServer.Configuration()
        limits.maximumConnections = min(limits.maximumConnections, DescriptorLimit.raise() / 2)
        return limits
    }

    /// A kubelet and a few collectors of metrics ask, and none of them sends a body.
    private static var pageLimits: HTTPServer.Configuration {
        var limits = HTTPServer.Configuration()
        limits.maximumConnections = 64
        limits.maximumOverloadConnections = 8
        limits.bodyLimit = 1024
        return limits
    }
}

// MARK: - Routes

extension Service {
    private var webhookRoutes: Router {
        var router = Router()
        let events = link?.events.map { RefusalEvents(recorder: $0) }
        let log = DecisionLogs(logs: [LoggedDecisions(logger: logger)] + [events].compactMap(\.self))
        let admissionMetrics = AdmissionMetrics(metrics.metrics)
        for endpoint in Endpoint.allCases {
            let handler = ReviewHandler(
                endpoint, doorkeeper: doorkeeper, gate: gate, log: log, metrics: admissionMetrics)
            guard let link else {
                router.add(.post, endpoint.path, handler)
                continue
            }
            router.add(.post, endpoint.path) { request, deadline in
                link.policies.isSynced ? await handler.respond(to: request, by: deadline) : Self.notYet
            }
        }
        router.add(.get, "/health/liveness") { [self] _, _ in await alive }
        router.add(.get, "/health/readiness") { _, _ in readiness }
        return router
    }

    /// 200 while the process lives: that each thread which serves comes around to say so is the proof.
    private var alive: Response {
        get async {
            await wiring.reactors.comeAround()
            return .text(.ok, "ok")
        }
    }

    private var readiness: Response {
        health.readiness(obstacle: link?.obstacle, notice: link?.age.notice)
    }

    /// Before the policies have come nothing can be decided. The API server asks again by itself.
    private static let notYet: Response = {
        var response = Response.text(.serviceUnavailable, "the policies have not come yet")
        response.headers.add("Retry-After", "1")
        return response
    }()

    private var pageRoutes: Router {
        var router = Router()
        router.add(.get, "/healthz") { [self] _, _ in await alive }
        router.add(.get, "/readyz") { _, _ in readiness }
        router.add(.get, "/metrics") { [metrics = metrics.metrics] _, _ in
            Response(
                status: .ok, headers: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8"],
                body: Array(metrics.exposition().utf8))
        }
        return router
    }
}

// MARK: - Renewal

extension Service {
    /// How often files are looked at: the kubelet itself needs a minute or two to bring a changed Secret.
    private static let renewalInterval = Duration.seconds(10)

    private func renew() async {
        var turnedAway: UInt64 = 0
        var brokenFiles: Set<FileProblem> = []
        while true {
            // Ends with the service.
            do { try await Task.sleep(for: Self.renewalInterval) } catch { return }
            await refresh(pair, "serving certificate")
            await refresh(wiring.trust, "trusted roots")
            if let mirrors = wiring.mirrors { await refresh(mirrors, "registry mirrors") }
            if let credentials = wiring.ownCredentials, await refresh(credentials, "registry credentials") {
                warnOfCredentials()
            }
            noteBrokenFiles(since: &brokenFiles)
            refusedCredentials.forget()
            await refreshLink()
            noteExpiry()
            noteOverload(since: &turnedAway)
            wiring.client.closeIdleConnections()
        }
    }

    /// Whether there is a new value.
    @discardableResult
    private func refresh<Value>(_ files: FileBacked<Value>, _ name: String) async -> Bool {
        do {
            let result = try await wiring.threads.run("reading the \(name)", by: .after(.seconds(10))) {
                Result { () throws(FileProblem) in try files.refresh() }
            }
            let isNew = try result.get()
            if isNew { logger.notice("\(name) renewed") }
            return isNew
        } catch {
            logger.error("\(name) not renewed, going on with the old", metadata: ["error": "\(error)"])
            return false
        }
    }

    /// One line for each file that has broken since the last time while others were renewed, or is in order again.
    private func noteBrokenFiles(since known: inout Set<FileProblem>) {
        let problems = Set(wiring.brokenFiles)
        for problem in problems.subtracting(known).sorted(by: { $0.path < $1.path }) {
            logger.error(
                "file broken, going on with the old",
                metadata: ["file": "\(problem.path)", "error": "\(problem.reason)"])
        }
        for path in Set(known.map(\.path)).subtracting(problems.map(\.path)).sorted() {
            logger.notice("file in order again", metadata: ["file": "\(path)"])
        }
        known = problems
    }

    private func warnOfCredentials() {
        for problem in wiring.ownCredentials?.value.problems ?? [] { logger.warning("\(problem)") }
    }

    private func refreshLink() async {
        guard let link else { return }
        do {
            let result = try await wiring.threads.run("reading the cluster's credentials", by: .after(.seconds(10))) {
                Result { () throws(ClusterError) in try link.refresh() }
            }
            if try result.get() { logger.notice("cluster credentials renewed") }
        } catch {
            logger.error("cluster credentials not renewed, going on with the old", metadata: ["error": "\(error)"])
        }
    }

    private func noteExpiry() {
        if let expiry = pair.value.expiry { metrics.note(expiry: expiry) }
    }

    /// One line for all reviews that were turned away since the last: to log each would be work in the wrong moment.
    private func noteOverload(since last: inout UInt64) {
        let count = gate.turnedAwayCount
        guard count > last else { return }
        logger.warning(
            "reviews turned away: too many were in flight",
            metadata: [
                "reviews": .json(.integer(Int64(count - last))),
                "reviews_in_flight": .json(.integer(Int64(maximumInFlight))),
            ])
        last = count
    }

    private static func servingPair(
        certificate: String, key: String
    ) throws(FileProblem) -> FileBacked<Serving> {
        try FileBacked([certificate, key]) { contents throws(FileProblem) in
            do {
                let pair = try ServingPair(certificatePEM: contents[0], keyPEM: contents[1])
                return Serving(context: try TLSContext(serving: pair), expiry: pair.chain.first?.notAfter)
            } catch {
                throw FileProblem(path: "\(certificate), \(key)", reason: "\(error)")
            }
        }
    }
}
