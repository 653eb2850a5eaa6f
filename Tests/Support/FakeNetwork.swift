import HTTP
import Primitives
import Synchronization

/// Registries and signature stores that answer from memory, and keep what they were asked.
///
/// Whatever was not put there is a 404. A hook may hold an answer back or fail the exchange, as a real network does.
package final class FakeNetwork: HTTPExchanging {
    /// What happens between a question and its answer.
    package typealias Hook = @Sendable (ClientRequest, Deadline) async throws(HTTPError) -> Void

    private struct State {
        var answers: [String: [Answer]] = [:]
        var questions: [Question] = []

        mutating func answer(to question: Question) -> Answer {
            questions.append(question)
            let url = question.request.url.description
            guard let waiting = answers[url], let first = waiting.first else { return .status(404) }
            if waiting.count > 1 { answers[url] = Array(waiting.dropFirst()) }
            return first
        }
    }

    private let state = Mutex(State())
    private let hook: Hook

    package init(_ hook: @escaping Hook = { _, _ in }) {
        self.hook = hook
    }

    /// Puts answers at an address: one for each question, the last one for all that follow.
    package func put(_ answers: Answer..., at url: String) {
        state.withLock { $0.answers[url] = answers }
    }

    /// Everything that was asked, in order.
    package var questions: [Question] { state.withLock { $0.questions } }

    /// The addresses that were asked for, in order.
    package var urls: [String] { questions.map(\.request.url.description) }

    package func send(_ request: ClientRequest, by deadline: Deadline) async throws(HTTPError) -> ClientResponse {
        let answer = state.withLock { $0.answer(to: Question(request: request, deadline: deadline)) }
        try await hook(request, deadline)
        guard answer.body.count <= request.bodyLimit else { throw .bodyTooLarge(limit: request.bodyLimit) }
        guard let status = Status(code: answer.code) else { throw .malformed(.statusCode) }
        return ClientResponse(status: status, headers: Headers(answer.headers), body: answer.body, url: request.url)
    }
}

extension FakeNetwork {
    /// One question.
    package struct Question: Sendable {
        package let request: ClientRequest
        /// Until when the answer was waited for.
        package let deadline: Deadline
    }

    /// One answer.
    package struct Answer: Sendable {
        let code: Int
        let headers: [(String, String)]
        let body: [UInt8]

        /// Any answer.
        package static func status(_ code: Int, _ headers: [(String, String)] = [], _ text: String = "") -> Answer {
            Answer(code: code, headers: headers, body: Array(text.utf8))
        }

        /// 200 with a file.
        package static func file(_ bytes: [UInt8]) -> Answer { Answer(code: 200, headers: [], body: bytes) }

        /// 200 with an OCI manifest.
        package static func manifest(_ text: String) -> Answer {
            .status(200, [("Content-Type", "application/vnd.oci.image.manifest.v1+json")], text)
        }
    }
}
