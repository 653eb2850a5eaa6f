internal import HTTP
package import Kubernetes
package import Primitives

/// Keeps somebody up to date with all objects of one resource: the network and the clock around a `Watch`.
package struct Watcher<Object: Sendable>: Sendable {
    /// What there is to tell.
    package struct Report: Sendable {
        /// What to do to the objects, in order.
        package let changes: [Watch<Object>.Change]
        /// Whether there was a complete list.
        package let isSynced: Bool
        /// Why nothing new comes; nil while all is well.
        package let problem: String?
        /// When the server last said something that the objects are as new as.
        package let lastNews: ContinuousClock.Instant?
    }

    /// How long to wait for what.
    package struct Patience: Sendable {
        /// For the connection and the head of an answer.
        package var opening = Duration.seconds(30)
        /// For a page of a list.
        package var page = Duration.seconds(60)
        /// For the next event: a bookmark comes each minute, so a watch that is silent for three is dead, although
        /// nobody closed the connection.
        package var silence = Duration.seconds(180)
        /// After failures.
        package var backoff = Backoff()

        package init() {}
    }

    private let client: KubernetesClient
    private let resource: APIResource
    private let reader: WatchReader<Object>
    private let patience: Patience

    package init(
        _ resource: APIResource, client: KubernetesClient, patience: Patience = Patience(),
        parse: @escaping @Sendable (JSONValue, ObjectKey) -> Object
    ) {
        self.client = client
        self.resource = resource
        self.patience = patience
        reader = WatchReader(resource, parse: parse)
    }

    /// Lists and watches until the task is cancelled. Nothing that a server does ends it.
    package func run(_ report: @Sendable (Report) async -> Void) async {
        var watch = Watch<Object>(backoff: patience.backoff)
        while !Task.isCancelled {
            switch watch.next(at: .now) {
            case .wait(let time):
                await report(Report(watch))
                // Cancelled with the task, which the loop looks at.
                try? await Task.sleep(until: time, clock: .continuous)
            case .list(let continuation): await list(continuation, &watch, report)
            case .watch(let version, let seconds): await follow(from: version, seconds: seconds, &watch, report)
            }
        }
    }

    private func list(
        _ continuation: String?, _ watch: inout Watch<Object>, _ report: @Sendable (Report) async -> Void
    ) async {
        var query = [("limit", "\(Limits.listPage)")]
        if let continuation { query.append(("continue", continuation)) }
        do throws(ClusterError) {
            let value = try await client.page(
                resource.path, query, limit: Limits.listBytes, by: .after(patience.page))
            let changes = watch.receive(try read { () throws(FieldError) in try reader.page(value) }, at: .now)
            await report(Report(watch, changes))
        } catch {
            note(error, &watch)
        }
    }

    private func follow(
        from version: ResourceVersion?, seconds: Int, _ watch: inout Watch<Object>,
        _ report: @Sendable (Report) async -> Void
    ) async {
        do throws(ClusterError) {
            var stream = try await client.open(
                resource.path, Self.query(from: version, seconds: seconds), limit: Limits.watchBytes,
                by: .after(patience.opening))
            watch.open(at: .now)
            await report(Report(watch))
            var splitter = JSONSplitter(limit: Limits.watchEventBytes)
            while let piece = try await next(of: &stream) {
                let (changes, goesOn) = try take(piece, &splitter, &watch)
                await report(Report(watch, changes))
                if !goesOn { return }
            }
            guard splitter.isBetweenObjects else {
                throw .malformedAnswer(problem: "it ends in the middle of an event")
            }
            watch.end(at: .now)
        } catch {
            note(error, &watch)
        }
    }

    private static func query(from version: ResourceVersion?, seconds: Int) -> [(String, String)] {
        let common = [("watch", "1"), ("allowWatchBookmarks", "true"), ("timeoutSeconds", "\(seconds)")]
        guard let version else {
            return common + [("sendInitialEvents", "true"), ("resourceVersionMatch", "NotOlderThan")]
        }
        return common + [("resourceVersion", "\(version)")]
    }
}

extension Watcher {
    private func next(of stream: inout ResponseStream) async throws(ClusterError) -> [UInt8]? {
        do throws(HTTPError) {
            return try await stream.next(by: .after(patience.silence))
        } catch {
            throw .exchange(error)
        }
    }

    /// Hands the events of a piece to the machine.
    ///
    /// - Returns: what follows from them, and whether more is to be read.
    private func take(
        _ piece: [UInt8], _ splitter: inout JSONSplitter, _ watch: inout Watch<Object>
    ) throws(ClusterError) -> (changes: [Watch<Object>.Change], goesOn: Bool) {
        let values: [JSONValue]
        do throws(JSONError) {
            values = try splitter.feed(piece)
        } catch {
            throw .malformedAnswer(problem: "an event of a watch: \(error)")
        }
        var changes: [Watch<Object>.Change] = []
        for value in values {
            let event = try read { () throws(FieldError) in try reader.event(value) }
            guard let next = watch.receive(event, at: .now) else { return (changes, false) }
            changes += next
        }
        return (changes, true)
    }

    private func read<Value>(_ body: () throws(FieldError) -> Value) throws(ClusterError) -> Value {
        do throws(FieldError) {
            return try body()
        } catch {
            throw .malformedAnswer(problem: "\(error)")
        }
    }

    /// Tells the machine why there is no answer.
    private func note(_ error: ClusterError, _ watch: inout Watch<Object>) {
        switch error {
        case .refused(let status): watch.refuse(status, at: .now)
        case .malformedAnswer: watch.reject("\(error)", at: .now)
        case .exchange(.timedOut(_, .receiving)): watch.fail("\(error)", isSilent: true, at: .now)
        default: watch.fail("\(error)", isSilent: false, at: .now)
        }
    }
}

extension Watcher.Report {
    init(_ watch: Watch<Object>, _ changes: [Watch<Object>.Change] = []) {
        self.changes = changes
        isSynced = watch.isSynced
        problem = watch.problem
        lastNews = watch.lastNews
    }
}
