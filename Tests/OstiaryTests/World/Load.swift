import Support
import Synchronization
import Transport

/// Reviews that are asked one after the other on each of several connections, with every answer kept. A request that
/// fails is never sent again: each one counts.
final class Load: Sendable {
    /// One answer, and when it was asked for.
    struct Sample: Sendable {
        /// Which of the reviews was asked, and where.
        let review: Int
        let address: String
        let sent: ContinuousClock.Instant
        let received: ContinuousClock.Instant
        let answer: Answer
        /// Whether the answer said that it is the last on its connection.
        let isLast: Bool
    }

    private struct State {
        var samples: [Sample] = []
        var failures: [String] = []
        var connections = 0
        var isOver = false
    }

    private let reviews: [Review]
    private let tls: TLSContext
    private let pause: Duration
    private let state = Mutex(State())

    /// - Parameter pause: between an answer and the next question on a connection, so that the tests beside this one
    ///   get on.
    init(_ reviews: [Review], tls: TLSContext, pause: Duration = .milliseconds(2)) {
        self.reviews = reviews
        self.tls = tls
        self.pause = pause
    }

    /// The answers so far, in the order in which they came.
    var samples: [Sample] { state.withLock { $0.samples } }
    /// Requests that got no answer, and answers that are no decision.
    var failures: [String] { state.withLock { $0.failures } }
    /// How many connections were made.
    var connections: Int { state.withLock { $0.connections } }

    /// Asks while `body` runs, and waits for the answers that are still to come.
    ///
    /// - Parameters:
    ///   - kept: connections on which is asked again and again.
    ///   - fresh: askers that make a connection for each question.
    ///   - address: where the next connection goes to.
    func run<Result: Sendable>(
        kept: Int, fresh: Int, to address: @escaping @Sendable () -> String,
        while body: @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<(kept + fresh) {
                group.addTask { await self.keepAsking(from: number, on: number < kept, address) }
            }
            defer { state.withLock { $0.isOver = true } }
            return try await body()
        }
    }

    private var isOver: Bool { state.withLock { $0.isOver } }

    private func keepAsking(from start: Int, on isKept: Bool, _ address: @Sendable () -> String) async {
        var number = start
        while !isOver {
            do {
                let address = address()
                var wire = try await Wire(to: address, tls: tls)
                state.withLock { $0.connections += 1 }
                repeat {
                    let isLast = try await ask(number % reviews.count, at: address, on: &wire)
                    number += 1
                    try await Task.sleep(for: pause)
                    if isLast { break }
                } while isKept && !isOver
                wire.close()
            } catch {
                state.withLock { $0.failures.append("\(error)") }
            }
        }
    }

    /// - Returns: whether the connection ends with this answer.
    private func ask(_ number: Int, at address: String, on wire: inout Wire) async throws -> Bool {
        let body = reviews[number].body
        let head =
            "POST /admit?timeout=20s HTTP/1.1\r\nHost: ostiary\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(body.count)\r\n\r\n"
        let sent = ContinuousClock.now
        try await wire.send(Array(head.utf8) + body)
        let (lines, content) = try await wire.receiveAnswer()
        let received = ContinuousClock.now
        let status = lines.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        let answer = Answer(status: status, contentType: nil, body: content)
        let isLast = lines.lowercased().contains("\r\nconnection: close")
        let sample = Sample(
            review: number, address: address, sent: sent, received: received, answer: answer, isLast: isLast)
        state.withLock { state in
            state.samples.append(sample)
            if !answer.isDecision { state.failures.append("\(status): \(answer.text)") }
        }
        return isLast
    }
}

extension Answer {
    /// Whether somebody decided: nothing was wrong with the webhook or what it needs.
    var isDecision: Bool { status == 200 && [.admitted, .refused].contains(decision) }
}
