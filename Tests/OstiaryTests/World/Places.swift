import Synchronization

/// So many places; who finds none free waits for one, first come, first served.
final class Places: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(free: Int) {
        state = Mutex(State(free: free))
    }

    func enter() async {
        await withCheckedContinuation { continuation in
            let enters = state.withLock { state in
                state.free -= 1
                if state.free < 0 { state.waiting.append(continuation) }
                return state.free >= 0
            }
            if enters { continuation.resume() }
        }
    }

    func leave() {
        let next = state.withLock { state in
            state.free += 1
            return state.waiting.isEmpty ? nil : state.waiting.removeFirst()
        }
        next?.resume()
    }
}
