/// What was kept lately, bounded in number.
///
/// It has two halves. New values, and old ones that were looked for, go into the young half; when that is full, what is
/// left in the old half is forgotten, and the young one becomes the old one. So what is used stays, and a look costs the
/// same however much there is.
package struct RecentValues<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]
    private let half: Int

    /// - Parameter bound: how many values there are at most; at least two.
    package init(bound: Int) {
        half = max(1, bound / 2)
    }

    /// How many values there are.
    package var count: Int { young.count + old.count }

    /// The value under a key, which then counts as new.
    package mutating func value(for key: Key) -> Value? {
        if let value = young[key] { return value }
        guard let value = old[key] else { return nil }
        keep(value, for: key)
        return value
    }

    /// Keeps a value in place of the one under this key.
    package mutating func keep(_ value: Value, for key: Key) {
        if young.count >= half, young[key] == nil {
            old = young
            young = [:]
        }
        old[key] = nil
        young[key] = value
    }

    /// Keeps nothing under this key any more.
    package mutating func forget(_ key: Key) {
        young[key] = nil
        old[key] = nil
    }
}
