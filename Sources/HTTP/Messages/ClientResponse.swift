/// What a server answered to a client: complete, with a body of at most the bytes that were asked for.
package struct ClientResponse: Sendable {
    package let status: Status
    package let headers: Headers
    package let body: [UInt8]
    /// Where the answer came from, after redirects.
    package let url: URL

    package init(status: Status, headers: Headers = Headers(), body: [UInt8] = [], url: URL) {
        self.status = status
        self.headers = headers
        self.body = body
        self.url = url
    }
}
