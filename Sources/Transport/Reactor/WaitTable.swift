internal import Primitives

/// How a wait ended.
enum WaitOutcome: Sendable { case ready, timedOut, cancelled, closed }

/// Names one registration of a descriptor. The generation tells it from a later descriptor of the same number, whose
/// events must not reach this one's waiters.
struct RegistrationID: Hashable, Sendable {
    let descriptor: Int32
    let generation: UInt32

    /// The form in which epoll carries it.
    var token: UInt64 { UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor)) }

    init(descriptor: Int32, generation: UInt32) {
        self.descriptor = descriptor
        self.generation = generation
    }

    init(token: UInt64) {
        descriptor = Int32(bitPattern: UInt32(truncatingIfNeeded: token))
        generation = UInt32(truncatingIfNeeded: token >> 32)
    }
}

/// Who waits for what: the reactor's state, without its system calls.
///
/// Methods return the waiters to resume; the reactor resumes them after it has left its lock.
struct WaitTable<Waiter: Sendable>: Sendable {
    private struct Parked {
        let waiter: Waiter
        let deadline: Deadline
    }

    private struct Entry {
        let generation: UInt32
        var readiness = Readiness()
        var parked: [Parked?] = Array(repeating: nil, count: Readiness.Interest.allCases.count)
        /// The earliest moment the heap holds for each interest, so that a wait that ends later adds none.
        var armed: [ContinuousClock.Instant?] = Array(repeating: nil, count: Readiness.Interest.allCases.count)
    }

    private struct TimerKey {
        let id: RegistrationID
        let interest: Readiness.Interest
    }

    private var entries: [Int32: Entry] = [:]
    private var lastGeneration: UInt32 = 0
    private var timers = TimerHeap<TimerKey>()

    /// When the next deadline passes.
    var nextDeadline: ContinuousClock.Instant? { timers.earliest }

    /// How many descriptors are registered.
    var count: Int { entries.count }

    mutating func register(_ descriptor: Int32) -> RegistrationID {
        lastGeneration &+= 1
        entries[descriptor] = Entry(generation: lastGeneration)
        return RegistrationID(descriptor: descriptor, generation: lastGeneration)
    }

    /// Forgets a registration and returns the waiters that it leaves behind.
    mutating func deregister(_ id: RegistrationID) -> [Waiter] {
        guard isCurrent(id), let entry = entries.removeValue(forKey: id.descriptor) else { return [] }
        return entry.parked.compactMap { $0?.waiter }
    }

    /// Takes a latch; nil when the caller has to park.
    mutating func takeLatch(_ id: RegistrationID, _ interest: Readiness.Interest) -> WaitOutcome? {
        guard isCurrent(id) else { return .closed }
        return entries[id.descriptor]?.readiness.take(interest) == true ? .ready : nil
    }

    /// Parks a waiter, or says how its wait ended already. One waiter an interest: a second one is turned away.
    mutating func park(
        _ waiter: Waiter, _ id: RegistrationID, _ interest: Readiness.Interest, by deadline: Deadline,
        now: ContinuousClock.Instant
    ) -> WaitOutcome? {
        if let outcome = takeLatch(id, interest) { return outcome }
        if deadline.instant <= now { return .timedOut }
        guard entries[id.descriptor]?.parked[interest.rawValue] == nil else { return .closed }
        entries[id.descriptor]?.parked[interest.rawValue] = Parked(waiter: waiter, deadline: deadline)
        arm(id, interest, at: deadline.instant)
        return nil
    }

    /// Takes a waiter out, for a wait that was cancelled.
    mutating func remove(_ id: RegistrationID, _ interest: Readiness.Interest) -> Waiter? {
        isCurrent(id) ? takeParked(id.descriptor, interest) : nil
    }

    /// Notes an event and returns the waiters that it ends. An event for an earlier generation is dropped.
    mutating func note(_ event: Readiness.Event, _ id: RegistrationID) -> [Waiter] {
        guard isCurrent(id) else { return [] }
        entries[id.descriptor]?.readiness.note(event)
        return Readiness.Interest.allCases.compactMap { interest in
            guard entries[id.descriptor]?.parked[interest.rawValue] != nil,
                entries[id.descriptor]?.readiness.take(interest) == true
            else { return nil }
            return takeParked(id.descriptor, interest)
        }
    }

    /// Takes out the waiters whose deadline has passed.
    mutating func expire(at now: ContinuousClock.Instant) -> [Waiter] {
        var expired: [Waiter] = []
        while let key = timers.popDue(at: now) {
            guard isCurrent(key.id) else { continue }
            entries[key.id.descriptor]?.armed[key.interest.rawValue] = nil
            guard let parked = entries[key.id.descriptor]?.parked[key.interest.rawValue] else { continue }
            if parked.deadline.instant <= now {
                if let waiter = takeParked(key.id.descriptor, key.interest) { expired.append(waiter) }
            } else {
                arm(key.id, key.interest, at: parked.deadline.instant)
            }
        }
        return expired
    }

    private func isCurrent(_ id: RegistrationID) -> Bool {
        entries[id.descriptor]?.generation == id.generation
    }

    private mutating func takeParked(_ descriptor: Int32, _ interest: Readiness.Interest) -> Waiter? {
        let parked = entries[descriptor]?.parked[interest.rawValue]
        entries[descriptor]?.parked[interest.rawValue] = nil
        return parked?.waiter
    }

    private mutating func arm(_ id: RegistrationID, _ interest: Readiness.Interest, at instant: ContinuousClock.Instant)
    {
        if let armed = entries[id.descriptor]?.armed[interest.rawValue], armed <= instant { return }
        entries[id.descriptor]?.armed[interest.rawValue] = instant
        timers.schedule(TimerKey(id: id, interest: interest), at: instant)
    }
}
