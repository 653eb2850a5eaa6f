/// Unique keys (RFC 8259 §4 only advises them): two readers that take different twins see different documents.
///
/// (Functions of the table and the text rather than methods of the parser: the optimiser copies the parser for each
/// call of a method that does not change it.)
enum JSONKeys {
    private typealias Node = JSONDocument.Node

    /// Up to this many keys of one object are compared one by one, which is faster than putting them into a set.
    private static let fewKeys = 24

    /// A hash of a key's decoded bytes: different hashes, different keys. Whoever writes the text can make equal ones, so
    /// it only saves comparing.
    static func hash(of key: JSONParser.StringRange, in text: JSONText) -> UInt32 {
        guard key.kind == .string else { return hash(JSONString.decode(rawBytes(key.start..<key.end, in: text)[...])) }
        var hash: UInt64 = 0
        var offset = key.start
        while offset < key.end {
            let left = key.end - offset
            let word = left >= 8 ? text.word(at: offset) : text.word(at: offset) & (1 << UInt64(left * 8) - 1)
            hash = mix(hash, word)
            offset += 8
        }
        return UInt32(truncatingIfNeeded: hash >> 32)
    }

    /// Compares the keys of an object that has just been closed.
    ///
    /// - Throws: `JSONError.Reason.duplicateKey` at the first key whose decoded bytes an earlier one has.
    static func refuseTwins(
        among object: Int, of nodes: borrowing NodeTable, in text: JSONText
    ) throws(JSONError) {
        guard nodes[object].count > 1 else { return }
        let twin =
            nodes[object].count <= fewKeys
            ? firstTwinAmongFew(of: object, nodes, text) : firstTwinAmongMany(of: object, nodes, text)
        guard let twin else { return }
        let key = String(decoding: decodedBytes(of: nodes[twin], in: text), as: UTF8.self)
        throw JSONError(.duplicateKey(key), at: Int(nodes[twin].start) - 1)
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

    /// Without a copy where there are no escapes: many objects of many keys with one hash are easily made.
    private static func isSame(_ left: Node, _ right: Node, in text: JSONText) -> Bool {
        guard left.kind == .string, right.kind == .string else {
            return decodedBytes(of: left, in: text) == decodedBytes(of: right, in: text)
        }
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

    private static func hash(_ bytes: [UInt8]) -> UInt32 {
        var hash: UInt64 = 0
        for start in stride(from: 0, to: bytes.count, by: 8) {
            let word = bytes[start..<min(start + 8, bytes.count)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            hash = mix(hash, word)
        }
        return UInt32(truncatingIfNeeded: hash >> 32)
    }

    private static func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        let mixed = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
        return mixed ^ mixed >> 29
    }
}
