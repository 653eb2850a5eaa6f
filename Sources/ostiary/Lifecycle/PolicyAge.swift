internal import Cluster
internal import Logging
internal import Policies
internal import Primitives

/// How old the policies of a cluster are while there are no news of them, for the log and for whoever asks whether the
/// process is ready. They decide however old they are: see `ClusterPolicies`.
struct PolicyAge: Sendable {
    private let policies: ClusterPolicies

    /// The API server says something each minute. A watch that is silent for longer may not be dead yet, but what it
    /// would have told is missing.
    private static let silence = Duration.seconds(120)
    private static let reminder = Duration.seconds(60)

    init(of policies: ClusterPolicies) {
        self.policies = policies
    }

    /// Seconds since the API server last said something that the policies of a kind are as new as; nil when it never did.
    func seconds(of kind: PolicyIdentity.Kind) -> Int64? {
        policies.lastNews(of: kind).map { (ContinuousClock.now - $0).components.seconds }
    }

    /// `no news of ClusterImagePolicy for 35 s: …` for each kind of which there are none, on one line; nil while all is
    /// well.
    var notice: String? {
        let notices = oldKinds.map { kind, seconds, problem in
            "no news of \(kind.rawValue) for \(seconds) s" + (problem.map { ": \($0)" } ?? "")
        }
        return notices.isEmpty ? nil : notices.joined(separator: "; ")
    }

    /// Says it again each minute, until the task is cancelled.
    func remind(_ logger: Logger) async {
        while true {
            // Ends with the task.
            do { try await Task.sleep(for: Self.reminder) } catch { return }
            for (kind, seconds, problem) in oldKinds {
                logger.warning(
                    "policies are old",
                    metadata: [
                        "kind": "\(kind.rawValue)", "age_seconds": .json(.integer(seconds)),
                        "error": "\(problem ?? "the API server is silent")",
                    ])
            }
        }
    }

    private var oldKinds: [(kind: PolicyIdentity.Kind, seconds: Int64, problem: String?)] {
        guard policies.isSynced else { return [] }
        return PolicyIdentity.Kind.allCases.compactMap { kind in
            guard let seconds = seconds(of: kind) else { return nil }
            let problem = policies.problem(of: kind)
            let isOld = problem != nil || seconds > Self.silence.components.seconds
            return isOld ? (kind, seconds, problem) : nil
        }
    }
}
