/// The names that an object gives its images, each once: a tag must not be resolved twice in a review.
///
/// Names are told apart by their bytes. To `String` the Kelvin sign is a K, and one of the two would not be looked at.
struct DistinctNames {
    private(set) var names: [String] = []
    /// For each name that was given, in order, where in `names` it stands.
    private(set) var positions: [Int] = []

    init(_ given: [String]) {
        for name in given {
            let known = names.firstIndex { $0.utf8.elementsEqual(name.utf8) }
            positions.append(known ?? names.count)
            if known == nil { names.append(name) }
        }
    }
}
