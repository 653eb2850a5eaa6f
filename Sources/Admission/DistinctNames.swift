/// The names that an object gives its images, each once: a tag must not be resolved twice in a review.
///
/// Names are told apart by their bytes. To `String` the Kelvin sign is a K, and one of the two would not be looked at.
struct DistinctNames {
    private(set) var names: [String] = []
    /// For each name that was given, in order, where in `names` it stands.
    private(set) var positions: [Int] = []

    /// Up to this many names are compared one by one, which is faster than putting them into a table.
    private static let fewNames = 8

    init(_ given: [String]) {
        if given.count <= Self.fewNames { compareAll(given) } else { lookUpAll(given) }
    }

    private mutating func compareAll(_ given: [String]) {
        names.reserveCapacity(given.count)
        positions.reserveCapacity(given.count)
        for name in given {
            let known = names.firstIndex { $0 == name && $0.utf8.elementsEqual(name.utf8) }
            positions.append(known ?? names.count)
            if known == nil { names.append(name) }
        }
    }

    private mutating func lookUpAll(_ given: [String]) {
        // Not one by one: hundreds of long names that differ at their end would take seconds.
        var known = [[UInt8]: Int](minimumCapacity: given.count)
        for name in given {
            let position = known[Array(name.utf8), default: names.count]
            positions.append(position)
            guard position == names.count else { continue }
            known[Array(name.utf8)] = position
            names.append(name)
        }
    }
}
