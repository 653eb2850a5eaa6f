package import Primitives

/// What a client asks.
package struct ClientRequest: Sendable {
    package var method: Method
    package var url: URL
    /// Fields beside those the client writes itself: Host, Content-Length, Connection, User-Agent, Authorization.
    package var headers: Headers
    package var body: [UInt8]
    /// The whole value of the Authorization field. It goes to the origin of `url` only, and is dropped for good when a
    /// redirect leads to another.
    package var authorization: Secret?
    /// Bytes of the answer's body; one more is the error `bodyTooLarge`.
    package var bodyLimit: Int

    package init(
        method: Method = .get, url: URL, headers: Headers = Headers(), body: [UInt8] = [],
        authorization: Secret? = nil, bodyLimit: Int
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.authorization = authorization
        self.bodyLimit = bodyLimit
    }
}
