/// Moments to wake at, the earliest first: a binary heap.
///
/// Nothing is ever taken out of the middle. An entry that is no longer of use is dropped when its moment comes, so
/// whoever schedules keeps to at most a few entries per waiter.
struct TimerHeap<Key: Sendable>: Sendable {
    private var entries: [(instant: ContinuousClock.Instant, key: Key)] = []

    var earliest: ContinuousClock.Instant? { entries.first?.instant }

    var count: Int { entries.count }

    mutating func schedule(_ key: Key, at instant: ContinuousClock.Instant) {
        entries.append((instant, key))
        var child = entries.count - 1
        while child > 0, case let parent = (child - 1) / 2, entries[child].instant < entries[parent].instant {
            entries.swapAt(child, parent)
            child = parent
        }
    }

    /// Removes and returns the key of the earliest entry if its moment has come.
    mutating func popDue(at now: ContinuousClock.Instant) -> Key? {
        guard let first = entries.first, first.instant <= now else { return nil }
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        sink()
        return first.key
    }

    private mutating func sink() {
        var parent = 0
        while true {
            let children = [2 * parent + 1, 2 * parent + 2].prefix { $0 < entries.count }
            guard
                let least = children.min(by: { entries[$0].instant < entries[$1].instant }),
                entries[least].instant < entries[parent].instant
            else { return }
            entries.swapAt(least, parent)
            parent = least
        }
    }
}
