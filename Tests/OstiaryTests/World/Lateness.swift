import Synchronization

/// How late this machine is with what it should do at once: the tests share it with each other, and it may have few
/// cores. What is asked of a program within a time is asked within that time and this.
final class Lateness: Sendable {
    private static let interval = Duration.milliseconds(20)

    private let most = Mutex(Duration.zero)

    /// The longest that something was late while `measure` ran.
    var longest: Duration { most.withLock { $0 } }

    /// Measures until the task is cancelled.
    func measure() async {
        while !Task.isCancelled {
            let start = ContinuousClock.now
            // Cancelled with the task, which the loop looks at.
            try? await Task.sleep(for: Self.interval)
            let late = ContinuousClock.now - start - Self.interval
            most.withLock { $0 = max($0, late) }
        }
    }
}
