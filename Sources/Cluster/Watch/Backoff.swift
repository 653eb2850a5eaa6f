/// How long to wait after the next failure: twice as long as after the one before, from 0.8 to 30 seconds, and up to as
/// much again by chance, so that a thousand clients of a server that comes back do not come back together. These are the
/// numbers of client-go's reflector.
package struct Backoff: Sendable {
    /// After that long without a failure all is forgotten.
    private static let health = Duration.seconds(120)

    private let first: Duration
    private let longest: Duration
    private var base: Duration
    private var lastFailure: ContinuousClock.Instant?

    package init(first: Duration = .milliseconds(800), longest: Duration = .seconds(30)) {
        self.first = first
        self.longest = longest
        base = first
    }

    /// Whether there was no failure for some time.
    package func isRested(at now: ContinuousClock.Instant) -> Bool {
        lastFailure.map { now - $0 > Self.health } ?? true
    }

    /// The wait for a failure that comes now.
    ///
    /// - Parameter chance: from 0 to 1.
    package mutating func next(at now: ContinuousClock.Instant, chance: Double) -> Duration {
        if isRested(at: now) { base = first }
        let wait = base * (1 + chance)
        base = min(base * 2, longest)
        // The wait itself is no time of health.
        lastFailure = now + wait
        return wait
    }
}
