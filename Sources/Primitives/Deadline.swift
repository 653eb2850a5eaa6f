/// The moment after which nobody waits for an answer any more.
///
/// Every wait of the house takes one. It is a point in time, not a duration, so that it can be handed down a chain of
/// calls without being restarted.
package struct Deadline: Hashable, Comparable, Sendable {
    /// On the clock that goes on while the machine sleeps and is never set back.
    package let instant: ContinuousClock.Instant

    package init(_ instant: ContinuousClock.Instant) {
        self.instant = instant
    }

    /// The moment `duration` from now.
    package static func after(_ duration: Duration) -> Deadline {
        Deadline(ContinuousClock.now + duration)
    }

    /// How long is left; negative when it has passed.
    package var remaining: Duration { instant - ContinuousClock.now }

    /// Whether there is no time left.
    package var hasPassed: Bool { instant <= ContinuousClock.now }

    /// The earlier of this deadline and the moment `duration` from now.
    package func butAtMost(_ duration: Duration) -> Deadline {
        min(self, .after(duration))
    }

    /// Earlier is less.
    package static func < (left: Deadline, right: Deadline) -> Bool { left.instant < right.instant }
}
