// Unique keys (RFC 8259 §4 only advises them): two readers that take different twins see different documents.
extension JSONParser {
    /// Up to this many keys of one object are compared one by one, which is faster than putting them into a set.
    private static let fewKeys = 24

    /// A hash of a key's decoded bytes: different hashes, different keys. Whoever writes the text can make equal ones, so
    /// it only saves comparing.
    func keyHash(of key: Node) -> UInt32 {
        guard key.kind == .string else { return Self.hash(JSONString.decode(rawBytes(of: key)[...])) }
        var hash: UInt64 = 0
        var offset = Int(key.start)
        while offset < Int(key.end) {
            let left = Int(key.end) - offset
            let word = left >= 8 ? text.word(at: offset) : text.word(at: offset) & (1 << UInt64(left * 8) - 1)
            hash = Self.mix(hash, word)
            offset += 8
        }
        return UInt32(truncatingIfNeeded: hash >> 32)
    }

    /// Compares the keys of an object that has just been closed.
    ///
    /// - Throws: `JSONError.Reason.duplicateKey` at the first key whose decoded bytes an earlier one has.
    func refuseDuplicateKeys(of object: Int) throws(JSONError) {
        guard nodes[object].count > 1 else { return }
        let twin = nodes[object].count <= Self.fewKeys ? firstTwinAmongFew(of: object) : firstTwinAmongMany(of: object)
        guard let twin else { return }
        let text = String(decoding: decodedBytes(of: nodes[twin]), as: UTF8.self)
        throw JSONError(.duplicateKey(text), at: Int(nodes[twin].start) - 1)
    }

    private func firstTwinAmongFew(of object: Int) -> Int? {
        let end = Int(nodes[object].next)
        var key = nextKey(behind: object + 1)
        while key < end {
            let hash = nodes[key].count
            var other = object + 1
            while other < key {
                if nodes[other].count == hash, decodedBytes(of: nodes[key]) == decodedBytes(of: nodes[other]) {
                    return key
                }
                other = nextKey(behind: other)
            }
            key = nextKey(behind: key)
        }
        return nil
    }

    private func firstTwinAmongMany(of object: Int) -> Int? {
        var known = Set<[UInt8]>(minimumCapacity: Int(nodes[object].count))
        var key = object + 1
        while key < Int(nodes[object].next) {
            guard known.insert(decodedBytes(of: nodes[key])).inserted else { return key }
            key = nextKey(behind: key)
        }
        return nil
    }

    /// The key behind a key's value.
    private func nextKey(behind key: Int) -> Int { Int(nodes[key + 1].next) }

    private func decodedBytes(of key: Node) -> [UInt8] {
        key.kind == .escapedString ? JSONString.decode(rawBytes(of: key)[...]) : rawBytes(of: key)
    }

    private func rawBytes(of key: Node) -> [UInt8] { (Int(key.start)..<Int(key.end)).map { text[$0] } }

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
