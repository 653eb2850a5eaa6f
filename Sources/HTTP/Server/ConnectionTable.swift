internal import Synchronization

/// The open connections of a server: bounded, and told when the server goes away.
final class ConnectionTable: Sendable {
    /// One connection's entry.
    struct Place: Sendable {
        fileprivate let id: Int
        let gate: ConnectionGate
        /// Whether there is only room to say that there is none.
        let isOverload: Bool
    }

    private struct State: Sendable {
        var gates: [Int: ConnectionGate] = [:]
        var lastID = 0
        var isDraining = false
        var isEntranceOpen = true
    }

    /// Fires when the entrance is closed and the last connection has left, or when the rest were abandoned.
    let empty = Signal()
    private let state = Mutex(State())
    private let capacity: Int
    private let overload: Int

    init(capacity: Int, overload: Int) {
        self.capacity = capacity
        self.overload = overload
    }

    var count: Int { state.withLock { $0.gates.count } }

    var isDraining: Bool { state.withLock { $0.isDraining } }

    /// A place for a new connection; nil when there is none.
    func admit() -> Place? {
        state.withLock { state in
            guard state.gates.count < capacity + overload else { return nil }
            state.lastID += 1
            let gate = ConnectionGate()
            defer { state.gates[state.lastID] = gate }
            return Place(id: state.lastID, gate: gate, isOverload: state.gates.count >= capacity)
        }
    }

    func leave(_ place: Place) {
        let isEmpty = state.withLock { state in
            state.gates[place.id] = nil
            return state.gates.isEmpty && !state.isEntranceOpen
        }
        if isEmpty { empty.fire() }
    }

    /// From now on every answer ends its connection.
    func startDraining() {
        state.withLock { $0.isDraining = true }
    }

    /// Takes note that nobody will be admitted any more, and ends the connections that rest; the others end with their
    /// next answer.
    func closeEntrance() {
        let gates = state.withLock { state in
            state.isDraining = true
            state.isEntranceOpen = false
            return state.gates.values
        }
        if gates.isEmpty { empty.fire() }
        for gate in gates { gate.endIfIdle() }
    }

    /// Stops waiting for the connections that are left.
    func abandon() {
        empty.fire()
    }
}
