package import Primitives

/// A forward proxy (RFC 9110 §3.7): it is told the host, resolves its name and connects to it.
package struct Proxy: Hashable, Sendable {
    /// A DNS name in lower case or an address, without brackets.
    package let host: String
    package let port: Int
    /// The value of Proxy-Authorization, if the proxy's address came with a user name.
    package let authorization: Secret?

    /// `http://[USER:PASSWORD@]HOST[:PORT]`; the scheme may be left out, and the port is then 80. A user name and
    /// password are percent-encoded where they must be, and sent by the Basic scheme (RFC 7617).
    ///
    /// - Throws: `ProxyProblem` for anything else, also for `https://` and `socks5://`.
    package init(parsing text: String) throws(ProxyProblem) {
        let address = try Self.withoutScheme(text)
        let end = address.utf8.firstIndex { "/?#".utf8.contains($0) } ?? address.endIndex
        guard ["", "/"].contains(address[end...]) else { throw .path }
        let authority = address[..<end]
        let separator = authority.utf8.lastIndex(of: UInt8(ascii: "@"))
        do throws(HTTPError) {
            let host = separator.map { authority[authority.index(after: $0)...] } ?? authority
            let url = try URL(parsing: "http://\(host)")
            (self.host, port) = (url.host, url.port)
        } catch {
            throw .address
        }
        authorization = try separator.map { index throws(ProxyProblem) in try Self.basic(authority[..<index]) }
    }

    /// `host:port`; IPv6 in brackets.
    package var authority: String { "\(host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host):\(port)" }

    private static func withoutScheme(_ text: String) throws(ProxyProblem) -> Substring {
        guard let range = text.utf8.firstRange(of: "://".utf8) else { return text[...] }
        guard text[..<range.lowerBound].lowercased() == "http" else { throw .scheme }
        return text[range.upperBound...]
    }

    private static func basic(_ userInformation: Substring) throws(ProxyProblem) -> Secret {
        let parts = userInformation.utf8.split(
            separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = PercentEncoding.decode(parts[0]), !name.isEmpty, !name.utf8.contains(UInt8(ascii: ":")),
            let password = parts.count == 2 ? PercentEncoding.decode(parts[1]) : ""
        else { throw .userInformation }
        return Secret("Basic \(Base64.encode(Array("\(name):\(password)".utf8)))")
    }
}

/// Why a text is not the address of a proxy. The text is not repeated: it may hold a password.
package enum ProxyProblem: String, Error, Hashable, Sendable, CustomStringConvertible {
    case scheme = "only http:// proxies are known (TLS to the registry goes through them)"
    case userInformation = "what stands before the @ is not a percent-encoded user name and password"
    case address = "it is not a host with an optional port"
    case path = "it has a path"

    package var description: String { rawValue }
}
