internal import HTTP
internal import Kubernetes
internal import Policies
package import Primitives
private import Synchronization

/// Writes into the status of each policy whether it can be used, and whether the keys that it names can: only where that
/// is not stored already, a few a second, and by one of all replicas, which a Lease decides.
package final class StatusWriter: Sendable {
    /// What an operator should hear.
    package enum News: Sendable {
        /// This replica writes from now on.
        case leading
        /// It does no more.
        case following
        /// A status, or the Lease, could not be written; told once for each reason.
        case failed(problem: String)
    }

    /// How often is looked at what.
    package struct Pace: Sendable {
        /// The Lease, and what is to be written.
        package var period = LeaderElection.period
        /// The keys that a policy names.
        package var keys = KeyBook.period

        package init() {}
    }

    /// Statuses that are written, and policies whose keys are looked at, between two looks at the Lease.
    private static let batch = 20
    /// For the keys of a batch. The Lease must be renewed meanwhile.
    private static let keyPatience = Duration.seconds(3)
    /// After a failure nothing is written for so long.
    private static let rest = Duration.seconds(60)
    private static let leaseName = "ostiary"

    private let client: KubernetesClient
    private let policies: ClusterPolicies
    private let keys: KeyCheck
    private let name: String
    private let namespace: String
    private let pace: Pace
    private let hasResigned = Atomic(false)

    /// - Parameters:
    ///   - name: of this replica, unlike all others'.
    ///   - namespace: where the Lease is.
    package init(
        client: KubernetesClient, policies: ClusterPolicies, keys: KeyCheck, name: String, namespace: String,
        pace: Pace = Pace()
    ) {
        self.client = client
        self.policies = policies
        self.keys = keys
        self.name = name
        self.namespace = namespace
        self.pace = pace
    }

    /// Writes until the task is cancelled, or `resign`. Nothing that fails ends it, and no review waits for it.
    package func run(_ tell: @escaping @Sendable (News) -> Void) async {
        var (election, book) = (LeaderElection(name: name), KeyBook(period: pace.keys))
        var (didLead, problem) = (false, String?.none)
        while !Task.isCancelled, !isOver {
            var pause = pace.period
            do throws(ClusterError) {
                try await stand(in: &election)
                if election.leads(at: .now) {
                    await look(into: &book)
                    try await writeBatch(book)
                }
                problem = nil
            } catch {
                if problem != "\(error)" { tell(.failed(problem: "\(error)")) }
                (problem, pause) = ("\(error)", error.isOrdinary ? pace.period : Self.rest)
            }
            let leads = election.leads(at: .now)
            if leads != didLead { tell(leads ? .leading : .following) }
            if !leads { book = KeyBook(period: pace.keys) }
            didLead = leads
            // Cancelled with the task, which the loop looks at.
            try? await Task.sleep(for: pause)
        }
    }

    /// Gives the Lease back, if this replica has it, and writes no more: another one need not wait until it is over.
    package func resign(by deadline: Deadline) async {
        hasResigned.store(true, ordering: .relaxed)
        // Twice: a renewal that was on its way may have come in between.
        for _ in 0..<2 {
            do throws(ClusterError) {
                var election = LeaderElection(name: name)
                guard let lease = election.resign(from: try await readLease(by: deadline), time: .now) else { return }
                return try await write(lease, .put, to: leasePath, by: deadline)
            } catch {
                // Else it ends by itself in some seconds.
                guard error.isOrdinary else { return }
            }
        }
    }

    private var isOver: Bool { hasResigned.load(ordering: .relaxed) }
}

// MARK: - The Lease

extension StatusWriter {
    private var leasePath: String { APIResource.leases.path(namespace: namespace, name: Self.leaseName) }

    /// Looks at the Lease and does about it what is to be done.
    private func stand(in election: inout LeaderElection) async throws(ClusterError) {
        let asked = ContinuousClock.now
        let deadline = Deadline.after(LeaderElection.belief)
        let move = election.consider(try await readLease(by: deadline), at: .now, time: .now)
        guard !isOver else { return }
        switch move {
        case .wait: return
        case .create(let lease):
            try await write(lease, .post, to: APIResource.leases.path(namespace: namespace), by: deadline)
        case .replace(let lease): try await write(lease, .put, to: leasePath, by: deadline)
        }
        election.succeed(asked: asked)
    }

    private func readLease(by deadline: Deadline) async throws(ClusterError) -> Lease? {
        do throws(ClusterError) {
            let value = try await client.get(leasePath, limit: Limits.objectBytes, by: deadline)
            do throws(FieldError) {
                return try Lease(value)
            } catch {
                throw ClusterError.malformedAnswer(problem: "\(error)")
            }
        } catch {
            if case .refused(let status) = error, status.isMissing { return nil }
            throw error
        }
    }

    private func write(
        _ lease: Lease, _ method: Method, to path: String, by deadline: Deadline
    ) async throws(ClusterError) {
        try await client.send(
            method, path, lease.object(name: Self.leaseName, namespace: namespace), as: "application/json",
            by: deadline)
    }
}

// MARK: - What is written

extension StatusWriter {
    /// Looks at the keys of some policies for which that is due.
    private func look(into book: inout KeyBook) async {
        book.forget { policies.identifier(of: $0) == nil }
        let deadline = Deadline.after(Self.keyPatience)
        for (_, policy) in policies.watched(where: { [book] in book.isDue($0, at: .now) }, atMost: Self.batch) {
            let condition = await keys.condition(of: policy.policy, in: policies.store, at: .now, by: deadline)
            book.note(condition, of: policy, at: .now)
            if deadline.hasPassed { return }
        }
    }

    private func writeBatch(_ book: KeyBook) async throws(ClusterError) {
        let due = policies.watched(where: { $0.dueStatus(book, at: .now) != nil }, atMost: Self.batch)
        for (kind, policy) in due {
            guard !isOver, let status = policy.dueStatus(book, at: .now) else { continue }
            let key = policy.policy.identity.key
            let path = kind.resource.path(namespace: key.namespace, name: key.name) + "/status"
            do throws(ClusterError) {
                try await client.send(
                    .patch, path, status.patch, as: "application/merge-patch+json", by: .after(LeaderElection.belief))
            } catch {
                // Deleted meanwhile: its watch will say so too.
                guard case .refused(let status) = error, status.isMissing else { throw error }
            }
        }
    }
}

extension WatchedPolicy {
    /// The status that is to be written; nil when it is stored. What is stored about keys stays until more is known.
    fileprivate func dueStatus(_ book: KeyBook, at now: Timestamp) -> PolicyStatus? {
        let ready = PolicyCondition(readinessOf: policy)
        guard let keys = book.condition(of: self) else {
            return dueStatus([ready], keeping: [KeyCheck.conditionType], at: now)
        }
        return dueStatus([ready, keys], at: now)
    }
}

extension ClusterError {
    /// Whether this is how it goes between replicas: another one was quicker.
    fileprivate var isOrdinary: Bool {
        if case .refused(let status) = self { status.code == 409 } else { false }
    }
}
