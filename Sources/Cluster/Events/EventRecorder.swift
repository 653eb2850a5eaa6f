internal import HTTP
internal import Kubernetes
internal import Policies
package import Primitives
private import Synchronization

/// Writes Events about policies that keep images out. No review waits for that: what is recorded goes into a ledger of
/// bounded size, and is written from there a few a second.
package final class EventRecorder: Sendable {
    /// What an operator should hear.
    package enum News: Sendable {
        /// Events cannot be written; told once for each reason.
        case failed(problem: String)
        /// They are again.
        case recovered
    }

    /// How often and how much is written.
    package struct Pace: Sendable {
        /// Between two looks at what is to be written.
        package var period = Duration.seconds(1)
        /// Events that are written at one look.
        package var batch = 5
        /// After a failure nothing is written for so long; longer, if the API server says so.
        package var rest = Duration.seconds(10)
        /// How often one Event is tried.
        package var attempts = 12

        package init() {}
    }

    private enum Outcome {
        case written, gone
        case failed(ClusterError)
    }

    /// For one Event.
    private static let patience = Duration.seconds(10)
    /// Nobody is asked to wait longer than that: it may be a mistake.
    private static let longestRest = Duration.seconds(300)

    private let client: KubernetesClient
    private let identifier: @Sendable (PolicyIdentity) -> String?
    private let instance: String
    private let pace: Pace
    private let counters: EventCounters
    private let ledger = Mutex(EventLedger())

    /// - Parameters:
    ///   - policies: where the identifiers of the policies are.
    ///   - instance: the name of this replica.
    package init(
        client: KubernetesClient, policies: ClusterPolicies, instance: String, metrics: Metrics, pace: Pace = Pace()
    ) {
        self.client = client
        identifier = { policies.identifier(of: $0) }
        self.instance = instance
        self.pace = pace
        counters = EventCounters(metrics)
    }

    /// Takes a refusal in. It never waits.
    package func record(_ refusal: PolicyRefusal) {
        let number = UInt64.random(in: 0...UInt64.max)
        let hasRoom = ledger.withLock { $0.note(refusal, number: number, at: .now) }
        if !hasRoom { counters.drop(.full) }
    }

    /// Writes until the task is cancelled. Nothing that fails ends it.
    package func run(_ tell: @escaping @Sendable (News) -> Void) async {
        var problem: String?
        while !Task.isCancelled {
            ledger.withLock { $0.sweep(at: .now) }
            let count = counters.written.value
            let failure = await writeBatch(by: .after(Self.patience))
            if let failure {
                if problem != failure.description { tell(.failed(problem: failure.description)) }
                problem = failure.description
            } else if problem != nil, counters.written.value > count {
                tell(.recovered)
                problem = nil
            }
            // Cancelled with the task, which the loop looks at.
            try? await Task.sleep(for: failure.map(rest) ?? pace.period)
        }
    }

    /// Writes what is left, counts included, as far as the time allows it: the end of this process.
    package func flush(by deadline: Deadline) async {
        ledger.withLock { $0.close() }
        while !deadline.hasPassed, ledger.withLock({ $0.hasWork }) {
            if await writeBatch(by: deadline) != nil { return }
            // What is left may be what `run` is writing. (Cancelled with the task, which nobody waits for then.)
            do { try await Task.sleep(for: .milliseconds(5)) } catch { return }
        }
    }

    private func rest(after error: ClusterError) -> Duration {
        guard case .refused(let status) = error, let asked = status.retryAfter else { return pace.rest }
        return max(pace.rest, min(asked, Self.longestRest))
    }

    /// Writes some of what is to be written.
    ///
    /// - Returns: why it ended early.
    private func writeBatch(by deadline: Deadline) async -> ClusterError? {
        for _ in 0..<pace.batch {
            guard let (key, series) = ledger.withLock({ $0.take() }) else { return nil }
            switch await write(series, key, by: deadline) {
            case .written:
                counters.written.add()
                ledger.withLock { $0.noteWritten(key, count: series.count, at: .now) }
            case .gone:
                counters.drop(.gone)
                ledger.withLock { $0.giveUp(key) }
            case .failed(let error):
                note(error, key)
                return error
            }
        }
        return nil
    }

    private func note(_ error: ClusterError, _ key: EventLedger.Key) {
        let failures = ledger.withLock { $0.noteFailure(key) }
        guard error.isFinal || failures >= pace.attempts else { return }
        counters.drop(error.isFinal ? .refused : .failed)
        ledger.withLock { $0.giveUp(key) }
    }

    private func write(_ series: EventSeries, _ key: EventLedger.Key, by deadline: Deadline) async -> Outcome {
        guard let identifier = identifier(series.refusal.policy) else { return .gone }
        do throws(ClusterError) {
            switch series.write {
            case .create: try await create(series, identifier, by: deadline)
            case .patch: try await patch(series, by: deadline)
            }
            return .written
        } catch {
            guard case .refused(let status) = error else { return .failed(error) }
            if status.isOfEndingNamespace { return .gone }
            guard series.write == .patch, status.code == 404 else { return .failed(error) }
            ledger.withLock { $0.noteMissing(key) }
            return await create(again: series, identifier, by: deadline)
        }
    }

    private func create(
        again series: EventSeries, _ identifier: String, by deadline: Deadline
    ) async -> Outcome {
        do throws(ClusterError) {
            try await create(series, identifier, by: deadline)
            return .written
        } catch {
            return .failed(error)
        }
    }

    /// Creates the Event. One of that name is this one: the answer to an earlier attempt was lost.
    private func create(
        _ series: EventSeries, _ identifier: String, by deadline: Deadline
    ) async throws(ClusterError) {
        let object = series.object(regarding: identifier, instance: instance)
        do throws(ClusterError) {
            try await client.send(
                .post, APIResource.events.path(namespace: series.namespace), object, as: "application/json",
                by: deadline)
        } catch {
            guard case .refused(let status) = error, status.reason == "AlreadyExists" else { throw error }
            if series.count > 1 { try await patch(series, by: deadline) }
        }
    }

    private func patch(_ series: EventSeries, by deadline: Deadline) async throws(ClusterError) {
        let path = APIResource.events.path(namespace: series.namespace, name: series.name)
        try await client.send(.patch, path, series.patch, as: "application/merge-patch+json", by: deadline)
    }
}

extension APIStatus {
    /// Whether nothing can be created any more in a namespace that is being deleted.
    fileprivate var isOfEndingNamespace: Bool { code == 403 && causes.contains("NamespaceTerminating") }
}

extension ClusterError {
    /// Whether asking again would not help: the API server understood, and does not want it.
    fileprivate var isFinal: Bool {
        guard case .refused(let status) = self else { return false }
        return (400..<500).contains(status.code) && ![401, 408, 429].contains(status.code)
    }
}
