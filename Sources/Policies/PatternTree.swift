/// Patterns with stars, arranged by the literal text at their ends: what a text must begin and end with, before its
/// first slash and behind it, to be covered. Only patterns that have all of that in common are tried one by one.
indirect enum PatternTree: Sendable {
    /// Ranks of patterns, ascending.
    case leaf([Int32])
    /// What the patterns have at this place decides where to go on.
    case branch(Anchor, PrefixTable<PatternTree>)

    /// A literal end of a pattern, in the order in which patterns are told apart by them.
    enum Anchor: Int, CaseIterable, Sendable {
        case pathBeginning, pathEnding, hostBeginning, hostEnding
    }

    /// As many patterns are tried faster than told apart.
    private static let leafSize = 3

    /// - Parameter patterns: with their ranks, ascending.
    init(_ patterns: [(rank: Int32, pattern: Pattern)]) {
        self.init(patterns, from: Anchor.pathBeginning.rawValue)
    }

    private init(_ patterns: [(rank: Int32, pattern: Pattern)], from level: Int) {
        guard patterns.count > Self.leafSize, let anchor = Anchor(rawValue: level) else {
            self = .leaf(patterns.map(\.rank))
            return
        }
        let groups = Dictionary(grouping: patterns) { $0.pattern.literal(at: anchor) }
        guard groups.count > 1 || groups.keys.contains(where: { !$0.isEmpty }) else {
            self.init(patterns, from: level + 1)
            return
        }
        self = .branch(anchor, PrefixTable(groups.mapValues { PatternTree($0, from: level + 1) }))
    }

    /// Whether there is no pattern.
    var isEmpty: Bool { if case .leaf(let ranks) = self { ranks.isEmpty } else { false } }

    /// Hands over the ranks of all patterns that may cover the text, in pieces.
    func forEachCandidate(for text: @autoclosure () -> PatternText, _ body: ([Int32]) -> Void) {
        switch self {
        case .leaf(let ranks): body(ranks)
        case .branch(let anchor, let table):
            let text = text()
            table.forEachValue(beginning: text.part(at: anchor)) { $0.forEachCandidate(for: text, body) }
        }
    }
}

/// A text that patterns are held against, with its parts at hand.
struct PatternText {
    private let path: ArraySlice<UInt8>
    private let pathBackwards: ArraySlice<UInt8>
    /// Empty without a slash.
    private let host: ArraySlice<UInt8>
    private let hostBackwards: ArraySlice<UInt8>

    /// The texts of which a pattern needs to cover one: the whole, and what stands before each colon, since a pattern
    /// takes any tag. A digest is no tag: `name` does not cover `name@sha256:…`, nor what is before its colon. (That a
    /// colon may also be the one of a port is Portieris' rule: `nginx` matches `nginx:5000/app`.)
    static func forEachReading(of image: Span<UInt8>, _ body: (Span<UInt8>) -> Void) {
        body(image)
        for end in image.indices where image[end] == UInt8(ascii: ":") { body(image.extracting(first: end)) }
    }

    /// - Parameters:
    ///   - reading: a beginning of a text.
    ///   - slash: where its first slash is, nil to take the text as one piece.
    init(_ reading: Span<UInt8>, slash: Int?) {
        let reading = unsafe reading.withUnsafeBufferPointer { unsafe Array($0) }
        path = reading[(slash.map { $0 + 1 } ?? 0)...]
        pathBackwards = Array(path.reversed())[...]
        host = reading[..<(slash ?? 0)]
        hostBackwards = Array(host.reversed())[...]
    }

    /// What has to begin with a pattern's literal at this end.
    func part(at anchor: PatternTree.Anchor) -> ArraySlice<UInt8> {
        switch anchor {
        case .pathBeginning: path
        case .pathEnding: pathBackwards
        case .hostBeginning: host
        case .hostEnding: hostBackwards
        }
    }
}
