package import HTTP
package import Primitives
private import Synchronization

/// Asks again where that is safe and can help: within the deadline, and within a budget for each host, so that a registry
/// in trouble is not asked several times as much as one that is well.
package final class PatientExchange: HTTPExchanging {
    /// Waits; returns early when the task is cancelled.
    package typealias Pause = @Sendable (Duration) async -> Void

    private let exchange: any HTTPExchanging
    private let pause: Pause
    private let budgets = Mutex(RetryBudgets())
    private let counters: [Retry.Cause: Counter]

    /// - Parameter metrics: where `ostiary_registry_retries_total` is counted.
    package init(
        _ exchange: any HTTPExchanging, metrics: Metrics, pause: @escaping Pause = { try? await Task.sleep(for: $0) }
    ) {
        self.exchange = exchange
        self.pause = pause
        let counters = Retry.Cause.allCases.map { cause in
            let counter = metrics.counter(
                "ostiary_registry_retries_total",
                help:
                    "Questions to registries, token services and signature stores that were asked again, by the cause.",
                labels: [("cause", cause.rawValue)])
            return (cause, counter)
        }
        self.counters = Dictionary(uniqueKeysWithValues: counters)
    }

    /// The answer, or the last one where asking again did not help either.
    ///
    /// 429 and 503 with `Retry-After` are waited for if the deadline allows it; a connection that could not be made or
    /// ended too early is tried once more.
    package func send(_ request: ClientRequest, by deadline: Deadline) async throws(HTTPError) -> ClientResponse {
        var retries = 0
        while true {
            let outcome = await ask(request, by: deadline)
            guard let retry = Self.retry(after: outcome, request), retries < retry.limit,
                .after(retry.pause) < deadline, spend(request.url.origin)
            else { return try outcome.get() }
            retries += 1
            counters[retry.cause]?.add()
            await pause(retry.pause)
            guard !Task.isCancelled else { throw .cancelled }
        }
    }

    private func ask(_ request: ClientRequest, by deadline: Deadline) async -> Result<ClientResponse, HTTPError> {
        do throws(HTTPError) {
            let response = try await exchange.send(request, by: deadline)
            if Retry(after: response) == nil { budgets.withLock { $0.credit(request.url.origin) } }
            return .success(response)
        } catch {
            return .failure(error)
        }
    }

    private func spend(_ origin: URL.Origin) -> Bool {
        budgets.withLock { $0.spend(origin) }
    }

    private static func retry(after outcome: Result<ClientResponse, HTTPError>, _ request: ClientRequest) -> Retry? {
        switch outcome {
        case .success(let response): Retry(after: response)
        case .failure(let error): Retry(after: error, to: request.method)
        }
    }
}
