internal import Synchronization

/// The memory that the request bodies of all connections of a server may take together.
///
/// Without it, as many connections as are let in, each with the longest body but for its last byte, would end the
/// process; and everybody who can reach the port may open them.
final class BodyRoom: Sendable {
    private let capacity: Int
    private let used = Mutex(0)

    /// - Parameter capacity: bytes.
    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Takes more bytes; false, and none taken, when there are not as many left.
    fileprivate func take(_ bytes: Int) -> Bool {
        used.withLock { used in
            guard bytes <= capacity - used else { return false }
            used += bytes
            return true
        }
    }

    fileprivate func giveBack(_ bytes: Int) {
        used.withLock { $0 -= bytes }
    }

    /// What is taken now.
    var usedBytes: Int { used.withLock { $0 } }

    /// The part of one exchange, which is given back with it.
    struct Share: ~Copyable {
        private let room: BodyRoom
        /// The first bytes of a body count for nothing: the number of connections bounds them, and so whoever fills the
        /// room with long bodies does not keep the usual ones out.
        private let free: Int
        private var taken = 0

        init(of room: BodyRoom, free: Int) {
            self.room = room
            self.free = free
        }

        deinit {
            if taken > 0 { room.giveBack(taken) }
        }

        /// Makes the share large enough for a body of so many bytes; false when there is no room for it.
        mutating func cover(_ count: Int) -> Bool {
            let missing = count - free - taken
            guard missing > 0 else { return true }
            guard room.take(missing) else { return false }
            taken += missing
            return true
        }
    }
}
