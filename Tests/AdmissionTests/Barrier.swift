import Synchronization

/// A door that opens when enough have come to it, and stays open.
final class Barrier: Sendable {
    private struct State {
        var missing: Int
        var waiting: [CheckedContinuation<Void, Never>] = []

        /// Those who may go on, now that one more has come.
        mutating func admit(_ arrival: CheckedContinuation<Void, Never>) -> [CheckedContinuation<Void, Never>] {
            missing -= 1
            waiting.append(arrival)
            guard missing <= 0 else { return [] }
            defer { waiting = [] }
            return waiting
        }
    }

    private let state: Mutex<State>

    init(_ count: Int) {
        state = Mutex(State(missing: count))
    }

    /// Waits until the last one has come.
    func arrive() async {
        await withCheckedContinuation { arrival in
            for released in state.withLock({ $0.admit(arrival) }) { released.resume() }
        }
    }
}

/// Counts from 1.
final class Count: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
