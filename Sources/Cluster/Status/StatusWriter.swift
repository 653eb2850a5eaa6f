internal import HTTP
internal import Kubernetes
internal import Policies
internal import Primitives

/// Writes into the status of each policy whether it can be used: only where that is not stored already, a few a second,
/// and by one of all replicas, which a Lease decides.
package struct StatusWriter: Sendable {
    /// What an operator should hear.
    package enum News: Sendable {
        /// This replica writes from now on.
        case leading
        /// It does no more.
        case following
        /// A status, or the Lease, could not be written; told once for each reason.
        case failed(problem: String)
    }

    /// Statuses that are written between two looks at the Lease.
    private static let batch = 20
    /// After a failure nothing is written for so long.
    private static let rest = Duration.seconds(60)
    private static let leaseName = "ostiary"

    private let client: KubernetesClient
    private let policies: ClusterPolicies
    private let name: String
    private let namespace: String
    private let period: Duration

    /// - Parameters:
    ///   - name: of this replica, unlike all others'.
    ///   - namespace: where the Lease is.
    ///   - period: how often it looks.
    package init(
        client: KubernetesClient, policies: ClusterPolicies, name: String, namespace: String,
        period: Duration? = nil
    ) {
        self.client = client
        self.policies = policies
        self.name = name
        self.namespace = namespace
        self.period = period ?? LeaderElection.period
    }

    /// Writes until the task is cancelled. Nothing that fails ends it, and no review waits for it.
    package func run(_ tell: @escaping @Sendable (News) -> Void) async {
        var election = LeaderElection(name: name)
        var (didLead, problem) = (false, String?.none)
        while !Task.isCancelled {
            var pause = period
            do throws(ClusterError) {
                try await stand(in: &election)
                if election.leads(at: .now) { try await writeBatch() }
                problem = nil
            } catch {
                if problem != "\(error)" { tell(.failed(problem: "\(error)")) }
                (problem, pause) = ("\(error)", error.isOrdinary ? period : Self.rest)
            }
            let leads = election.leads(at: .now)
            if leads != didLead { tell(leads ? .leading : .following) }
            didLead = leads
            // Cancelled with the task, which the loop looks at.
            try? await Task.sleep(for: pause)
        }
    }

    /// Looks at the Lease and does about it what is to be done.
    private func stand(in election: inout LeaderElection) async throws(ClusterError) {
        let asked = ContinuousClock.now
        let lease = try await readLease()
        switch election.consider(lease, at: .now, time: .now) {
        case .wait: return
        case .create(let lease): try await write(lease, .post, to: APIResource.leases.path(namespace: namespace))
        case .replace(let lease):
            let path = APIResource.leases.path(namespace: namespace, name: Self.leaseName)
            try await write(lease, .put, to: path)
        }
        election.succeed(asked: asked)
    }

    private func readLease() async throws(ClusterError) -> Lease? {
        let path = APIResource.leases.path(namespace: namespace, name: Self.leaseName)
        do throws(ClusterError) {
            let value = try await client.get(path, limit: Limits.objectBytes, by: .after(LeaderElection.belief))
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

    private func write(_ lease: Lease, _ method: Method, to path: String) async throws(ClusterError) {
        try await client.send(
            method, path, lease.object(name: Self.leaseName, namespace: namespace), as: "application/json",
            by: .after(LeaderElection.belief))
    }

    private func writeBatch() async throws(ClusterError) {
        for (kind, policy) in policies.watched(where: { $0.dueStatus(at: .now) != nil }, atMost: Self.batch) {
            guard let status = policy.dueStatus(at: .now) else { continue }
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
    /// The status that is to be written; nil when it is stored.
    fileprivate func dueStatus(at now: Timestamp) -> PolicyStatus? {
        dueStatus([PolicyCondition(readinessOf: policy)], at: now)
    }
}

extension ClusterError {
    /// Whether this is how it goes between replicas: another one was quicker.
    fileprivate var isOrdinary: Bool {
        if case .refused(let status) = self { status.code == 409 } else { false }
    }
}
