internal import Primitives
internal import Synchronization

/// The addresses that names had lately.
final class AddressMemory: Sendable {
    /// What a name stood for.
    struct Answer: Sendable {
        let addresses: [IPAddress]
        /// When that was found out.
        let time: ContinuousClock.Instant
    }

    private let answers = Mutex(RecentValues<String, Answer>(bound: Limits.rememberedNames))

    /// What a name stood for when it was last looked up; nil if that is not known.
    func answer(for host: String) -> Answer? {
        answers.withLock { $0.value(for: host) }
    }

    /// Remembers what a name stands for; nil forgets it.
    func keep(_ answer: Answer?, for host: String) {
        answers.withLock { answers in
            if let answer { answers.keep(answer, for: host) } else { answers.forget(host) }
        }
    }
}
