/// The nodes of a JSON text, in one block of memory that grows while the text is parsed.
///
/// An array would check its bounds and whether it is shared at each of the several accesses a node takes, which is a
/// good part of the time of parsing. Indices come from the parser only, and lie in the table by construction; debug
/// builds check them.
@safe struct NodeTable: ~Copyable, @unchecked Sendable {
    // Sendable: written by its one owner while the text is parsed, and only read afterwards.
    private var start: UnsafeMutablePointer<JSONDocument.Node>
    private var capacity: Int
    private(set) var count = 0

    init(minimumCapacity: Int) {
        capacity = max(minimumCapacity, 16)
        unsafe start = .allocate(capacity: capacity)
    }

    deinit {
        unsafe start.deallocate()
    }

    subscript(index: Int) -> JSONDocument.Node {
        _read {
            assert((0..<count).contains(index))
            yield unsafe start[index]
        }
        // In place: storing a whole node right before it is read again in part stalls the processor.
        _modify {
            assert((0..<count).contains(index))
            yield unsafe &start[index]
        }
    }

    @inline(always)
    mutating func append(_ node: JSONDocument.Node) {
        if count == capacity { unsafe (start, capacity) = Self.grow(start, count) }
        unsafe (start + count).initialize(to: node)
        count &+= 1
    }

    /// A block of twice the size with the same nodes in place of `start`. (No method: who has the table in registers would
    /// have to put it into memory for one.)
    private static func grow(
        _ start: UnsafeMutablePointer<JSONDocument.Node>, _ count: Int
    ) -> (UnsafeMutablePointer<JSONDocument.Node>, Int) {
        let larger = UnsafeMutablePointer<JSONDocument.Node>.allocate(capacity: count * 2)
        unsafe larger.moveInitialize(from: start, count: count)
        unsafe start.deallocate()
        return unsafe (larger, count * 2)
    }
}
