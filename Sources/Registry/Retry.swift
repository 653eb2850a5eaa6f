internal import HTTP
internal import Primitives
internal import Transport

/// What makes it worth to ask again what had no answer, or not the one that was asked for.
struct Retry: Hashable, Sendable {
    /// Why the first question came to nothing.
    enum Cause: String, CaseIterable, Sendable {
        /// 429: too many questions.
        case rateLimited = "rate_limited"
        /// 503: not now.
        case unavailable
        /// No connection, or one that ended before the answer did.
        case connection
    }

    let cause: Cause
    /// How long to wait before.
    let pause: Duration
    /// How often the same question may be asked again for this cause.
    let limit: Int

    /// After an answer: 429 and 503 that say when to come back. Nobody else does: an answer is an answer.
    init?(after response: ClientResponse) {
        switch response.status {
        case .tooManyRequests: cause = .rateLimited
        case .serviceUnavailable: cause = .unavailable
        default: return nil
        }
        guard let moment = RetryAfter(response.headers) else { return nil }
        pause = max(.seconds(moment.seconds), Self.shortest)
        limit = 3
    }

    /// After an exchange that did not come to its end: only where it is safe, because the question was never sent or
    /// because it may be asked twice (RFC 9110 §9.2.2); and only where it can help. A name without an address, a
    /// certificate that proves nothing, an answer that is too large or no HTTP and a deadline are the same the second time.
    init?(after error: HTTPError, to method: Method) {
        switch error {
        case .connectionFailed(_, .unreachable): pause = Self.shortest
        case .connectionFailed(_, .closedByPeer), .connectionFailed(_, .tls(.broken)), .unusableAnswer(_, .truncated):
            guard method.isSafe else { return nil }
            pause = .zero
        default: return nil
        }
        cause = .connection
        limit = 1
    }

    /// What a server needs to come back, if it is only restarted.
    private static let shortest = Duration.milliseconds(200)
}
