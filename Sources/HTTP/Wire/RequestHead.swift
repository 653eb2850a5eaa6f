/// The head of a request, with what its fields say about the rest (RFC 9112 §3).
package struct RequestHead: MessageHead {
    package let method: Method
    /// Origin-form: a path with an optional query. The forms for proxies and for CONNECT and OPTIONS are refused.
    package let target: String
    package let version: Version
    package var headers = Headers()
    /// Where the body ends; never `untilClose`.
    package private(set) var framing = BodyFraming.length(0)
    /// Whether the client wants `100 Continue` before it sends the body (RFC 9110 §10.1.1).
    package private(set) var expectsContinue = false
    /// Whether the client will send another request on this connection. Never for HTTP/1.0.
    package private(set) var keepsAlive = true

    package init(startLine: ArraySlice<UInt8>) throws(HTTPError) {
        guard let first = startLine.firstIndex(of: Self.space),
            let second = startLine[(first + 1)...].firstIndex(of: Self.space),
            !startLine[(second + 1)...].contains(Self.space)
        else { throw .malformed(.startLine) }
        guard let method = Method(bytes: startLine[..<first]) else { throw .malformed(.method) }
        version = try Version(parsing: startLine[(second + 1)...])
        let target = startLine[(first + 1)..<second]
        guard target.first == UInt8(ascii: "/"), Self.isTarget(target) else { throw .malformed(.target) }
        self.method = method
        self.target = String(decoding: target, as: UTF8.self)
    }

    private static let space: UInt8 = 0x20

    package mutating func complete() throws(HTTPError) {
        try checkHost()
        framing = try BodyFraming(headers, version: version) ?? .length(0)
        keepsAlive = version == .oneOne && !headers.list("Connection", contains: "close")
        try readExpectation()
    }

    /// Exactly one Host in 1.1, at most one in 1.0 (RFC 9112 §3.2), made of what a host and port are made of.
    private func checkHost() throws(HTTPError) {
        guard headers.contains("Host") || version == .oneOne else { return }
        let authority = ByteSet.authority
        guard let host = headers["Host"], !host.isEmpty, host.utf8.allSatisfy({ authority.contains($0) }) else {
            throw .malformed(.host)
        }
    }

    private mutating func readExpectation() throws(HTTPError) {
        guard headers.contains("Expect"), version == .oneOne else { return }
        guard let expectation = headers["Expect"],
            expectation.utf8.map(ByteSet.lowercased) == Array("100-continue".utf8)
        else { throw .unsupportedExpectation }
        expectsContinue = true
    }

    private static func isTarget(_ bytes: ArraySlice<UInt8>) -> Bool {
        let path = bytes.prefix { $0 != UInt8(ascii: "?") }
        return PercentEncoding.isEncoded(path, allowing: .path)
            && PercentEncoding.isEncoded(bytes.dropFirst(path.count + 1), allowing: .query)
    }
}
