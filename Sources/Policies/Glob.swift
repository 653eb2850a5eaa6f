private import Primitives

/// A pattern in which `*` stands for any run of any bytes, also an empty one and one with slashes; every other byte for
/// itself. It must cover the whole text.
///
/// Matching takes time linear in the text and the pattern: an image name comes from whoever may create a pod.
struct Glob: Hashable, Sendable {
    /// What stands before the first star, or everything.
    private let first: ArraySlice<UInt8>
    /// What stands between stars.
    private let middle: [Literal]
    /// What stands behind the last star; nil without a star.
    private let last: ArraySlice<UInt8>?

    init(_ pattern: ArraySlice<UInt8>) {
        var literals = pattern.split(separator: Self.star, omittingEmptySubsequences: false)
        first = literals.removeFirst()
        last = literals.popLast()
        middle = literals.filter { !$0.isEmpty }.map(Literal.init)
    }

    static let star = UInt8(ascii: "*")

    /// Whether the pattern covers the whole text.
    func matches(_ text: Span<UInt8>) -> Bool {
        guard let last else { return text.isSame(as: first.span) }
        guard text.count >= first.count + last.count, text.extracting(first: first.count).isSame(as: first.span),
            text.extracting(last: last.count).isSame(as: last.span)
        else { return false }
        // The leftmost place of each literal leaves the most text to the rest, so no other place need be tried.
        var rest = first.count..<text.count - last.count
        for literal in middle {
            guard let end = literal.firstEnd(in: text, rest) else { return false }
            rest = end..<rest.upperBound
        }
        return true
    }
}

extension Glob {
    /// Bytes to be found in a text, with the table that makes the search linear (Knuth, Morris and Pratt, 1977).
    private struct Literal: Hashable, Sendable {
        let bytes: [UInt8]
        /// For each length of a matched beginning, the next shorter one that is also an ending of it.
        private let fallback: [Int]

        /// - Parameter literal: not empty.
        init(_ literal: ArraySlice<UInt8>) {
            let bytes = Array(literal)
            self.bytes = bytes
            var fallback = [Int](repeating: 0, count: bytes.count + 1)
            var matched = 0
            for index in bytes.indices.dropFirst() {
                while matched > 0, bytes[index] != bytes[matched] { matched = fallback[matched] }
                if bytes[index] == bytes[matched] { matched += 1 }
                fallback[index + 1] = matched
            }
            self.fallback = fallback
        }

        /// The offset behind the first occurrence in a range; nil when there is none.
        func firstEnd(in text: Span<UInt8>, _ range: Range<Int>) -> Int? {
            var matched = 0
            for index in range {
                while matched > 0, text[index] != bytes[matched] { matched = fallback[matched] }
                if text[index] == bytes[matched] { matched += 1 }
                if matched == bytes.count { return index + 1 }
            }
            return nil
        }
    }
}
