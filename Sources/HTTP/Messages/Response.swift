/// What a server answers. Length, connection and date are added when it is written.
package struct Response: Sendable {
    package var status: Status
    package var headers: Headers
    package var body: [UInt8]

    package init(status: Status, headers: Headers = Headers(), body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A line of plain text; a newline is put behind it.
    package static func text(_ status: Status, _ text: String) -> Response {
        Response(
            status: status, headers: ["Content-Type": "text/plain; charset=utf-8"], body: Array((text + "\n").utf8))
    }

    /// Bytes that are JSON already.
    package static func json(_ status: Status, _ body: [UInt8]) -> Response {
        Response(status: status, headers: json, body: body)
    }

    /// (Made once: every decision has it.)
    private static let json: Headers = ["Content-Type": "application/json"]
}
