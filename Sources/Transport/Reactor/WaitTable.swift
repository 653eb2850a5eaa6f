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
    /// What is known of one interest in a descriptor.
    private struct Wait {
        /// Who waits; one at a time.
        var waiter: Waiter?
        /// Until when.
        var deadline: Moment?
        /// The earliest moment the heap holds for it, so that a wait that ends later adds none.
        var armed: Moment?
        /// The one that was the earliest before, which short waits between long ones come back to.
        var armedBehind: Moment?

        /// Takes note of a moment in the heap before all others.
        mutating func arm(at moment: Moment) {
            (armed, armedBehind) = (moment, armed)
        }

        /// Takes note that the earliest moment has come.
        mutating func disarm() {
            (armed, armedBehind) = (armedBehind, nil)
        }
    }

    /// One descriptor. (Its three waits are no array, because this is what is looked at with every event.)
    private struct Entry {
        /// Nil when nothing is registered under the number.
        var generation: UInt32?
        var readiness = Readiness()
        private var read = Wait()
        private var write = Wait()
        private var hangUp = Wait()

        init(generation: UInt32? = nil) {
            self.generation = generation
        }

        subscript(interest: Readiness.Interest) -> Wait {
            get {
                switch interest {
                case .read: read
                case .write: write
                case .hangUp: hangUp
                }
            }
            _modify {
                switch interest {
                case .read: yield &read
                case .write: yield &write
                case .hangUp: yield &hangUp
                }
            }
        }

        mutating func take(_ interest: Readiness.Interest) -> Waiter? {
            self[interest].waiter.take()
        }

        /// Takes out the waiter that an event ends.
        mutating func takeReady(_ interest: Readiness.Interest) -> Waiter? {
            guard self[interest].waiter != nil, readiness.take(interest) else { return nil }
            return take(interest)
        }
    }

    private struct TimerKey {
        let id: RegistrationID
        let interest: Readiness.Interest
    }

    /// By the descriptor's number: the kernel gives the lowest that is free, so that there are no large gaps.
    private var entries: [Entry] = []
    private var lastGeneration: UInt32 = 0
    private var timers = TimerHeap<TimerKey>()

    /// How many descriptors are registered.
    private(set) var count = 0

    /// When the next deadline passes.
    var nextDeadline: Moment? { timers.earliest }

    mutating func register(_ descriptor: Int32) -> RegistrationID {
        lastGeneration &+= 1
        let place = Int(descriptor)
        while entries.count <= place { entries.append(Entry()) }
        if entries[place].generation == nil { count += 1 }
        entries[place] = Entry(generation: lastGeneration)
        return RegistrationID(descriptor: descriptor, generation: lastGeneration)
    }

    /// Forgets a registration and returns the waiters that it leaves behind.
    mutating func deregister(_ id: RegistrationID) -> [Waiter] {
        guard let place = place(of: id) else { return [] }
        let waiters = Readiness.Interest.allCases.compactMap { entries[place].take($0) }
        entries[place] = Entry()
        count -= 1
        return waiters
    }

    /// Takes a latch; nil when the caller has to park.
    mutating func takeLatch(_ id: RegistrationID, _ interest: Readiness.Interest) -> WaitOutcome? {
        guard let place = place(of: id) else { return .closed }
        return entries[place].readiness.take(interest) ? .ready : nil
    }

    /// Parks a waiter, or says how its wait ended already. One waiter an interest: a second one is turned away.
    mutating func park(
        _ waiter: Waiter, _ id: RegistrationID, _ interest: Readiness.Interest, by deadline: Deadline,
        now: Moment
    ) -> WaitOutcome? {
        if let outcome = takeLatch(id, interest) { return outcome }
        if deadline.moment <= now { return .timedOut }
        guard let place = place(of: id), entries[place][interest].waiter == nil else { return .closed }
        entries[place][interest].waiter = waiter
        entries[place][interest].deadline = deadline.moment
        arm(id, interest, at: deadline.moment)
        return nil
    }

    /// Takes a waiter out, for a wait that was cancelled.
    mutating func remove(_ id: RegistrationID, _ interest: Readiness.Interest) -> Waiter? {
        place(of: id).flatMap { entries[$0].take(interest) }
    }

    /// Notes an event and hands over the waiters that it ends. An event for an earlier generation is dropped.
    mutating func note(_ event: Readiness.Event, _ id: RegistrationID, _ body: (Waiter) -> Void) {
        guard let place = place(of: id) else { return }
        entries[place].readiness.note(event)
        for interest in Readiness.Interest.allCases {
            if let waiter = entries[place].takeReady(interest) { body(waiter) }
        }
    }

    /// Takes out the waiters whose deadline has passed.
    mutating func expire(at now: Moment) -> [Waiter] {
        var expired: [Waiter] = []
        while let (moment, key) = timers.popDue(at: now) {
            // Nobody waits for a moment that two earlier ones came before.
            guard let place = place(of: key.id), entries[place][key.interest].armed == moment else { continue }
            entries[place][key.interest].disarm()
            guard entries[place][key.interest].waiter != nil, let deadline = entries[place][key.interest].deadline
            else { continue }
            if deadline <= now {
                if let waiter = entries[place].take(key.interest) { expired.append(waiter) }
            } else {
                arm(key.id, key.interest, at: deadline)
            }
        }
        return expired
    }

    /// Where the registration's entry is; nil when it is over.
    private func place(of id: RegistrationID) -> Int? {
        let place = Int(id.descriptor)
        return entries.indices.contains(place) && entries[place].generation == id.generation ? place : nil
    }

    private mutating func arm(_ id: RegistrationID, _ interest: Readiness.Interest, at moment: Moment) {
        guard let place = place(of: id) else { return }
        if let armed = entries[place][interest].armed, armed <= moment { return }
        entries[place][interest].arm(at: moment)
        timers.schedule(TimerKey(id: id, interest: interest), at: moment)
    }
}
