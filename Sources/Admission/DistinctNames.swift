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
        if areDistinct(given) {
            (names, positions) = (given, Array(given.indices))
            return
        }
        for name in given {
            let known = names.firstIndex { Self.isSame($0, name) }
            positions.append(known ?? names.count)
            if known == nil { names.append(name) }
        }
    }

    private func areDistinct(_ given: [String]) -> Bool {
        for index in given.indices.dropFirst() {
            for other in 0..<index where Self.isSame(given[other], given[index]) { return false }
        }
        return true
    }

    private static func isSame(_ left: String, _ right: String) -> Bool {
        left == right && left.utf8.elementsEqual(right.utf8)
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
