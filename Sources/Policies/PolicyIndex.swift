private import Primitives

/// The entries of one list of policies, arranged so that the one which decides is found without trying them all.
///
/// Which one that is, is Portieris' rule: an entry without a star that is the very text wins at once, the first of
/// several; else the most specific one that matches, the first of several.
///
/// Patterns without a star are in a hash table, the others in trees by their literal ends (`PatternTree`).
/// (A class, because each look-up would else copy all of its parts.)
final class PolicyIndex: Sendable {
    /// The entries as they win: the most specific first, in the order of the list where they are equal.
    private let ranking: [IndexedEntry]
    /// The ranks of patterns without a star, by their hashes.
    private let literals: [Int: [Int32]]
    /// Patterns with stars and a slash, of which host and path are matched apart.
    private let splitGlobs: PatternTree
    /// Patterns with stars and without a slash.
    private let wholeGlobs: PatternTree
    /// The first policy of which it cannot be told what it matches: it decides on every image.
    private let dark: PolicyMatch?

    /// - Parameter policies: in API list order.
    init(_ policies: [ImagePolicy]) {
        dark = policies.lazy.compactMap(IndexedEntry.init(dark:)).first.map { PolicyMatch($0, look: .written) }
        ranking = Self.ranking(of: policies)
        var literals: [Int: [Int32]] = [:]
        var globs: [(rank: Int32, pattern: Pattern)] = []
        for (rank, pattern) in ranking.lazy.map(\.pattern).enumerated() {
            if pattern.isLiteral {
                literals[Self.hash(of: pattern.text.span), default: []].append(Int32(rank))
            } else {
                globs.append((Int32(rank), pattern))
            }
        }
        self.literals = literals
        splitGlobs = PatternTree(globs.filter(\.pattern.hasSlash))
        wholeGlobs = PatternTree(globs.filter { !$0.pattern.hasSlash })
    }

    /// The entry that decides on a text; nil when none matches.
    func match(_ text: String) -> PolicyMatch? {
        if let dark { return dark }
        let text = text.utf8.span
        guard let rank = rank(ofLiteral: text) ?? bestRank(of: text) else { return nil }
        return PolicyMatch(ranking[rank], look: .written)
    }

    /// The entry that decides on an image with several names, as if it stood under all of them at once.
    func match(anyOf forms: [String]) -> PolicyMatch? {
        let exact = forms.compactMap { form in rank(ofLiteral: form.utf8.span).map { (rank: $0, form: form) } }
        if let first = exact.min(by: { ranking[$0.rank].place < ranking[$1.rank].place }) {
            return PolicyMatch(ranking[first.rank], look: .normalised(first.form))
        }
        let best = forms.compactMap { form in bestRank(of: form.utf8.span).map { (rank: $0, form: form) } }
        return best.min { $0.rank < $1.rank }.map { PolicyMatch(ranking[$0.rank], look: .normalised($0.form)) }
    }

    /// The first entry without a star that is the very text.
    private func rank(ofLiteral text: Span<UInt8>) -> Int? {
        guard !literals.isEmpty, let ranks = literals[Self.hash(of: text)] else { return nil }
        for rank in ranks where ranking[Int(rank)].pattern.text.span.isSame(as: text) { return Int(rank) }
        return nil
    }

    /// (With the process' own seed: nobody can name images that all have one.)
    private static func hash(of text: Span<UInt8>) -> Int {
        var hasher = Hasher()
        unsafe text.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        return hasher.finalize()
    }

    private func bestRank(of text: Span<UInt8>) -> Int? {
        var best = ranking.count
        let slash = text.firstIndex(of: UInt8(ascii: "/"))
        PatternText.forEachReading(of: text) { reading in
            if let rank = rank(ofLiteral: reading) { best = min(best, rank) }
            if !wholeGlobs.isEmpty {
                wholeGlobs.forEachCandidate(for: PatternText(reading, slash: nil)) { ranks in
                    best = first(of: ranks, before: best, covering: reading)
                }
            }
            guard let slash, slash < reading.count, !splitGlobs.isEmpty else { return }
            splitGlobs.forEachCandidate(for: PatternText(reading, slash: slash)) { ranks in
                best = first(of: ranks, before: best, covering: reading)
            }
        }
        return best < ranking.count ? best : nil
    }

    /// The first of these ranks, which ascend, whose pattern covers the text; `limit` when none below it does.
    private func first(of ranks: [Int32], before limit: Int, covering text: Span<UInt8>) -> Int {
        for rank in ranks {
            guard rank < limit else { return limit }
            if ranking[Int(rank)].covers(text) { return Int(rank) }
        }
        return limit
    }

    private static func ranking(of policies: [ImagePolicy]) -> [IndexedEntry] {
        let entries = policies.enumerated().flatMap { place, policy in
            policy.entries.enumerated().map { IndexedEntry($1, of: policy.identity, at: (place, $0)) }
        }
        return entries.sorted { left, right in
            let (leftLength, rightLength) = (left.pattern.specificity, right.pattern.specificity)
            return leftLength == rightLength ? left.place < right.place : leftLength > rightLength
        }
    }
}

/// An entry, whose it is, and where it stands. (A class: matches are passed on with every finding of a review, and an
/// entry is large.)
final class IndexedEntry: Sendable {
    let policy: PolicyIdentity
    let pattern: Pattern
    let requirement: Result<Requirement, PolicyError>
    /// Whether it is known that nothing is asked.
    let asksNothing: Bool
    private let coversAll: Bool
    /// Which policy of the list, and which of its entries.
    let place: (policy: Int, entry: Int)

    init(_ entry: RepositoryEntry, of policy: PolicyIdentity, at place: (policy: Int, entry: Int)) {
        self.policy = policy
        pattern = entry.pattern
        coversAll = entry.pattern.text == [Glob.star]
        requirement = entry.requirement
        asksNothing = if case .success(let requirement) = entry.requirement { requirement.isEmpty } else { false }
        self.place = place
    }

    /// Whether the pattern stands for all of the text.
    func covers(_ text: Span<UInt8>) -> Bool {
        // The last entry of most lists; everything else in it need not be looked at.
        coversAll || pattern.covers(text)
    }

    /// A policy that cannot be read decides like one entry for everything that asks what cannot be told; nil for one
    /// that can.
    convenience init?(dark policy: ImagePolicy) {
        guard let darkness = policy.darkness else { return nil }
        let entry = RepositoryEntry(pattern: Pattern("*"), requirement: .failure(darkness))
        self.init(entry, of: policy.identity, at: (policy: 0, entry: 0))
    }
}
