/// Values under keys of bytes, to be found by a text that begins with the key.
///
/// The keys are sorted, and each knows the longest other key that it begins with. Of all keys a text begins with, the
/// last one is found among those of the last key that does not come behind the text: whatever stands between a key
/// and a text that begins with it begins with the key too.
struct PrefixTable<Value: Sendable>: Sendable {
    /// In ascending order, all different.
    private let keys: [ArraySlice<UInt8>]
    private let values: [Value]
    /// For each key, the index of the longest other one that it begins with; -1 for none.
    private let parents: [Int32]

    init(_ pairs: [ArraySlice<UInt8>: Value]) {
        let sorted = pairs.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        keys = sorted.map(\.key)
        values = sorted.map(\.value)
        parents = Self.parents(of: keys)
    }

    /// Hands over the value of each key that the text begins with, the longest key first.
    func forEachValue(beginning text: ArraySlice<UInt8>, _ body: (Value) -> Void) {
        var index = lastKey(notBehind: text)
        guard index >= 0 else { return }
        let common = zip(keys[index], text).prefix { $0 == $1 }.count
        while index >= 0 {
            if keys[index].count <= common { body(values[index]) }
            index = Int(parents[index])
        }
    }

    /// The index of the last key that is the text or comes before it; -1 for none.
    private func lastKey(notBehind text: ArraySlice<UInt8>) -> Int {
        var (low, high) = (0, keys.count)
        while low < high {
            let middle = (low + high) / 2
            if text.lexicographicallyPrecedes(keys[middle]) { high = middle } else { low = middle + 1 }
        }
        return low - 1
    }

    private static func parents(of keys: [ArraySlice<UInt8>]) -> [Int32] {
        var parents: [Int32] = []
        // The keys that the one before begins with, and that one itself.
        var open: [Int] = []
        for (index, key) in keys.enumerated() {
            while let last = open.last, !key.starts(with: keys[last]) { open.removeLast() }
            parents.append(Int32(open.last ?? -1))
            open.append(index)
        }
        return parents
    }
}
