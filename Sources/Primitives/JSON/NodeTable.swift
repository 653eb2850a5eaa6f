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

    /// A key and its value find room while there are fewer nodes than may be.
    private static var largest: Int { Limits.jsonValues + 1 }

    /// - Parameter capacity: about how many nodes there will be.
    init(capacity: Int) {
        self.capacity = min(max(capacity, 16), Self.largest)
        unsafe start = .allocate(capacity: self.capacity)
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

    /// Whether there is room for a key and its value.
    var hasRoomForMember: Bool { count < capacity &- 1 }

    /// Adds a node, for which there must be room.
    @inline(always)
    mutating func append(_ node: JSONDocument.Node) {
        assert(count < capacity)
        unsafe (start + count).initialize(to: node)
        count &+= 1
    }

    /// Doubles the room, up to the largest table.
    @inline(always)
    mutating func grow() {
        capacity = min(capacity * 2, Self.largest)
        unsafe start = Self.move(start, count, to: capacity)
    }

    /// A block of another capacity with the same nodes in place of `start`. (No method: who has the table in registers
    /// would have to put it into memory for one.)
    @inline(never)
    private static func move(
        _ start: UnsafeMutablePointer<JSONDocument.Node>, _ count: Int, to capacity: Int
    ) -> UnsafeMutablePointer<JSONDocument.Node> {
        let larger = UnsafeMutablePointer<JSONDocument.Node>.allocate(capacity: capacity)
        unsafe larger.moveInitialize(from: start, count: count)
        unsafe start.deallocate()
        return unsafe larger
    }
}
