package import Primitives

/// An answer whose body is read while it comes. It owns its connection, which closes when this goes away.
package struct ResponseStream: ~Copyable, Sendable {
    package let status: Status
    package let headers: Headers
    private var connection: ClientConnection
    private var parser: BodyParser

    init(
        _ head: ResponseHead, on connection: consuming ClientConnection, answering request: ClientRequest
    ) throws(ClientConnection.Failure) {
        do throws(HTTPError) {
            parser = try BodyParser(framing: head.framing(answering: request.method), limit: request.bodyLimit)
        } catch {
            throw ClientConnection.Failure(reason: error, isStale: false)
        }
        status = head.status
        headers = head.headers
        self.connection = connection
    }

    /// The next piece of the body, at least one byte, as soon as there is some; nil at its end. Where one piece ends and
    /// the next begins means nothing.
    ///
    /// - Throws: `.timedOut`, `.cancelled`, `.connectionFailed`, `.unusableAnswer` when the body ends early, and
    ///   `.bodyTooLarge` when there is more than the request's `bodyLimit`.
    package mutating func next(by deadline: Deadline) async throws(HTTPError) -> [UInt8]? {
        try await connection.readPiece(of: &parser, by: deadline)
    }

    /// What is left of the body, when that is not more than `limit` bytes.
    ///
    /// - Throws: as `next`, and `.bodyTooLarge`.
    package mutating func readAll(limit: Int, by deadline: Deadline) async throws(HTTPError) -> [UInt8] {
        var body: [UInt8] = []
        while let piece = try await next(by: deadline) {
            guard piece.count <= limit - body.count else { throw .bodyTooLarge(limit: limit) }
            body += piece
        }
        return body
    }
}
