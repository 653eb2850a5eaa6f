/// How a reader knows where a body ends (RFC 9112 §6.3).
package enum BodyFraming: Hashable, Sendable {
    /// After that many bytes; 0 for a message without body.
    case length(Int)
    /// After the last chunk and its trailers.
    case chunked
    /// When the connection does. Responses only.
    case untilClose

    /// What the fields say; nil if they say nothing.
    ///
    /// Two answers to one question are how requests are smuggled, so none of RFC 9112's rules of precedence is used:
    /// Content-Length beside Transfer-Encoding, either of them twice (equal values too), a length that is not plain
    /// digits, and any coding but exactly `chunked` are refused, as is Transfer-Encoding in HTTP/1.0.
    init?(_ headers: Headers, version: Version) throws(HTTPError) {
        switch (headers.contains("Content-Length"), headers.contains("Transfer-Encoding")) {
        case (false, false): return nil
        case (true, true): throw .malformed(.ambiguousLength)
        case (true, false): self = .length(try Self.length(headers["Content-Length"]))
        case (false, true):
            guard version == .oneOne, let coding = headers["Transfer-Encoding"] else {
                throw .malformed(.transferEncoding)
            }
            guard coding.utf8.map(ByteSet.lowercased) == Array("chunked".utf8) else { throw .unsupportedTransferCoding }
            self = .chunked
        }
    }

    private static func length(_ value: String?) throws(HTTPError) -> Int {
        guard let value, !value.isEmpty, value.utf8.allSatisfy(ByteSet.isDigit), let length = Int(value) else {
            throw .malformed(.contentLength)
        }
        return length
    }
}
