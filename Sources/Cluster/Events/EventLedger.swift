internal import Policies
internal import Primitives

/// Which Events are to be written, and which only counted: a machine without network and clock.
///
/// What is the same is one Event. As client-go's recorder does it, the first is written at once, the second makes the
/// Event a series, and from then on it is counted; the count is written every half hour, and once more when nothing came
/// for six minutes, which ends the series.
///
/// The same is what one policy does to one image. Of the images that come behind the tenth there is one Event together:
/// whoever may create pods may think of any number.
struct EventLedger: Sendable {
    /// What tells one series from another.
    struct Key: Hashable, Sendable {
        fileprivate let group: Group
        /// Nil for all images that have no series of their own.
        fileprivate let image: String?
    }

    fileprivate struct Group: Hashable {
        let policy: PolicyIdentity
        let outcome: PolicyRefusal.Outcome
    }

    /// How often a count that grows is written.
    static let heartbeat = Duration.seconds(30 * 60)
    /// How long nothing must come for a series to be over.
    static let silence = Duration.seconds(6 * 60)
    /// Images of a policy with an Event of their own.
    static let imagesPerPolicy = 10

    private var series: [Key: EventSeries] = [:]
    private var images: [Group: Int] = [:]
    private var queue: [Key] = []
    /// What somebody is writing.
    private var underWay: Set<Key> = []
    /// How much of each series was counted when the ledger was closed: what comes later is not waited for.
    private var goals: [Key: Int] = [:]
    private let capacity: Int

    /// - Parameter capacity: series that are kept at the same time.
    init(capacity: Int = Limits.eventSeries) {
        self.capacity = capacity
    }

    /// Takes a refusal in.
    ///
    /// - Returns: false when there is no room: nobody will hear of it.
    mutating func note(_ refusal: PolicyRefusal, number: UInt64, at moment: EventSeries.Moment) -> Bool {
        let key = key(of: refusal)
        guard series[key] == nil else {
            series[key]?.add(at: moment)
            if series[key]?.count == 2 { enqueue(key) }
            return true
        }
        guard series.count < capacity else { return false }
        series[key] = EventSeries(key.image == nil ? refusal.asOneOfMany : refusal, number: number, at: moment)
        if key.image != nil { images[key.group, default: 0] += 1 }
        enqueue(key)
        return true
    }

    private func key(of refusal: PolicyRefusal) -> Key {
        let group = Group(policy: refusal.policy, outcome: refusal.outcome)
        let own = Key(group: group, image: refusal.image)
        let isFull = images[group, default: 0] >= Self.imagesPerPolicy
        return isFull && series[own] == nil ? Key(group: group, image: nil) : own
    }

    /// Whether something is to be written, or is being written.
    var hasWork: Bool { !queue.isEmpty }

    /// Hands out what must be written first, until the caller says what came of it; nil when there is nothing, or all of it
    /// was handed out. Of two writers of one Event the one with the smaller count might come last.
    mutating func take() -> (key: Key, series: EventSeries)? {
        guard let key = queue.first(where: { !underWay.contains($0) }), let series = series[key] else { return nil }
        underWay.insert(key)
        return (key: key, series: series)
    }

    /// What was taken is written.
    mutating func noteWritten(_ key: Key, count: Int, at now: ContinuousClock.Instant) {
        dequeue(key)
        series[key]?.noteStored(count: count, at: now)
        // What came meanwhile makes it a series.
        if count == 1 || count < goals[key, default: 0], series[key]?.isDue ?? false { enqueue(key) }
    }

    /// What was taken could not be written; it stays to be written.
    ///
    /// - Returns: how often that was so.
    mutating func noteFailure(_ key: Key) -> Int {
        underWay.remove(key)
        series[key]?.noteFailure()
        return series[key]?.failures ?? 0
    }

    /// The Event that was taken is not stored any more; it is to be created anew.
    mutating func noteMissing(_ key: Key) { series[key]?.noteMissing() }

    /// What was taken will not be written.
    mutating func giveUp(_ key: Key) {
        dequeue(key)
        remove(key)
    }

    /// Looks what is to be written because of the time, and forgets what is over.
    mutating func sweep(at now: ContinuousClock.Instant) {
        for (key, series) in series {
            let isOver = now - series.last.instant >= Self.silence
            if series.isDue {
                if isOver || series.age(at: now) >= Self.heartbeat { enqueue(key) }
            } else if isOver {
                remove(key)
            }
        }
    }

    /// Everything that is not stored as it is becomes due: there will be no later.
    mutating func close() {
        for (key, series) in series where series.isDue {
            goals[key] = series.count
            enqueue(key)
        }
    }

    private mutating func enqueue(_ key: Key) {
        if !queue.contains(key) { queue.append(key) }
    }

    private mutating func dequeue(_ key: Key) {
        underWay.remove(key)
        queue.removeAll { $0 == key }
    }

    private mutating func remove(_ key: Key) {
        guard series.removeValue(forKey: key) != nil, key.image != nil else { return }
        let left = images[key.group, default: 1] - 1
        images[key.group] = left > 0 ? left : nil
    }
}

extension PolicyRefusal {
    /// The first of those that have one Event together.
    fileprivate var asOneOfMany: PolicyRefusal {
        PolicyRefusal(
            policy: policy, outcome: outcome, image: image,
            note: "one of more than \(EventLedger.imagesPerPolicy) images: \(note)")
    }
}
