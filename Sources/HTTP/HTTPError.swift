package import Transport

/// Why an exchange of messages failed. No case ever holds a credential or a body.
package enum HTTPError: Error, Hashable, Sendable {
    /// The peer broke the grammar of HTTP/1.1 or of this house's strict reading of it.
    case malformed(MessageFault)
    /// The peer speaks another version than 1.0 and 1.1.
    case unsupportedVersion
    /// The body is coded otherwise than `chunked`.
    case unsupportedTransferCoding
    /// An `Expect` other than `100-continue`.
    case unsupportedExpectation
    /// The start line and fields exceed `Limits.headBytes` or `Limits.headFields`.
    case headTooLarge
    /// The body exceeds the bytes that its reader asked for.
    case bodyTooLarge(limit: Int)
    /// The peer closed the connection in the middle of a message.
    case truncated
    /// A field that the house was about to send would have broken out of its line.
    case illegalField(name: String)

    /// A text that should be the address of a resource is not.
    case invalidURL(URLFault)
    /// Plain HTTP to a host for which the operator has not allowed it.
    case plainTextRefused(authority: String)
    /// The server sent us somewhere we do not go.
    case redirectRefused(from: String, RedirectFault)

    /// The host has an address that is never asked, whoever names it.
    case addressRefused(authority: String, reason: String)
    /// The deadline passed.
    case timedOut(authority: String, ExchangePhase)
    /// Whoever asked does not want the answer any more.
    case cancelled
    /// The connection to the server could not be made or broke.
    case connectionFailed(authority: String, TransportError)
    /// The proxy between did not do its part.
    indirect case proxyFailed(proxy: String, authority: String, ProxyFault)
    /// The server answered with something that cannot be read; the reason is one of the cases above.
    indirect case unusableAnswer(authority: String, HTTPError)
}

/// What is wrong with a message.
package enum MessageFault: String, Hashable, Sendable {
    case startLine = "the start line is not three parts with one space between them"
    case method = "the method is not a token"
    case target = "the target is not a path with an optional query"
    case version = "the version is not HTTP/ and two digits"
    case statusCode = "the status is not three digits from 100 to 599"
    case bareLineFeed = "a line ends without a carriage return"
    case bareCarriageReturn = "a carriage return stands alone"
    case lineFolding = "a field goes on in the next line"
    case fieldName = "a field name is not a token directly before its colon"
    case fieldValue = "a field value holds a control character"
    case host = "there is not exactly one Host field with a host in it"
    case contentLength = "Content-Length is not exactly one decimal number"
    case transferEncoding = "Transfer-Encoding is repeated, or sent with HTTP/1.0"
    case ambiguousLength = "Content-Length and Transfer-Encoding are both present"
    case chunkSize = "the size of a chunk is not a hexadecimal number in bounds"
    case chunkEnd = "a chunk does not end where its size says"
    case trailers = "the trailers are too long"
    case interimResponses = "too many interim responses"
}

/// What is wrong with a text that should be a URL. The text itself is not repeated: it may hold a password.
package enum URLFault: String, Hashable, Sendable {
    case scheme = "it does not begin with http:// or https://"
    case userInformation = "it holds a user name or password"
    case host = "its host is neither a DNS name nor an IP address"
    case port = "its port is not a number from 1 to 65535"
    case path = "its path holds a character that must be percent-encoded"
    case query = "its query holds a character that must be percent-encoded"
    case fragment = "it holds a fragment"
    case tooLong = "it is too long"
}

/// Why a redirect is not followed.
package enum RedirectFault: Hashable, Sendable {
    case tooMany(limit: Int)
    case leavesTLS(to: String)
    case carriesBodyElsewhere(to: String)
    case invalidLocation(URLFault)
}

/// What a proxy did instead of passing a request on.
package enum ProxyFault: Hashable, Sendable {
    /// The connection to it could not be made or broke.
    case unreachable(TransportError)
    /// It answered with this status.
    case refused(Status)
    /// It speaks SOCKS, and said no or nothing of use.
    case socks(SOCKSFault)
    /// It answered with something that cannot be read.
    case unusable(HTTPError)
}

/// What a client was doing when its time was up.
package enum ExchangePhase: String, Hashable, Sendable {
    case waiting = "waiting for a free connection"
    case connecting = "connecting"
    case sending = "sending the request"
    case receiving = "waiting for the answer"
}

extension HTTPError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformed(let fault): "the message is malformed: \(fault.rawValue)"
        case .unsupportedVersion: "the version of HTTP is not 1.0 or 1.1"
        case .unsupportedTransferCoding: "the only transfer coding understood is chunked"
        case .unsupportedExpectation: "the only expectation understood is 100-continue"
        case .headTooLarge: "the head of the message is too large"
        case .bodyTooLarge(let limit): "the body is larger than \(limit) bytes"
        case .truncated: "the connection was closed in the middle of a message"
        case .illegalField(let name): "the value for the field \(name) cannot be sent: it holds a control character"
        case .invalidURL(let fault): "not a usable URL: \(fault.rawValue)"
        case .plainTextRefused(let authority):
            "\(authority) would be asked without TLS; allow it with --insecure-registry \(authority)"
        case .redirectRefused(let origin, let fault): "the redirect from \(origin) is not followed: \(fault)"
        case .addressRefused(let authority, let reason): "\(authority) may not be asked: \(reason)"
        case .timedOut(let authority, let phase): "the time was up while \(phase.rawValue) (\(authority))"
        case .cancelled: "nobody waits for the answer any more"
        case .connectionFailed(let authority, let error): "\(authority) could not be asked: \(error)"
        case .proxyFailed(let proxy, let authority, let fault):
            "the proxy \(proxy) does not lead to \(authority): \(fault)"
        case .unusableAnswer(let authority, let reason): "\(authority) gave an answer that cannot be used: \(reason)"
        }
    }
}

extension ProxyFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreachable(let error): "\(error)"
        case .refused(let status) where status == .proxyAuthenticationRequired || status == .unauthorized:
            "it wants another user name and password (\(status.code)); give them before its host, as USER:PASSWORD@"
        case .refused(let status): "it answered \(status)"
        case .socks(let fault): "\(fault)"
        case .unusable(let error): "\(error)"
        }
    }
}

extension RedirectFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooMany(let limit): "it would be more than \(limit) in a row"
        case .leavesTLS(let authority): "it leads from https to http (\(authority))"
        case .carriesBodyElsewhere(let authority): "it asks to send the same body to \(authority)"
        case .invalidLocation(let fault): "its Location is not a usable URL: \(fault.rawValue)"
        }
    }
}
