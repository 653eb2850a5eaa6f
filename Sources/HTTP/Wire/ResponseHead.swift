/// The head of a response (RFC 9112 §4).
package struct ResponseHead: MessageHead {
    package let status: Status
    package let version: Version
    package var headers = Headers()
    private var framing = BodyFraming.untilClose

    /// The reason phrase means nothing and is not kept; the space before it may be missing, as some servers do.
    package init(startLine: ArraySlice<UInt8>) throws(HTTPError) {
        let parts = startLine.split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2 else { throw .malformed(.startLine) }
        version = try Version(parsing: parts[0])
        guard parts[1].count == 3, parts[1].allSatisfy(ByteSet.isDigit),
            let code = Int(String(decoding: parts[1], as: UTF8.self)), let status = Status(code: code)
        else { throw .malformed(.statusCode) }
        if parts.count == 3, parts[2].contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) {
            throw .malformed(.startLine)
        }
        self.status = status
    }

    package mutating func complete() throws(HTTPError) {
        framing = try BodyFraming(headers, version: version) ?? .untilClose
    }

    /// Where the body ends when this is the answer to a request of that method: HEAD, 1xx, 204 and 304 have none
    /// whatever the fields say (RFC 9112 §6.3).
    package func framing(answering method: Method) -> BodyFraming {
        let isEmpty = method == .head || status.isInterim || status == .noContent || status == .notModified
        return isEmpty ? .length(0) : framing
    }

    /// Whether the server leaves the connection open for another request. Never for HTTP/1.0.
    package var keepsAlive: Bool {
        version == .oneOne && !headers.list("Connection", contains: "close")
    }
}
