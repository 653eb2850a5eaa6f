internal import Primitives

/// Moments to wake at, the earliest first: a binary heap.
///
/// Nothing is ever taken out of the middle. An entry that is no longer of use is dropped when its moment comes, so
/// whoever schedules keeps to at most a few entries per waiter.
struct TimerHeap<Key: Sendable>: Sendable {
    private var entries: [(moment: Moment, key: Key)] = []

    var earliest: Moment? { entries.first?.moment }

    var count: Int { entries.count }

    mutating func schedule(_ key: Key, at moment: Moment) {
        entries.append((moment, key))
        var child = entries.count - 1
        while child > 0, case let parent = (child - 1) / 2, entries[child].moment < entries[parent].moment {
            entries.swapAt(child, parent)
            child = parent
        }
    }

    /// Removes and returns the earliest entry if its moment has come.
    mutating func popDue(at now: Moment) -> (moment: Moment, key: Key)? {
        guard let first = entries.first, first.moment <= now else { return nil }
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        sink()
        return first
    }

    private mutating func sink() {
        var parent = 0
        while true {
            let children = [2 * parent + 1, 2 * parent + 2].prefix { $0 < entries.count }
            guard
                let least = children.min(by: { entries[$0].moment < entries[$1].moment }),
                entries[least].moment < entries[parent].moment
            else { return }
            entries.swapAt(least, parent)
            parent = least
        }
    }
}
