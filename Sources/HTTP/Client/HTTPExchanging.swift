package import Primitives

/// Something that answers HTTP requests: `HTTPClient` over the network, a script in tests.
package protocol HTTPExchanging: Sendable {
    /// Sends one request and returns the whole answer, redirects followed.
    ///
    /// Every status is an answer; only an exchange that did not come to its end throws.
    func send(_ request: ClientRequest, by deadline: Deadline) async throws(HTTPError) -> ClientResponse
}
