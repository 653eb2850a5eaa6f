/// The moment after which nobody waits for an answer any more.
///
/// Every wait of the house takes one. It is a point in time, not a duration, so that it can be handed down a chain of
/// calls without being restarted.
package struct Deadline: Hashable, Comparable, Sendable {
    /// When that is.
    package let moment: Moment

    package init(_ moment: Moment) {
        self.moment = moment
    }

    /// The moment `duration` from now.
    package static func after(_ duration: Duration) -> Deadline {
        Deadline(.now + duration)
    }

    /// The same for who sleeps until then: an instant of the library's clock cannot be made, only reckoned from now.
    package var instant: ContinuousClock.Instant { .now + remaining }

    /// How long is left; negative when it has passed.
    package var remaining: Duration { moment - .now }

    /// Whether there is no time left.
    package var hasPassed: Bool { moment <= .now }

    /// The earlier of this deadline and the moment `duration` from now.
    package func butAtMost(_ duration: Duration) -> Deadline {
        min(self, .after(duration))
    }

    /// Earlier is less.
    package static func < (left: Deadline, right: Deadline) -> Bool { left.moment < right.moment }
}
