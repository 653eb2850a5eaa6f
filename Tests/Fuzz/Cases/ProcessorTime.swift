import Glibc

/// The clock that stands still while others use the processor.
enum ProcessorTime {
    /// What this thread has used since it began.
    static func ofThread() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
