/// The entries of one list of policies, arranged so that the one which decides is found without trying them all.
///
/// Which one that is, is Portieris' rule: an entry without a star that is the very text wins at once, the first of
/// several; else the most specific one that matches, the first of several.
///
/// Patterns without a star are in a hash table, the others in trees by their literal ends (`PatternTree`).
struct PolicyIndex: Sendable {
    /// An entry and where it stands.
    struct Place: Hashable, Comparable, Sendable {
        let policy: Int32
        let entry: Int32

        static func < (left: Place, right: Place) -> Bool {
            (left.policy, left.entry) < (right.policy, right.entry)
        }
    }

    private let policies: [ImagePolicy]
    /// The entries as they win: the most specific first, in the order of the list where they are equal.
    private let ranking: [Place]
    /// The ranks of patterns without a star.
    private let literals: [ArraySlice<UInt8>: Int32]
    /// Patterns with stars and a slash, of which host and path are matched apart.
    private let splitGlobs: PatternTree
    /// Patterns with stars and without a slash.
    private let wholeGlobs: PatternTree

    /// - Parameter policies: in API list order.
    init(_ policies: [ImagePolicy]) {
        self.policies = policies
        ranking = Self.ranking(of: policies)
        var literals: [ArraySlice<UInt8>: Int32] = [:]
        var globs: [(rank: Int32, pattern: Pattern)] = []
        for (rank, place) in ranking.enumerated() {
            let pattern = policies[Int(place.policy)].entries[Int(place.entry)].pattern
            if !pattern.isLiteral {
                globs.append((Int32(rank), pattern))
            } else if literals[pattern.text] == nil {
                literals[pattern.text] = Int32(rank)
            }
        }
        self.literals = literals
        splitGlobs = PatternTree(globs.filter(\.pattern.hasSlash))
        wholeGlobs = PatternTree(globs.filter { !$0.pattern.hasSlash })
    }

    /// The entry that decides on a text; nil when none matches.
    func match(_ text: String) -> PolicyMatch? {
        let text = Array(text.utf8)
        guard let rank = exactRank(of: text) ?? bestRank(of: text) else { return nil }
        return match(rank, .written)
    }

    /// The entry that decides on an image with several names, as if it stood under all of them at once.
    func match(anyOf forms: [String]) -> PolicyMatch? {
        let texts = forms.map { (form: $0, bytes: Array($0.utf8)) }
        let exact = texts.compactMap { text in exactRank(of: text.bytes).map { (rank: $0, form: text.form) } }
        if let first = exact.min(by: { ranking[$0.rank] < ranking[$1.rank] }) {
            return match(first.rank, .normalised(first.form))
        }
        let best = texts.compactMap { text in bestRank(of: text.bytes).map { (rank: $0, form: text.form) } }
        return best.min { $0.rank < $1.rank }.map { match($0.rank, .normalised($0.form)) }
    }

    private func match(_ rank: Int, _ look: PolicyMatch.Look) -> PolicyMatch {
        PolicyMatch(policy: policies[Int(ranking[rank].policy)].identity, entry: entry(rank), look: look)
    }

    private func entry(_ rank: Int) -> RepositoryEntry {
        policies[Int(ranking[rank].policy)].entries[Int(ranking[rank].entry)]
    }

    private func exactRank(of text: [UInt8]) -> Int? { literals[text[...]].map(Int.init) }

    private func bestRank(of text: [UInt8]) -> Int? {
        var best = ranking.count
        let backwards = Array(text.reversed())
        let slash = text.firstIndex(of: UInt8(ascii: "/"))
        for reading in PatternText.readings(of: text) {
            if let rank = literals[reading] { best = min(best, Int(rank)) }
            wholeGlobs.forEachCandidate(for: PatternText(reading, backwards: backwards, slash: nil)) { ranks in
                best = first(of: ranks, before: best, covering: reading)
            }
            guard let slash, slash < reading.endIndex else { continue }
            splitGlobs.forEachCandidate(for: PatternText(reading, backwards: backwards, slash: slash)) { ranks in
                best = first(of: ranks, before: best, covering: reading)
            }
        }
        return best < ranking.count ? best : nil
    }

    /// The first of these ranks, which ascend, whose pattern covers the text; `limit` when none below it does.
    private func first(of ranks: [Int32], before limit: Int, covering text: ArraySlice<UInt8>) -> Int {
        for rank in ranks.lazy.map(Int.init) {
            guard rank < limit else { return limit }
            if entry(rank).pattern.covers(text) { return rank }
        }
        return limit
    }

    private static func ranking(of policies: [ImagePolicy]) -> [Place] {
        let places = policies.indices.flatMap { policy in
            policies[policy].entries.indices.map { entry in
                (
                    place: Place(policy: Int32(policy), entry: Int32(entry)),
                    specificity: policies[policy].entries[entry].pattern.specificity
                )
            }
        }
        return places.sorted { left, right in
            left.specificity == right.specificity
                ? left.place < right.place : left.specificity > right.specificity
        }.map(\.place)
    }
}
