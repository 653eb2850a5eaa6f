internal import Primitives
internal import Synchronization

/// Something that happens once and stays true, for tasks that wait for it.
final class Signal: Sendable {
    private struct State: Sendable {
        var hasFired = false
        var waiters: [Int: CheckedContinuation<Bool, Never>] = [:]
        var lastWaiter = 0
    }

    private let state = Mutex(State())

    /// Ends all waits, present and future.
    func fire() {
        let waiters = state.withLock { state in
            state.hasFired = true
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume(returning: true) }
    }

    /// Suspends until it has fired; false when the task was cancelled before.
    @discardableResult
    func wait() async -> Bool {
        let id = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { park($0, as: id) }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume(returning: false)
        }
    }

    /// Suspends until it has fired; false when the deadline passed or the task was cancelled before.
    func wait(by deadline: Deadline) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { await self.wait() }
            group.addTask {
                // Cancelled as soon as the signal came: then its result is not looked at.
                try? await Task.sleep(until: deadline.instant, clock: .continuous)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }

    private func park(_ waiter: CheckedContinuation<Bool, Never>, as id: Int) {
        let outcome = state.withLock { state -> Bool? in
            if state.hasFired { return true }
            // The cancellation handler finds a parked waiter only; a task cancelled before is noticed here.
            if Task.isCancelled { return false }
            state.waiters[id] = waiter
            return nil
        }
        if let outcome { waiter.resume(returning: outcome) }
    }
}
