/// Unique keys (RFC 8259 §4 only advises them): two readers that take different twins see different documents.
///
/// (Functions of the table and the text rather than methods of the parser: the optimiser copies the parser for each
/// call of a method that does not change it.)
enum JSONKeys {
    private typealias Node = JSONDocument.Node

    /// Up to this many keys of one object are compared one by one, which is faster than putting them into a set.
    private static let fewKeys = 24

    /// A hash of a key's decoded bytes: different hashes, different keys. Whoever writes the text can make equal ones, so
    /// it only saves comparing. It looks at the length and the first and last eight bytes.
    @inline(always)
    static func hash(of kind: JSONDocument.Node.Kind, _ key: Range<Int>, in text: JSONText) -> UInt32 {
        guard kind == .string else { return hash(ofEscaped: key, in: text) }
        // Of a key of less than eight bytes both words are the same, without what stands behind it. (Nothing here is a jump:
        // whether a key is short cannot be foretold, and to guess wrong costs more than the rest.)
        let mask = key.count < 8 ? (1 &<< UInt64(truncatingIfNeeded: key.count &* 8)) &- 1 : UInt64.max
        let last = max(key.lowerBound, key.upperBound &- 8)
        return hash(key.count, text.eightBytes(at: key.lowerBound) & mask, text.eightBytes(at: last) & mask)
    }

    /// Compares the keys of an object that has just been closed.
    ///
    /// - Throws: `JSONError.Reason.duplicateKey` at the first key whose decoded bytes an earlier one has.
    static func refuseTwins(
        among object: Int, of nodes: borrowing NodeTable, in text: JSONText
    ) throws(JSONError) {
        guard mayHaveTwins(object, nodes) else { return }
        let isFew = nodes[object].count <= fewKeys && !hasEscapes(object, nodes)
        let twin =
            isFew
            ? firstTwinAmongFew(of: object, nodes, text) : firstTwinAmongMany(of: object, nodes, text)
        guard let twin else { return }
        let key = String(decoding: decodedBytes(of: nodes[twin], in: text), as: UTF8.self)
        throw JSONError(.duplicateKey(key), at: Int(nodes[twin].start) - 1)
    }

    /// Whether two keys may have the same hash: no, if of each key one of two bits was not set by any before.
    private static func mayHaveTwins(_ object: Int, _ nodes: borrowing NodeTable) -> Bool {
        var (low, high): (UInt64, UInt64) = (0, 0)
        var key = object + 1
        while key < Int(nodes[object].next) {
            let hash = nodes[key].count
            let (lowBit, highBit) = (UInt64(1) << UInt64(hash & 63), UInt64(1) << UInt64(hash >> 6 & 63))
            if low & lowBit != 0, high & highBit != 0 { return true }
            low |= lowBit
            high |= highBit
            key = nextKey(behind: key, nodes)
        }
        return false
    }

    /// Whether a key has escapes: to compare such keys one by one would mean to decode each of them again and again.
    private static func hasEscapes(_ object: Int, _ nodes: borrowing NodeTable) -> Bool {
        var key = object + 1
        while key < Int(nodes[object].next) {
            if nodes[key].kind == .escapedString { return true }
            key = nextKey(behind: key, nodes)
        }
        return false
    }

    private static func firstTwinAmongFew(of object: Int, _ nodes: borrowing NodeTable, _ text: JSONText) -> Int? {
        let end = Int(nodes[object].next)
        var key = nextKey(behind: object + 1, nodes)
        while key < end {
            let hash = nodes[key].count
            var other = object + 1
            while other < key {
                if nodes[other].count == hash, isSame(nodes[key], nodes[other], in: text) { return key }
                other = nextKey(behind: other, nodes)
            }
            key = nextKey(behind: key, nodes)
        }
        return nil
    }

    private static func firstTwinAmongMany(of object: Int, _ nodes: borrowing NodeTable, _ text: JSONText) -> Int? {
        var known = Set<[UInt8]>(minimumCapacity: Int(nodes[object].count))
        var key = object + 1
        while key < Int(nodes[object].next) {
            guard known.insert(decodedBytes(of: nodes[key], in: text)).inserted else { return key }
            key = nextKey(behind: key, nodes)
        }
        return nil
    }

    /// Whether two keys without escapes are the same; without a copy, since many objects of many keys with one hash are
    /// easily made.
    private static func isSame(_ left: Node, _ right: Node, in text: JSONText) -> Bool {
        let (left, right) = (Int(left.start)..<Int(left.end), Int(right.start)..<Int(right.end))
        return left.count == right.count && zip(left, right).allSatisfy { text[$0] == text[$1] }
    }

    /// The key behind a key's value.
    private static func nextKey(behind key: Int, _ nodes: borrowing NodeTable) -> Int { Int(nodes[key + 1].next) }

    private static func decodedBytes(of key: Node, in text: JSONText) -> [UInt8] {
        let raw = rawBytes(Int(key.start)..<Int(key.end), in: text)
        return key.kind == .escapedString ? JSONString.decode(raw[...]) : raw
    }

    private static func rawBytes(_ range: Range<Int>, in text: JSONText) -> [UInt8] { range.map { text[$0] } }

    private static func hash(ofEscaped key: Range<Int>, in text: JSONText) -> UInt32 {
        var (count, first, last) = (0, UInt64(0), UInt64(0))
        JSONString.decode(key, of: { text[$0] }) { byte in
            if count < 8 { first |= UInt64(byte) << UInt64(count * 8) }
            last = last >> 8 | UInt64(byte) << 56
            count += 1
        }
        return hash(count, first, count < 8 ? first : last)
    }

    @inline(always)
    private static func hash(_ count: Int, _ first: UInt64, _ last: UInt64) -> UInt32 {
        let mixed = (first ^ last << 29 ^ last >> 35 ^ UInt64(truncatingIfNeeded: count)) &* 0x9E37_79B9_7F4A_7C15
        return UInt32(truncatingIfNeeded: mixed >> 32)
    }

    /// What is seen of a key without reading it all.
    struct Sample: Hashable, Sendable {
        /// Bytes of the decoded key.
        let count: Int
        /// The first and the last eight bytes, the first one in the lowest bits; of a shorter key all of it, and zeros.
        let first: UInt64
        let last: UInt64
        /// The same as that of a key in a text.
        let hash: UInt32

        init(_ key: Span<UInt8>) {
            count = key.count
            let bytes = unsafe key.bytes
            if key.count < 8 {
                var word: UInt64 = 0
                for index in key.indices { word |= UInt64(key[index]) << UInt64(index * 8) }
                (first, last) = (word, word)
            } else {
                first = UInt64(littleEndian: unsafe bytes.unsafeLoadUnaligned(as: UInt64.self))
                last = UInt64(
                    littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: key.count - 8, as: UInt64.self))
            }
            hash = JSONKeys.hash(count, first, last)
        }
    }
}
