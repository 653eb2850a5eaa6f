internal import Primitives

/// Answers one kind of question: from memory where that will do, else by asking, once for all who want to know.
struct FactSource<Value: Sendable>: Sendable {
    /// Brings an answer by a deadline, and about how many bytes it takes.
    typealias Question = @Sendable (Deadline) async -> Result<(value: Value, bytes: Int), VerificationError>

    private let memory: FactMemory<Value>
    private let flights: SingleFlight<FactKey, Fact<Value>, VerificationError>
    private let now: @Sendable () -> ContinuousClock.Instant
    private let hits: Counter
    private let misses: Counter
    private let questions: Counter

    init(_ name: String, bound: MemoryBounds, _ settings: MemorySettings, _ metrics: Metrics) {
        memory = FactMemory(name, bound: bound, metrics)
        flights = SingleFlight(patience: settings.patience)
        now = settings.now
        let help = "Looks into a memory, by what came of them."
        hits = metrics.counter(
            "ostiary_memory_lookups_total", help: help, labels: [("memory", name), ("result", "hit")])
        misses = metrics.counter(
            "ostiary_memory_lookups_total", help: help, labels: [("memory", name), ("result", "miss")])
        questions = metrics.counter(
            "ostiary_memory_questions_total",
            help: "Questions that were asked because no memory had the answer; those who ask the same share one.",
            labels: [("memory", name)])
    }

    /// What is remembered under the first of these keys that has something that will do.
    func recall(_ keys: [FactKey], where isAcceptable: (Fact<Value>) -> Bool) -> Fact<Value>? {
        for key in keys {
            if let fact = memory.fact(for: key, where: isAcceptable) {
                hits.add()
                return fact
            }
        }
        return nil
    }

    /// Remembers an answer that came with another.
    func keep(_ fact: Fact<Value>, under key: FactKey, bytes: Int) {
        memory.keep(fact, under: key, bytes: bytes)
    }

    /// What asking brings, which is then remembered; a failure never is. For when nothing that is remembered will do.
    ///
    /// - Parameters:
    ///   - isAcceptable: what would have done. It may be there by now: another flight has just landed.
    ///   - peer: who is asked, to name when the time is up.
    ///   - ask: brings the answer, and about how many bytes it takes; or why there is none.
    /// - Throws: the failure of `ask`; `.late` and `.cancelled` when this one could not wait for it any longer.
    func fact(
        for key: FactKey, where isAcceptable: @escaping @Sendable (Fact<Value>) -> Bool, from peer: String,
        by deadline: Deadline,
        asking ask: @escaping Question
    ) async throws(VerificationError) -> Fact<Value> {
        misses.add()
        let time = deadline.remaining
        let arrival = await self.ask(key, where: isAcceptable, by: deadline, asking: ask)
        // What was asked for somebody with less time is asked again by who still has some. The one for whom it was asked
        // has a twentieth left.
        guard case .landed(.failure(let error)) = arrival, error.isTimeout, deadline.remaining > time / 10 else {
            return try Self.fact(in: arrival, from: peer)
        }
        return try Self.fact(
            in: await self.ask(key, where: isAcceptable, by: deadline, asking: ask), from: peer)
    }

    private typealias Flights = SingleFlight<FactKey, Fact<Value>, VerificationError>

    private func ask(
        _ key: FactKey, where isAcceptable: @escaping @Sendable (Fact<Value>) -> Bool, by deadline: Deadline,
        asking ask: @escaping Question
    ) async -> Flights.Arrival {
        await flights.answer(for: key, by: deadline) { deadline in
            if let fact = memory.fact(for: key, where: isAcceptable) { return .success(fact) }
            return await remember(key, by: deadline, asking: ask)
        }
    }

    private static func fact(
        in arrival: Flights.Arrival, from peer: String
    ) throws(VerificationError) -> Fact<Value> {
        switch arrival {
        case .landed(.success(let fact)): return fact
        case .landed(.failure(let error)): throw error
        case .late: throw .late(peer)
        case .cancelled: throw .cancelled(peer)
        }
    }

    private func remember(
        _ key: FactKey, by deadline: Deadline, asking ask: Question
    ) async -> Result<Fact<Value>, VerificationError> {
        questions.add()
        let asked = now()
        return await ask(deadline).map { answer in
            let fact = Fact(value: answer.value, asked: asked)
            memory.keep(fact, under: key, bytes: answer.bytes)
            return fact
        }
    }
}
