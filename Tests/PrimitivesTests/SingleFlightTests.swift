import Primitives
import Support
import Synchronization
import Testing

private struct Refused: Error, Equatable {}

/// A question that waits until it is told the answer, and counts how often it was put.
private final class Oracle: Sendable {
    private struct State {
        var questions = 0
        var cancelled = 0
        var deadlines: [Deadline] = []
        var answer: Result<Int, Refused>?
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var questions: Int { state.withLock { $0.questions } }
    var cancelled: Int { state.withLock { $0.cancelled } }
    var deadlines: [Deadline] { state.withLock { $0.deadlines } }

    func say(_ answer: Result<Int, Refused>) {
        let waiting = state.withLock { state in
            state.answer = answer
            defer { state.waiting = [] }
            return state.waiting
        }
        for one in waiting { one.resume() }
    }

    func ask(_ deadline: Deadline) async -> Result<Int, Refused> {
        state.withLock {
            $0.questions += 1
            $0.deadlines.append(deadline)
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { one in
                let isOver = state.withLock { state in
                    guard state.answer == nil, state.cancelled == 0 else { return true }
                    state.waiting.append(one)
                    return false
                }
                if isOver { one.resume() }
            }
        } onCancel: {
            state.withLock { $0.cancelled += 1 }
            say(.failure(Refused()))
        }
        return state.withLock { $0.answer ?? .failure(Refused()) }
    }
}

private typealias Flights = SingleFlight<String, Int, Refused>

@Suite(.timeLimit(.minutes(1))) struct SingleFlightTests {
    private let flights = Flights(patience: .seconds(100))
    private let oracle = Oracle()

    private func ask(_ key: String = "a", by deadline: Deadline = .after(.seconds(100))) async -> Flights.Arrival {
        await flights.answer(for: key, by: deadline) { [oracle] in await oracle.ask($0) }
    }

    private func number(_ arrival: Flights.Arrival) -> Int? {
        if case .landed(.success(let number)) = arrival { number } else { nil }
    }

    /// Waits for what other tasks do.
    private func wait(until isSo: @Sendable () -> Bool) async {
        while !isSo() { await Task.yield() }
    }

    @Test("A hundred who ask the same at the same time put one question, and all get its answer")
    func shares() async {
        await withTaskGroup(of: Int?.self) { group in
            for _ in 0..<100 { group.addTask { number(await ask()) } }
            await wait { flights.waiterCount == 100 }
            oracle.say(.success(7))
            var answers: [Int?] = []
            for await answer in group { answers.append(answer) }
            #expect(answers == Array(repeating: 7, count: 100))
        }
        #expect(oracle.questions == 1)
        #expect(flights.count == 0)
    }

    @Test("Nothing is kept: the next to ask asks anew, and different questions are different flights")
    func keepsNothing() async {
        oracle.say(.success(1))
        #expect(number(await ask()) == 1)
        #expect(number(await ask()) == 1)
        #expect(number(await ask("b")) == 1)
        #expect(oracle.questions == 3)
    }

    @Test("An error is everybody's who waited, and nobody's who comes later")
    func sharesErrors() async {
        oracle.say(.failure(Refused()))
        guard case .landed(.failure(Refused())) = await ask() else {
            Issue.record("no error")
            return
        }
        oracle.say(.success(2))
        #expect(number(await ask()) == 2)
    }

    @Test("The first to ask is cancelled, and the others still get their answer from the same question")
    func survivesTheLeader() async {
        let leader = Task { await ask() }
        await wait { oracle.questions == 1 }
        let follower = Task { await ask() }
        await wait { flights.waiterCount == 2 }
        leader.cancel()
        guard case .cancelled = await leader.value else {
            Issue.record("the leader was not told that it is cancelled")
            return
        }
        oracle.say(.success(3))
        #expect(number(await follower.value) == 3)
        #expect(oracle.questions == 1)
        #expect(oracle.cancelled == 0)
    }

    @Test("One whose deadline passes goes alone; the flight has a deadline of its own")
    func survivesADeadline() async {
        let patient = Task { await ask() }
        await wait { oracle.questions == 1 }
        guard case .late = await ask(by: .after(.milliseconds(1))) else {
            Issue.record("not late")
            return
        }
        #expect(flights.count == 1)
        #expect(oracle.cancelled == 0)
        oracle.say(.success(4))
        #expect(number(await patient.value) == 4)
        #expect(oracle.questions == 1)
        #expect(oracle.deadlines.allSatisfy { $0.remaining > .seconds(10) && $0.remaining <= .seconds(100) })
    }

    @Test("A flight has as much time as the first to ask, within bounds", arguments: [(1, 5), (20, 20), (200, 30)])
    func limitsFlights(seconds: Int, most: Int) async throws {
        let flights = Flights(patience: .seconds(5)...Duration.seconds(30))
        oracle.say(.success(1))
        _ = await flights.answer(for: "a", by: .after(.seconds(seconds))) { [oracle] in await oracle.ask($0) }
        let deadline = try #require(oracle.deadlines.first)
        #expect(deadline < .after(.seconds(most)))
    }

    @Test("A flight that nobody waits for any more is cancelled and forgotten; the next one is not told of it")
    func endsWithTheLast() async {
        let first = Task { await ask() }
        let second = Task { await ask() }
        await wait { flights.waiterCount == 2 && oracle.questions == 1 }
        first.cancel()
        second.cancel()
        _ = await (first.value, second.value)
        await wait { oracle.cancelled > 0 }
        #expect(flights.count == 0)
        let fresh = Oracle()
        fresh.say(.success(5))
        let arrival = await flights.answer(for: "a", by: .after(.seconds(100))) { await fresh.ask($0) }
        #expect(number(arrival) == 5)
    }

    @Test("Who is cancelled already asks nobody")
    func asksNobodyWhenCancelled() async {
        let task = Task {
            await wait { Task.isCancelled }
            return await ask()
        }
        task.cancel()
        guard case .cancelled = await task.value else {
            Issue.record("not cancelled")
            return
        }
        #expect(oracle.questions == 0)
        #expect(flights.count == 0)
    }

    @Test("Many come and go at once: each gets an answer or is told why not, and no flight is left over")
    func survivesCrowds() async {
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<500 {
                group.addTask {
                    let task = Task {
                        await flights.answer(for: "\(number % 7)", by: .after(.seconds(100))) { _ in
                            await Task.yield()
                            return .success(number % 7)
                        }
                    }
                    if number.isMultiple(of: 3) { task.cancel() }
                    switch await task.value {
                    case .landed(.success(let answer)): return answer == number % 7
                    case .cancelled: return number.isMultiple(of: 3)
                    default: return false
                    }
                }
            }
            for await isRight in group { #expect(isRight) }
        }
        #expect(flights.count == 0)
    }
}
