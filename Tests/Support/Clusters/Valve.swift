import Synchronization

/// Lets tasks through while it is open, and holds them while it is shut.
final class Valve: Sendable {
    private struct State {
        var isOpen = true
        var last = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    /// Opens or shuts it.
    func set(open isOpen: Bool) {
        let passing = state.withLock { state in
            state.isOpen = isOpen
            guard isOpen else { return [] as [CheckedContinuation<Void, Never>] }
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in passing { continuation.resume() }
    }

    /// Suspends while it is shut; ends early with the task.
    func pass() async {
        let id = state.withLock { state in
            state.last += 1
            return state.last
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let passes = state.withLock { state in
                    if state.isOpen || Task.isCancelled { return true }
                    state.waiting[id] = continuation
                    return false
                }
                if passes { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
        }
    }
}
