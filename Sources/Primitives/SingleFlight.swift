private import Synchronization

/// Asks the same question once for all who want the answer at the same time.
///
/// The first to ask starts a flight, a task of its own with a deadline of its own; whoever asks the same before it has
/// landed waits for it too. So nobody's cancellation or deadline ends it for the others. When the last one has gone it is
/// cancelled and forgotten: there are never more flights than there are people waiting. An answer is handed to those who
/// wait and kept for nobody; to remember is the asker's business.
package final class SingleFlight<Key: Hashable & Sendable, Value: Sendable, Failure: Error>: Sendable {
    /// What a wait came to.
    package enum Arrival: Sendable {
        /// The answer, or why there is none: the same for all who waited.
        case landed(Result<Value, Failure>)
        /// This one's deadline passed first.
        case late
        /// This one was cancelled.
        case cancelled
    }

    /// What is asked, by the flight's deadline.
    package typealias Question = @Sendable (Deadline) async -> Result<Value, Failure>

    private let patience: ClosedRange<Duration>
    private let table = Mutex(Table())

    /// - Parameter patience: how long a flight may take. Whoever joins one late waits for what is left of it.
    package convenience init(patience: Duration) {
        self.init(patience: patience...patience)
    }

    /// - Parameter patience: how long a flight may take: a little less than the first to ask can wait, so that he still
    ///   hears what it failed of, but within this range.
    package init(patience: ClosedRange<Duration>) {
        self.patience = patience
    }

    /// Waits for the answer, at most until `deadline`; `question` is put only if nobody has put it yet.
    package func answer(
        for key: Key, by deadline: Deadline, asking question: @escaping Question
    ) async -> Arrival {
        await withTaskGroup(of: Arrival.self) { group in
            group.addTask { await self.join(key, by: deadline, asking: question) }
            group.addTask {
                do { try await Task.sleep(until: deadline.instant, clock: .continuous) } catch { return .cancelled }
                return .late
            }
            defer { group.cancelAll() }
            return await group.next() ?? .cancelled
        }
    }

    /// How many flights have not landed.
    package var count: Int { table.withLock { $0.flights.count } }

    /// How many wait for them.
    package var waiterCount: Int { table.withLock { $0.flights.values.reduce(0) { $0 + $1.waiters.count } } }
}

// MARK: - The table of flights

extension SingleFlight {
    private typealias Waiter = CheckedContinuation<Arrival, Never>

    private struct Flight {
        let number: UInt64
        var waiters: [UInt64: Waiter] = [:]
        var task: Task<Void, Never>?
    }

    private struct Table {
        var flights: [Key: Flight] = [:]
        private var last: UInt64 = 0

        mutating func nextNumber() -> UInt64 {
            last += 1
            return last
        }

        /// Takes out a waiter who goes; a flight without any is taken out too, for its task to be cancelled.
        mutating func remove(_ number: UInt64, from key: Key) -> (waiter: Waiter?, deserted: Task<Void, Never>?) {
            guard let waiter = flights[key]?.waiters.removeValue(forKey: number) else { return (nil, nil) }
            guard flights[key]?.waiters.isEmpty ?? false else { return (waiter, nil) }
            return (waiter, flights.removeValue(forKey: key)?.task)
        }

        /// Takes out a flight that has landed. Another one for the same key may be in the air by now.
        mutating func land(_ number: UInt64, at key: Key) -> [Waiter] {
            guard flights[key]?.number == number else { return [] }
            return flights.removeValue(forKey: key).map { Array($0.waiters.values) } ?? []
        }
    }

    private func join(_ key: Key, by deadline: Deadline, asking question: @escaping Question) async -> Arrival {
        let number = table.withLock { $0.nextNumber() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                guard !Task.isCancelled else { return waiter.resume(returning: .cancelled) }
                enter(waiter, number, key, flightDeadline(under: deadline), question)
                // A cancellation before this had nobody to take out.
                if Task.isCancelled { leave(number, key) }
            }
        } onCancel: {
            leave(number, key)
        }
    }

    private func flightDeadline(under deadline: Deadline) -> Deadline {
        .after(min(max(deadline.remaining / 20 * 19, patience.lowerBound), patience.upperBound))
    }

    private func enter(
        _ waiter: Waiter, _ number: UInt64, _ key: Key, _ deadline: Deadline, _ question: @escaping Question
    ) {
        table.withLock { table in
            if table.flights[key] == nil {
                let flight = table.nextNumber()
                table.flights[key] = Flight(number: flight)
                table.flights[key]?.task = Task {
                    self.land(flight, key, await question(deadline))
                }
            }
            table.flights[key]?.waiters[number] = waiter
        }
    }

    private func leave(_ number: UInt64, _ key: Key) {
        let (waiter, deserted) = table.withLock { $0.remove(number, from: key) }
        deserted?.cancel()
        waiter?.resume(returning: .cancelled)
    }

    private func land(_ flight: UInt64, _ key: Key, _ result: Result<Value, Failure>) {
        for waiter in table.withLock({ $0.land(flight, at: key) }) { waiter.resume(returning: .landed(result)) }
    }
}
