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

    mutating func append(_ node: JSONDocument.Node) {
        if count == capacity { grow() }
        unsafe (start + count).initialize(to: node)
        count += 1
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<JSONDocument.Node>.allocate(capacity: capacity * 2)
        unsafe larger.moveInitialize(from: start, count: count)
        unsafe start.deallocate()
        unsafe start = larger
        capacity *= 2
    }
}
