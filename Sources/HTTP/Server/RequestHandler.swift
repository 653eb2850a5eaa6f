package import Primitives

/// What answers the requests that a server receives.
package protocol RequestHandler: Sendable {
    /// The answer to one request.
    ///
    /// The task is cancelled when the client hangs up. `deadline` is the moment after which the client no longer
    /// waits, if it said so (`Request.timeout`), and at most the server's own bound; both count from the arrival of
    /// the head. No margin has been taken off.
    func respond(to request: Request, by deadline: Deadline) async -> Response
}
