internal import CLinux
internal import Glibc
internal import Primitives
internal import Synchronization

/// One thread that waits in epoll for descriptors and resumes the tasks that wait for them.
///
/// A descriptor is registered once, edge-triggered, for reading, writing and hang-up. Deadlines are the timeout of
/// `epoll_wait`: a wait needs no timer task of its own. Tasks that prefer the reactor as their executor run on its thread,
/// between two looks at the descriptors; all others run on Swift's own pool.
package final class Reactor: Sendable {
    /// A task that waits. The table gives each out exactly once, and whoever takes it resumes it; to check that costs more
    /// than the wait.
    @safe struct Waiter: Sendable {
        private let continuation: UnsafeContinuation<WaitOutcome, Never>

        fileprivate init(_ continuation: UnsafeContinuation<WaitOutcome, Never>) {
            unsafe self.continuation = continuation
        }

        fileprivate func resume(returning outcome: WaitOutcome) {
            unsafe continuation.resume(returning: outcome)
        }
    }

    private struct State: Sendable {
        var table = WaitTable<Waiter>()
        /// What waits for its turn on the thread.
        var jobs: [UnownedJob] = []
        /// How many jobs of this turn have not begun.
        var jobsLeft = 0
        /// Tasks that wait for others to come as far as they have.
        var gathered: [Waiter] = []
        /// Until when the thread sleeps; nil while it is awake and will look at the deadlines by itself.
        var sleepsUntil: Moment?
        var isStopping = false
    }

    private let poll: Descriptor
    private let bell: Descriptor
    private let state = Mutex(State())

    /// Starts the thread. It ends, and the reactor is freed, after `shutDown()`.
    package init() throws(TransportError) {
        let poll = ostiary_epoll_create()
        guard poll >= 0 else { throw .system(call: "epoll_create1", code: SystemError.last) }
        self.poll = Descriptor(adopting: poll)
        let bell = ostiary_eventfd()
        guard bell >= 0 else { throw .system(call: "eventfd", code: SystemError.last) }
        self.bell = Descriptor(adopting: bell)
        try watch(bell, token: Self.bellToken, events: EPOLLIN.rawValue)
        try Thread.start { self.run() }
    }

    /// Ends the thread. Waits that are parked end as closed when their descriptors are.
    package func shutDown() {
        state.withLock { $0.isStopping = true }
        ring()
    }

    /// How many descriptors are registered, to find leaks.
    package var registrationCount: Int { state.withLock { $0.table.count } }

    func register(_ descriptor: Int32) throws(TransportError) -> RegistrationID {
        let id = state.withLock { $0.table.register(descriptor) }
        do throws(TransportError) {
            try watch(descriptor, token: id.token, events: ostiary_epoll_all_events())
        } catch {
            deregister(id)
            throw error
        }
        return id
    }

    /// Must be called before the descriptor is closed: the number may belong to another connection right after.
    func deregister(_ id: RegistrationID) {
        epoll_ctl(poll.number, EPOLL_CTL_DEL, id.descriptor, nil)
        let waiters = state.withLock { $0.table.deregister(id) }
        for waiter in waiters { waiter.resume(returning: .closed) }
    }

    /// Suspends until the descriptor may be read or written, or has hung up. It may return early: try, and wait again.
    func wait(_ id: RegistrationID, for interest: Readiness.Interest, by deadline: Deadline) async -> WaitOutcome {
        if let outcome = state.withLock({ $0.table.takeLatch(id, interest) }) { return outcome }
        return await withTaskCancellationHandler {
            await unsafe withUnsafeContinuation { unsafe park(Waiter($0), id, interest, by: deadline) }
        } onCancel: {
            state.withLock { $0.table.remove(id, interest) }?.resume(returning: .cancelled)
        }
    }

    private func park(_ waiter: Waiter, _ id: RegistrationID, _ interest: Readiness.Interest, by deadline: Deadline) {
        let (outcome, mustRing) = state.withLock { state -> (WaitOutcome?, Bool) in
            // The cancellation handler finds a parked waiter only; a task cancelled before is noticed here.
            if Task.isCancelled { return (.cancelled, false) }
            let outcome = state.table.park(waiter, id, interest, by: deadline, now: .now)
            let sleepsTooLong = state.sleepsUntil.map { deadline.moment < $0 } ?? false
            return (outcome, outcome == nil && sleepsTooLong)
        }
        if let outcome { waiter.resume(returning: outcome) }
        if mustRing { ring() }
    }

    /// Waits for other tasks of this turn that will have something to send too, so that it is sent together.
    ///
    /// To send to a peer that sleeps means to wake it, which costs as much as a third of a review; of several answers in a
    /// row only the first one finds it asleep. Nobody waits for more than `gatheringSize` tasks, and not at all when no
    /// other one is ready on this thread.
    func gather() async {
        guard state.withLock({ $0.jobsLeft > 0 }) else { return }
        _ = await unsafe withUnsafeContinuation { continuation in
            let waiter = unsafe Waiter(continuation)
            let waits = state.withLock { state in
                guard state.jobsLeft > 0 else { return false }
                state.gathered.append(waiter)
                return true
            }
            if !waits { waiter.resume(returning: .ready) }
        }
    }

    static let gatheringSize = 32

    private func ring() {
        var one: UInt64 = 1
        unsafe write(bell.number, &one, MemoryLayout<UInt64>.size)
    }

    private func watch(_ descriptor: Int32, token: UInt64, events: UInt32) throws(TransportError) {
        var event = unsafe epoll_event(events: events, data: epoll_data_t(u64: token))
        guard unsafe epoll_ctl(poll.number, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
            throw .system(call: "epoll_ctl", code: SystemError.last)
        }
    }

    private static let bellToken = UInt64.max
}

// MARK: - The tasks of the thread

extension Reactor: TaskExecutor {
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let mustRing = state.withLock { state in
            state.jobs.append(job)
            // Once is enough: it stays awake until it has looked.
            defer { state.sleepsUntil = nil }
            return state.sleepsUntil != nil
        }
        if mustRing { ring() }
    }
}

// MARK: - The thread

extension Reactor {
    private func run() {
        let capacity = 256
        let events = UnsafeMutableBufferPointer<epoll_event>.allocate(capacity: capacity)
        defer { unsafe events.deallocate() }
        var isBusy = false
        while let timeout = beginSleep() {
            let count = unsafe waitForEvents(into: events, timeout, &isBusy)
            let happened = unsafe UnsafeMutableBufferPointer(rebasing: events.prefix(count))
            unsafe handle(happened)
            runJobs()
        }
    }

    /// Waits for events as `epoll_wait` does, and looks for them a little longer before it sleeps if the last ones came soon.
    ///
    /// To fall asleep and to be woken costs about as much as `watchfulness`, and what the processor had at hand for the next
    /// review is gone then. So a thread whose last sleep was shorter than that stays awake for as long the next time; one
    /// whose events come at longer intervals sleeps at once.
    private func waitForEvents(
        into events: UnsafeMutableBufferPointer<epoll_event>, _ timeout: Int32, _ isBusy: inout Bool
    ) -> Int {
        func look(_ timeout: Int32) -> Int {
            max(0, Int(unsafe epoll_wait(poll.number, events.baseAddress, Int32(events.count), timeout)))
        }
        guard timeout != 0 else { return look(0) }
        let start = Moment.now
        while isBusy, Moment.now - start < Self.watchfulness {
            let count = look(0)
            if count > 0 { return count }
        }
        let count = look(timeout)
        isBusy = Moment.now - start < Self.watchfulness
        return count
    }

    private static let watchfulness = Duration.microseconds(75)

    /// Runs what waits now. What that in turn enqueues comes after the next look at the descriptors, so that a task that
    /// always goes on cannot keep it off; only those that gathered go on at once.
    private func runJobs() {
        let jobs = takeJobs()
        for index in jobs.indices {
            let left = jobs.count - index - 1
            state.withLock { $0.jobsLeft = left }
            run(jobs[index])
            if let gathered = takeGathered(evenFew: left == 0) {
                for waiter in gathered { waiter.resume(returning: .ready) }
                for job in takeJobs() { run(job) }
            }
        }
    }

    private func run(_ job: UnownedJob) {
        unsafe job.runSynchronously(on: asUnownedTaskExecutor())
    }

    private func takeJobs() -> [UnownedJob] {
        state.withLock { state in
            defer { state.jobs = [] }
            return state.jobs
        }
    }

    /// Takes out the tasks that gathered, if there are any and they are enough.
    private func takeGathered(evenFew: Bool) -> [Waiter]? {
        state.withLock { state in
            guard state.gathered.count >= (evenFew ? 1 : Self.gatheringSize) else { return nil }
            defer { state.gathered = [] }
            return state.gathered
        }
    }

    /// Milliseconds to sleep, -1 for ever; nil when the thread shall end.
    private func beginSleep() -> Int32? {
        state.withLock { state -> Int32? in
            if state.isStopping { return nil }
            guard state.jobs.isEmpty else { return 0 }
            guard let next = state.table.nextDeadline else {
                state.sleepsUntil = .now + .seconds(1 << 30)
                return -1
            }
            state.sleepsUntil = next
            return Self.milliseconds(until: next)
        }
    }

    private func handle(_ events: UnsafeMutableBufferPointer<epoll_event>) {
        var ready: [Waiter] = []
        var hasRung = false
        let expired = state.withLock { state -> [Waiter] in
            state.sleepsUntil = nil
            for index in events.indices {
                let event = unsafe events[index]
                let token = unsafe event.data.u64
                if token == Self.bellToken {
                    hasRung = true
                } else {
                    state.table.note(Self.readiness(of: unsafe event.events), RegistrationID(token: token)) {
                        ready.append($0)
                    }
                }
            }
            return state.table.expire(at: .now)
        }
        for waiter in ready { waiter.resume(returning: .ready) }
        for waiter in expired { waiter.resume(returning: .timedOut) }
        if hasRung { silenceBell() }
    }

    private func silenceBell() {
        var rings: UInt64 = 0
        unsafe read(bell.number, &rings, MemoryLayout<UInt64>.size)
    }

    private static func readiness(of events: UInt32) -> Readiness.Event {
        var event: Readiness.Event = []
        if events & EPOLLIN.rawValue != 0 { event.insert(.readable) }
        if events & EPOLLOUT.rawValue != 0 { event.insert(.writable) }
        if events & (EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 { event.insert(.hangUp) }
        return event
    }

    /// Rounded up, so that the thread does not wake just before the moment and spin.
    private static func milliseconds(until moment: Moment) -> Int32 {
        let remaining = moment - .now
        guard remaining > .zero else { return 0 }
        let (seconds, attoseconds) = remaining.components
        return Int32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
    }
}
