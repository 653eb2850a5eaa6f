// Unique keys (RFC 8259 §4 only advises them): two readers that take different twins see different documents.
extension JSONParser {
    /// Up to this many keys of one object are compared one by one, which is faster than hashing them.
    private static let fewKeys = 12

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
        var key = nextKey(behind: object + 1)
        while key < Int(nodes[object].next) {
            var other = object + 1
            while other < key {
                if isSameKey(nodes[key], nodes[other]) { return key }
                other = nextKey(behind: other)
            }
            key = nextKey(behind: key)
        }
        return nil
    }

    private func firstTwinAmongMany(of object: Int) -> Int? {
        var known = Set<ArraySlice<UInt8>>(minimumCapacity: Int(nodes[object].count))
        var key = object + 1
        while key < Int(nodes[object].next) {
            guard known.insert(decodedBytes(of: nodes[key])).inserted else { return key }
            key = nextKey(behind: key)
        }
        return nil
    }

    /// The key behind a key's value.
    private func nextKey(behind key: Int) -> Int { Int(nodes[key + 1].next) }

    private func isSameKey(_ left: Node, _ right: Node) -> Bool {
        guard left.kind == .string, right.kind == .string else {
            return decodedBytes(of: left) == decodedBytes(of: right)
        }
        guard left.end - left.start == right.end - right.start else { return false }
        let bytes = bytes.span
        var (leftOffset, rightOffset) = (Int(left.start), Int(right.start))
        while leftOffset < Int(left.end), bytes[leftOffset] == bytes[rightOffset] {
            leftOffset += 1
            rightOffset += 1
        }
        return leftOffset == Int(left.end)
    }

    private func decodedBytes(of node: Node) -> ArraySlice<UInt8> {
        let raw = bytes[Int(node.start)..<Int(node.end)]
        return node.kind == .escapedString ? JSONString.decode(raw)[...] : raw
    }
}
