internal import Kubernetes
package import Policies
private import Synchronization

/// The policies of a cluster, kept up to date by two watches.
///
/// While the API server is away the store stays what it was: every replica loses it at the same time, and to refuse
/// everything then would stop the cluster. How old it is can be asked.
package final class ClusterPolicies: Sendable {
    /// What an operator should hear.
    package enum News: Sendable {
        /// All policies of a kind have come for the first time.
        case synced(PolicyIdentity.Kind, count: Int)
        /// No news come of a kind; told once for each reason.
        case stale(PolicyIdentity.Kind, problem: String)
        /// News come again.
        case recovered(PolicyIdentity.Kind)
        /// A policy came that cannot be used, or an entry of it.
        case flaw(PolicyError)
    }

    private struct Standing {
        var isSynced = false
        var problem: String?
        var lastNews: ContinuousClock.Instant?
    }

    private struct State {
        var book = PolicyBook()
        var store: PolicyStore
        var isPublished = false
        var standings: [PolicyIdentity.Kind: Standing] = [:]
    }

    /// At most so often is a store made: with thousands of policies that takes some milliseconds, and a change of many
    /// at once is one change to those who look.
    private static let interval = Duration.milliseconds(50)

    private let watchers: [(kind: PolicyIdentity.Kind, watcher: Watcher<WatchedPolicy>)]
    private let state: Mutex<State>
    private let (changes, bell) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    /// Nothing is asked before `run`.
    package init(client: KubernetesClient, patience: Watcher<WatchedPolicy>.Patience = .init()) throws(PolicyError) {
        state = Mutex(State(store: try PolicyStore(policies: [])))
        watchers = PolicyIdentity.Kind.allCases.map { kind in
            let watcher = Watcher(kind.resource, client: client, patience: patience) { value, key in
                WatchedPolicy(value, as: kind, key)
            }
            return (kind, watcher)
        }
    }

    /// The policies as they are known; none before `isSynced`.
    package var store: PolicyStore { state.withLock { $0.store } }

    /// Whether all policies have come once. Before that nothing can be decided.
    package var isSynced: Bool { state.withLock { $0.isPublished } }

    /// When the API server last said something that the policies of a kind are as new as; nil when it never did. On a
    /// quiet day it does each minute.
    package func lastNews(of kind: PolicyIdentity.Kind) -> ContinuousClock.Instant? {
        state.withLock { $0.standings[kind]?.lastNews }
    }

    /// Why there are no news of a kind; nil while all is well.
    package func problem(of kind: PolicyIdentity.Kind) -> String? {
        state.withLock { $0.standings[kind]?.problem }
    }

    /// Some of the policies for which a condition holds, as they are stored.
    func watched(
        where condition: (WatchedPolicy) -> Bool, atMost count: Int
    ) -> [(kind: PolicyIdentity.Kind, policy: WatchedPolicy)] {
        let book = state.withLock { $0.book }
        return book.first(count, where: condition)
    }

    /// The `uid` of a policy; nil when there is none of that name.
    func identifier(of policy: PolicyIdentity) -> String? {
        state.withLock { $0.book.policy(policy.kind, policy.key)?.identifier }
    }

    /// Watches until the task is cancelled.
    package func run(_ tell: @escaping @Sendable (News) -> Void) async {
        await withTaskGroup { group in
            for (kind, watcher) in watchers {
                group.addTask { await watcher.run { self.take($0, of: kind, tell) } }
            }
            group.addTask { await self.publish() }
        }
    }

    private func take(
        _ report: Watcher<WatchedPolicy>.Report, of kind: PolicyIdentity.Kind, _ tell: (News) -> Void
    ) {
        let (flaws, before, now, count) = state.withLock { state in
            let flaws = report.changes.flatMap { state.book.apply($0, to: kind) }
            let before = state.standings[kind] ?? Standing()
            let now = Standing(isSynced: report.isSynced, problem: report.problem, lastNews: report.lastNews)
            state.standings[kind] = now
            return (flaws, before, now, state.book.count(of: kind))
        }
        if !report.changes.isEmpty { bell.yield() }
        for flaw in flaws { tell(.flaw(flaw)) }
        if now.isSynced, !before.isSynced { tell(.synced(kind, count: count)) }
        switch (before.problem, now.problem) {
        case (let old, let new?) where old != new: tell(.stale(kind, problem: new))
        case (_?, nil) where before.isSynced: tell(.recovered(kind))
        default: break
        }
    }

    private func publish() async {
        for await _ in changes {
            publishNow()
            // Ends with the task.
            do { try await Task.sleep(for: Self.interval) } catch { return }
        }
    }

    /// Makes the next store outside of the lock, since reviews look at it all the time.
    private func publishNow() {
        let (isComplete, book, old) = state.withLock { state in
            let isComplete = PolicyIdentity.Kind.allCases.allSatisfy { state.standings[$0]?.isSynced ?? false }
            defer { if isComplete { state.book.noteStored() } }
            return (isComplete, state.book, state.store)
        }
        guard isComplete, book.hasChanged else { return }
        let store = book.makeStore(after: old)
        state.withLock { ($0.store, $0.isPublished) = (store, true) }
    }
}

extension PolicyIdentity.Kind {
    /// Where the API server has the policies of the kind.
    package var resource: APIResource {
        switch self {
        case .imagePolicy: .imagePolicies
        case .clusterImagePolicy: .clusterImagePolicies
        }
    }
}
