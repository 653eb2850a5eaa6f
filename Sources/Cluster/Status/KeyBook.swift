internal import Policies

/// What was found out about the keys of policies, and when it is to be looked at again: a machine without network and
/// clock.
struct KeyBook: Sendable {
    private struct Entry {
        let generation: Int64
        let identifier: String
        let condition: PolicyCondition?
        let next: ContinuousClock.Instant
    }

    /// How often the keys of a policy are looked at: Secrets change, and keys expire, without any news.
    static let period = Duration.seconds(300)
    /// How soon again, when it could not be found out.
    static let retry = Duration.seconds(30)

    private var entries: [PolicyIdentity: Entry] = [:]
    private let period: Duration

    init(period: Duration = KeyBook.period) {
        self.period = period
    }

    /// Whether the keys of a policy must be looked at: it is another one than was looked at, or that was long ago.
    func isDue(_ policy: WatchedPolicy, at now: ContinuousClock.Instant) -> Bool {
        guard let entry = entry(of: policy) else { return true }
        return entry.next <= now
    }

    /// What was found out last about this state of a policy; nil when nothing was.
    func condition(of policy: WatchedPolicy) -> PolicyCondition? { entry(of: policy)?.condition }

    /// Takes note of what was found out.
    ///
    /// - Parameter condition: nil when nothing could be; what was before stays.
    mutating func note(_ condition: PolicyCondition?, of policy: WatchedPolicy, at now: ContinuousClock.Instant) {
        let next = now + (condition == nil ? min(Self.retry, period) : period)
        entries[policy.policy.identity] = Entry(
            generation: policy.generation, identifier: policy.identifier,
            condition: condition ?? self.condition(of: policy), next: next)
    }

    /// Forgets policies that are gone.
    mutating func forget(where isGone: (PolicyIdentity) -> Bool) {
        entries = entries.filter { !isGone($0.key) }
    }

    private func entry(of policy: WatchedPolicy) -> Entry? {
        guard let entry = entries[policy.policy.identity], entry.generation == policy.generation,
            entry.identifier == policy.identifier
        else { return nil }
        return entry
    }
}
