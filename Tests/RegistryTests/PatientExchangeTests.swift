import HTTP
import Primitives
import Synchronization
import Testing
import Transport

@testable import Registry

/// Where a test's exchange waits: it does not, and says for how long it would have.
private final class Pauses: Sendable {
    private let durations = Mutex<[Duration]>([])

    var all: [Duration] { durations.withLock(\.self) }

    func add(_ duration: Duration) { durations.withLock { $0.append(duration) } }
}

private typealias Outcome = @Sendable (ClientRequest) -> Result<ClientResponse, HTTPError>

private func turnedDown(_ code: Int, _ retryAfter: String?) -> Outcome {
    { $0.answer(code, retryAfter.map { [("Retry-After", $0)] } ?? [], text: "not now") }
}

private func failing(_ error: HTTPError) -> Outcome { { _ in .failure(error) } }

@Suite struct PatientExchangeTests {
    /// Sends one request; the last outcome stands for all that follow.
    private func send(
        _ outcomes: Outcome..., method: Method = .get, within time: Duration = .seconds(60),
        metrics: Metrics = Metrics()
    ) async throws -> (result: Result<ClientResponse, HTTPError>, questions: Int, pauses: [Duration]) {
        let number = Mutex(0)
        let network = ScriptedExchange { request in
            let place = number.withLock { number in
                defer { number += 1 }
                return min(number, outcomes.count - 1)
            }
            return outcomes[place](request)
        }
        let pauses = Pauses()
        let exchange = PatientExchange(network, metrics: metrics) { pauses.add($0) }
        let request = ClientRequest(method: method, url: try URL(parsing: "https://e.com/v2/"), bodyLimit: 100)
        do throws(HTTPError) {
            let response = try await exchange.send(request, by: .after(time))
            return (.success(response), network.requests.count, pauses.all)
        } catch {
            return (.failure(error), network.requests.count, pauses.all)
        }
    }

    @Test("429 and 503 that say when to come back are waited for", arguments: [429, 503], [Method.get, .post])
    func waits(_ code: Int, _ method: Method) async throws {
        let (result, questions, pauses) = try await send(
            turnedDown(code, "2"), turnedDown(code, "7"), { $0.answer(200) }, method: method)
        #expect(try result.get().status == .ok)
        #expect(questions == 3)
        #expect(pauses == [.seconds(2), .seconds(7)])
    }

    @Test(
        "An answer that says nothing of coming back is not asked for again",
        arguments: [
            (429, nil), (503, nil), (429, "soon"), (429, "-1"), (429, "1.5"), (500, "1"), (502, "1"), (504, "1"),
            (404, "1"), (401, "1"), (200, "1"),
        ])
    func takesAnswers(_ code: Int, _ retryAfter: String?) async throws {
        let (result, questions, _) = try await send(turnedDown(code, retryAfter))
        #expect(try result.get().status.code == code)
        #expect(questions == 1)
    }

    @Test("It does not wait beyond the deadline, and then does not ask either")
    func deadline() async throws {
        let (result, questions, pauses) = try await send(turnedDown(429, "30"), within: .seconds(20))
        #expect(try result.get().status == .tooManyRequests)
        #expect(questions == 1)
        #expect(pauses.isEmpty)
    }

    @Test("It gives up after three times")
    func givesUp() async throws {
        let (result, questions, pauses) = try await send(turnedDown(503, "0"))
        #expect(try result.get().status == .serviceUnavailable)
        #expect(questions == 4)
        #expect(pauses.allSatisfy { $0 > .zero })
    }

    @Test(
        "A connection that is lost before the answer is whole is tried once more, where asking twice is safe",
        arguments: [
            (.connectionFailed(authority: "e.com", .unreachable(address: "e.com", reason: "refused")), .get, 2),
            (.connectionFailed(authority: "e.com", .unreachable(address: "e.com", reason: "refused")), .post, 2),
            (.connectionFailed(authority: "e.com", .closedByPeer), .get, 2),
            (.connectionFailed(authority: "e.com", .closedByPeer), .post, 1),
            (.connectionFailed(authority: "e.com", .tls(.broken("reset"))), .get, 2),
            (.connectionFailed(authority: "e.com", .tls(.handshake("no cipher"))), .get, 1),
            (.connectionFailed(authority: "e.com", .unresolvable(host: "e.com", reason: "no")), .get, 1),
            (.unusableAnswer(authority: "e.com", .truncated), .get, 2),
            (.unusableAnswer(authority: "e.com", .truncated), .post, 1),
            (.unusableAnswer(authority: "e.com", .headTooLarge), .get, 1),
            (.bodyTooLarge(limit: 1), .get, 1), (.timedOut(authority: "e.com", .receiving), .get, 1),
            (.cancelled, .get, 1), (.plainTextRefused(authority: "e.com"), .get, 1),
        ] as [(HTTPError, Method, Int)])
    func connections(_ error: HTTPError, _ method: Method, _ count: Int) async throws {
        let (result, questions, _) = try await send(failing(error), method: method)
        #expect(throws: error) { try result.get() }
        #expect(questions == count)
    }

    @Test("What was asked again is counted by its cause")
    func counts() async throws {
        let metrics = Metrics()
        _ = try await send(turnedDown(429, "1"), { $0.answer(200) }, metrics: metrics)
        #expect(metrics.exposition().contains(#"ostiary_registry_retries_total{cause="rate_limited"} 1"#))
        #expect(metrics.exposition().contains(#"ostiary_registry_retries_total{cause="connection"} 0"#))
    }

    @Test("A host in trouble is asked again only as often as its budget says, by all who ask it together")
    func budget() async throws {
        let network = ScriptedExchange(turnedDown(503, "0"))
        let exchange = PatientExchange(network, metrics: Metrics()) { _ in }
        let url = try URL(parsing: "https://e.com/v2/")
        for _ in 0..<50 {
            _ = try await exchange.send(ClientRequest(url: url, bodyLimit: 100), by: soon)
        }
        #expect(network.requests.count == 50 + Limits.retriesPerHost)
        let other = try URL(parsing: "https://other.com/v2/")
        _ = try await exchange.send(ClientRequest(url: other, bodyLimit: 100), by: soon)
        #expect(network.requests.count == 50 + Limits.retriesPerHost + 4)
    }
}

@Suite struct RetryBudgetsTests {
    @Test("Ten answers give one retry back, and no host ever has more than it began with")
    func credits() throws {
        let origin = try URL(parsing: "https://e.com/").origin
        var budgets = RetryBudgets()
        for _ in 0..<1000 { budgets.credit(origin) }
        let first = (0...Limits.retriesPerHost).map { _ in budgets.spend(origin) }
        #expect(first == Array(repeating: true, count: Limits.retriesPerHost) + [false])
        for _ in 0..<9 { budgets.credit(origin) }
        let tooEarly = budgets.spend(origin)
        budgets.credit(origin)
        let atLast = budgets.spend(origin)
        #expect(!tooEarly && atLast)
    }

    @Test("However many hosts there are, it stays small")
    func bounded() throws {
        var budgets = RetryBudgets()
        for number in 0..<(Limits.retryBudgets * 2) {
            let isSpent = budgets.spend(try URL(parsing: "https://h\(number).com/").origin)
            #expect(isSpent)
        }
        #expect(budgets.count == Limits.retryBudgets)
    }
}

@Suite struct RetryAfterTests {
    private static let now = Timestamp(secondsSince1970: 784_111_777)  // Sun, 06 Nov 1994 08:49:37 GMT

    @Test(
        "Seconds are read, and dates by the peer's own clock where it shows one",
        arguments: [
            ("0", nil, 0), ("17", nil, 17), ("999999999", nil, 999_999_999),
            ("Sun, 06 Nov 1994 08:49:40 GMT", nil, 3), ("Sun, 06 Nov 1994 08:49:30 GMT", nil, 0),
            ("Mon, 07 Nov 1994 08:49:37 GMT", nil, 86_400),
            ("Sun, 06 Nov 1994 10:00:30 GMT", "Sun, 06 Nov 1994 10:00:00 GMT", 30),
            ("Sun, 06 Nov 1994 08:49:40 GMT", "nonsense", 3),
        ] as [(String, String?, Int)])
    func reads(_ text: String, _ date: String?, _ seconds: Int) {
        let headers = Headers([("Retry-After", text)] + (date.map { [("Date", $0)] } ?? []))
        #expect(RetryAfter(headers, at: Self.now)?.seconds == seconds)
    }

    @Test(
        "Anything else says nothing",
        arguments: [
            "", " ", "-1", "+1", "1.5", "1e3", "0x10", "10000000000", "soon", "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 08:49:37 PST", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994  08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT", "1994-11-06T08:49:37Z",
        ])
    func refuses(_ text: String) {
        #expect(RetryAfter(Headers([("Retry-After", text)]), at: Self.now) == nil)
    }

    @Test("Every prefix of a date says nothing, and none traps")
    func truncation() {
        let text = "Sun, 06 Nov 1994 08:49:40 GMT"
        for length in 0..<text.count {
            #expect(RetryAfter(Headers([("Retry-After", String(text.prefix(length)))]), at: Self.now) == nil)
        }
    }

    @Test("Two fields say nothing: who would say which of them counts")
    func repeated() {
        #expect(RetryAfter(Headers([("Retry-After", "1"), ("Retry-After", "2")]), at: Self.now) == nil)
    }
}
