/// A pattern in which `*` stands for any run of any bytes, also an empty one and one with slashes; every other byte for
/// itself. It must cover the whole text.
///
/// Matching takes time linear in the text and the pattern: an image name comes from whoever may create a pod.
struct Glob: Hashable, Sendable {
    /// What stands before, between and behind the stars: one literal more than there are stars.
    private let literals: [Literal]

    init(_ pattern: some Sequence<UInt8>) {
        var literals: [[UInt8]] = [[]]
        for byte in pattern {
            if byte == Self.star {
                literals.append([])
            } else {
                literals[literals.count - 1].append(byte)
            }
        }
        self.literals = literals.map(Literal.init)
    }

    static let star = UInt8(ascii: "*")

    /// Whether the pattern covers the whole text.
    func matches(_ text: ArraySlice<UInt8>) -> Bool {
        guard let first = literals.first, let last = literals.last, literals.count > 1 else {
            return literals.first.map { text.elementsEqual($0.bytes) } ?? text.isEmpty
        }
        guard text.count >= first.bytes.count + last.bytes.count, text.starts(with: first.bytes),
            text.suffix(last.bytes.count).elementsEqual(last.bytes)
        else { return false }
        // The leftmost place of each literal leaves the most text to the rest, so no other place need be tried.
        var rest = text.dropFirst(first.bytes.count).dropLast(last.bytes.count)
        for literal in literals.dropFirst().dropLast() {
            guard let end = literal.firstEnd(in: rest) else { return false }
            rest = rest[end...]
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

        init(_ bytes: [UInt8]) {
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

        /// The index behind the first occurrence; nil when there is none.
        func firstEnd(in text: ArraySlice<UInt8>) -> Int? {
            guard !bytes.isEmpty else { return text.startIndex }
            var matched = 0
            for index in text.indices {
                while matched > 0, text[index] != bytes[matched] { matched = fallback[matched] }
                if text[index] == bytes[matched] { matched += 1 }
                if matched == bytes.count { return index + 1 }
            }
            return nil
        }
    }
}
