private import Primitives

/// Turns messages into bytes (RFC 9112 §2.1). Whatever a value holds, it cannot end its line: such a message is refused
/// (`illegalField`), not repaired.
enum MessageWriter {
    /// Appends a response.
    ///
    /// Content-Length, Connection and Date are written here; lines of these names and of Transfer-Encoding in the
    /// response are left out.
    ///
    /// - Parameters:
    ///   - date: the value of Date (RFC 9110 §6.6.1).
    ///   - closes: whether the connection is closed behind it.
    ///   - omitsBody: for the answer to HEAD, which has the length of a body that is not sent.
    static func append(
        _ response: Response, date: String, closes: Bool, omitsBody: Bool, to bytes: inout [UInt8]
    ) throws(HTTPError) {
        bytes.reserveCapacity(256 + response.body.count)
        bytes.append(contentsOf: "HTTP/1.1 ".utf8)
        append(response.status.code, to: &bytes)
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: response.status.reasonPhrase.utf8)
        bytes.append(contentsOf: "\r\nDate: ".utf8)
        bytes.append(contentsOf: date.utf8)
        bytes.append(contentsOf: "\r\n".utf8)
        if closes { bytes.append(contentsOf: "Connection: close\r\n".utf8) }
        try append(response.headers, to: &bytes)
        if response.status != .noContent && response.status != .notModified {
            bytes.append(contentsOf: "Content-Length: ".utf8)
            append(response.body.count, to: &bytes)
            bytes.append(contentsOf: "\r\n".utf8)
        }
        bytes.append(contentsOf: "\r\n".utf8)
        if !omitsBody { bytes.append(contentsOf: response.body) }
    }

    /// Appends a request.
    ///
    /// Host, User-Agent, Authorization and Content-Length are written here; lines of these names, of Connection and
    /// of Transfer-Encoding in the request are left out. No Accept-Encoding is sent, so that bodies arrive as they are
    /// hashed.
    ///
    /// - Parameter proxy: one that passes on single requests: it is told the whole URL (RFC 9112 §3.2.2).
    static func append(
        _ request: ClientRequest, userAgent: String, through proxy: Proxy? = nil, to bytes: inout [UInt8]
    ) throws(HTTPError) {
        let target = proxy == nil ? request.url.target : request.url.description
        bytes.append(contentsOf: "\(request.method) \(target) HTTP/1.1\r\n".utf8)
        bytes.append(contentsOf: "Host: \(request.url.authority)\r\n".utf8)
        try append("User-Agent", Array(userAgent.utf8), to: &bytes)
        try append(proxy?.authorization, to: &bytes)
        if let authorization = request.authorization {
            try append("Authorization", authorization.revealBytes(), to: &bytes)
        }
        try append(request.headers, to: &bytes)
        if !request.body.isEmpty || !request.method.isSafe {
            bytes.append(contentsOf: "Content-Length: \(request.body.count)\r\n".utf8)
        }
        bytes.append(contentsOf: "\r\n".utf8)
        bytes.append(contentsOf: request.body)
    }

    /// The request for a tunnel to `authority`, a host with its port (RFC 9112 §3.2.3).
    static func connect(to authority: String, through proxy: Proxy, userAgent: String) throws(HTTPError) -> [UInt8] {
        var bytes = Array("CONNECT \(authority) HTTP/1.1\r\nHost: \(authority)\r\n".utf8)
        try append("User-Agent", Array(userAgent.utf8), to: &bytes)
        try append(proxy.authorization, to: &bytes)
        bytes.append(contentsOf: "\r\n".utf8)
        return bytes
    }

    private static func append(_ proxyAuthorization: Secret?, to bytes: inout [UInt8]) throws(HTTPError) {
        guard let proxyAuthorization else { return }
        try append("Proxy-Authorization", proxyAuthorization.revealBytes(), to: &bytes)
    }

    /// A number that is not negative, in decimal digits.
    private static func append(_ number: Int, to bytes: inout [UInt8]) {
        if number >= 10 { append(number / 10, to: &bytes) }
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
    }

    private static func append(_ headers: Headers, to bytes: inout [UInt8]) throws(HTTPError) {
        for field in headers.fields where !isReserved(field.name) {
            try append(field.name, field.value.utf8, to: &bytes)
        }
    }

    private static func append(_ name: String, _ value: some Collection<UInt8>, to bytes: inout [UInt8])
        throws(HTTPError)
    {
        guard FieldLine.isWritable(name: name, value: value) else { throw .illegalField(name: name) }
        bytes.append(contentsOf: name.utf8)
        bytes.append(contentsOf: ": ".utf8)
        bytes.append(contentsOf: value)
        bytes.append(contentsOf: "\r\n".utf8)
    }

    /// The fields that say where a message ends or to whom it goes.
    private static let reserved = [
        "host", "user-agent", "authorization", "content-length", "transfer-encoding", "connection", "date",
        "proxy-authorization",
    ]

    private static func isReserved(_ name: String) -> Bool {
        reserved.contains { candidate in
            candidate.utf8.count == name.utf8.count
                && candidate.utf8.elementsEqual(name.utf8) { $0 == ByteSet.lowercased($1) }
        }
    }
}
