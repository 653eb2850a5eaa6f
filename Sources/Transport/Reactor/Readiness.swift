/// What is known of one descriptor between two looks at it.
///
/// epoll in edge-triggered mode tells a change once. A change that comes while nobody waits is kept here as a latch,
/// and the next wait takes it instead of parking; without the latch that wait would never end. A latch may be stale
/// (the bytes were read already): the waiter then tries again, finds nothing and parks.
struct Readiness: Equatable {
    /// What can be waited for.
    enum Interest: Int, CaseIterable, Sendable { case read, write, hangUp }

    /// A change that epoll reported.
    struct Event: OptionSet, Sendable {
        let rawValue: UInt8
        static let readable = Event(rawValue: 1)
        static let writable = Event(rawValue: 2)
        /// The peer will send nothing more, or the connection failed. Stays true.
        static let hangUp = Event(rawValue: 4)
    }

    private var latched: Event = []

    /// Notes a change. A hang-up also ends waits for reading and writing: the call itself will tell what happened.
    mutating func note(_ event: Event) {
        latched.formUnion(event.contains(.hangUp) ? [.readable, .writable, .hangUp] : event)
    }

    /// Whether `interest` was latched; takes the latch, but for the hang-up, which cannot be undone. After a hang-up a
    /// read never has to wait: it gets what is left, or the end.
    mutating func take(_ interest: Interest) -> Bool {
        switch interest {
        case .read: latched.remove(.readable) != nil || latched.contains(.hangUp)
        case .write: latched.remove(.writable) != nil
        case .hangUp: latched.contains(.hangUp)
        }
    }
}
