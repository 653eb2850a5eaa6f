/// What a request asks for: a token, compared with its case (RFC 9110 §9.1).
package struct Method: Hashable, Sendable, CustomStringConvertible {
    /// The token as it stands in the request line.
    package let rawValue: String

    /// Refuses (nil) anything but a token of 1 to 32 characters.
    package init?(_ token: some StringProtocol) {
        self.init(bytes: token.utf8)
    }

    init?(bytes: some Collection<UInt8>) {
        let token = ByteSet.token
        guard (1...32).contains(bytes.count), bytes.allSatisfy({ token.contains($0) }) else { return nil }
        rawValue = String(decoding: bytes, as: UTF8.self)
    }

    private init(known: String) {
        rawValue = known
    }

    package static let get = Method(known: "GET")
    package static let head = Method(known: "HEAD")
    package static let post = Method(known: "POST")
    package static let put = Method(known: "PUT")
    package static let patch = Method(known: "PATCH")
    package static let delete = Method(known: "DELETE")

    /// Whether asking changes nothing, so that a request lost on a stale connection may be sent again
    /// (RFC 9110 §9.2.1; only the two methods that this house sends).
    package var isSafe: Bool { self == .get || self == .head }

    package var description: String { rawValue }
}
