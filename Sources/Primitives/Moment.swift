private import Glibc

/// A moment on the clock that goes on while the machine sleeps and is never set back, for measuring how long something
/// takes or may take.
///
/// It is the clock of `ContinuousClock`. An instant of that is compared and moved by calls through tables, because its form
/// is the library's secret, and a request has some twenty of them.
package struct Moment: Hashable, Comparable, Sendable {
    private let sinceStart: Duration

    private init(sinceStart: Duration) {
        self.sinceStart = sinceStart
    }

    /// Now (clock_gettime(2), CLOCK_BOOTTIME).
    package static var now: Moment {
        var time = timespec()
        unsafe clock_gettime(CLOCK_BOOTTIME, &time)
        return Moment(sinceStart: .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec))
    }

    /// The moment so much later.
    package static func + (moment: Moment, duration: Duration) -> Moment {
        Moment(sinceStart: moment.sinceStart + duration)
    }

    /// The moment so much earlier.
    package static func - (moment: Moment, duration: Duration) -> Moment {
        Moment(sinceStart: moment.sinceStart - duration)
    }

    /// How much later the left one is.
    package static func - (left: Moment, right: Moment) -> Duration { left.sinceStart - right.sinceStart }

    /// Earlier is less.
    package static func < (left: Moment, right: Moment) -> Bool { left.sinceStart < right.sinceStart }
}
