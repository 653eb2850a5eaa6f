internal import Glibc
package import Primitives
internal import Synchronization

/// A few threads for calls that block, so that they never block Swift's pool: name resolution and reading files.
package final class BlockingThreads: Sendable {
    private typealias Job = @Sendable () -> Void

    private struct State: Sendable {
        var jobs: [Job] = []
        var threads = 0
        var idle = 0
    }

    private let state = Mutex(State())
    private let limit: Int
    private let queueLimit: Int
    private let bell = Semaphore()

    /// - Parameters:
    ///   - threads: how many calls may block at a time; threads start when they are needed.
    ///   - queue: how many more may wait; one beyond fails at once.
    package init(threads: Int = 4, queue: Int = 1024) {
        limit = threads
        queueLimit = queue
    }

    /// Runs `work` on one of the threads and waits for it until the deadline. Work that has begun cannot be stopped:
    /// after the deadline it goes on, and its result is dropped. Work that has not begun by then never does: otherwise
    /// a few hundred names whose servers do not answer would keep everybody else's work waiting for hours.
    package func run<Value: Sendable>(
        _ step: String, by deadline: Deadline, _ work: @escaping @Sendable () -> Value
    ) async throws(TransportError) -> Value {
        let slot = OneShot<Value>()
        try submit { if !slot.isFull { slot.fill(.success(work())) } }
        let outcome = await withTaskGroup(of: Result<Value, TransportError>.self) { group in
            group.addTask { await slot.value() }
            group.addTask {
                // Cancelled when the work is done first; the error then is dropped with this child.
                do { try await Task.sleep(until: deadline.instant, clock: .continuous) } catch {
                    return .failure(.cancelled)
                }
                return .failure(.timedOut(step))
            }
            defer { group.cancelAll() }
            return await group.next() ?? .failure(.cancelled)
        }
        return try outcome.get()
    }

    private func submit(_ job: @escaping Job) throws(TransportError) {
        let (isAccepted, mustStart) = state.withLock { state -> (Bool, Bool) in
            guard state.jobs.count < queueLimit else { return (false, false) }
            state.jobs.append(job)
            guard state.idle < state.jobs.count, state.threads < limit else { return (true, false) }
            state.threads += 1
            return (true, true)
        }
        guard isAccepted else { throw .system(call: "queue of blocking calls", code: EAGAIN) }
        if mustStart { try Thread.start { self.work() } }
        bell.signal()
    }

    private func work() {
        while true {
            state.withLock { $0.idle += 1 }
            bell.wait()
            let job = state.withLock { state -> Job? in
                state.idle -= 1
                return state.jobs.isEmpty ? nil : state.jobs.removeFirst()
            }
            job?()
        }
    }
}

/// A value that one side gives once and the other waits for.
private final class OneShot<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case waiting(CheckedContinuation<Result<Value, TransportError>, Never>)
        case full(Result<Value, TransportError>)
    }

    private let state = Mutex(State.empty)

    /// Whether the value was given, or is not waited for any more.
    var isFull: Bool {
        state.withLock { if case .full = $0 { true } else { false } }
    }

    /// The first value counts; later ones are dropped.
    func fill(_ value: Result<Value, TransportError>) {
        let waiter = state.withLock { state -> CheckedContinuation<Result<Value, TransportError>, Never>? in
            switch state {
            case .empty: state = .full(value)
            case .full: break
            case .waiting(let waiter):
                state = .full(value)
                return waiter
            }
            return nil
        }
        waiter?.resume(returning: value)
    }

    func value() async -> Result<Value, TransportError> {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state -> Result<Value, TransportError>? in
                    if case .full(let value) = state { return value }
                    state = .waiting(continuation)
                    return nil
                }
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            fill(.failure(.cancelled))
        }
    }
}

/// A counting semaphore of the system's.
@safe private final class Semaphore: @unchecked Sendable {
    private let handle: UnsafeMutablePointer<sem_t>

    init() {
        unsafe handle = .allocate(capacity: 1)
        unsafe sem_init(handle, 0, 0)
    }

    deinit {
        unsafe sem_destroy(handle)
        unsafe handle.deallocate()
    }

    func signal() { unsafe sem_post(handle) }

    func wait() {
        while unsafe sem_wait(handle) != 0, SystemError.last == EINTR {}
    }
}
