internal import Primitives

/// A proxy: it is told the host, resolves its name and connects to it.
package struct Proxy: Hashable, Sendable {
    /// How it is spoken to.
    package enum Kind: Hashable, Sendable {
        /// Over plain HTTP (RFC 9110 §3.7, §9.3.6).
        case http
        /// Over HTTP through TLS, in which it proves its own name.
        case https
        /// By SOCKS 5 (RFC 1928), which has no TLS of its own.
        case socks5

        /// The port where none is named.
        var defaultPort: Int {
            switch self {
            case .http: 80
            case .https: 443
            case .socks5: 1080
            }
        }
    }

    /// Whom it is told that asks.
    struct Account: Hashable, Sendable {
        /// Never empty.
        let name: String
        let password: Secret
    }

    package let kind: Kind
    /// A DNS name in lower case or an address, without brackets.
    package let host: String
    package let port: Int
    let account: Account?

    /// `[SCHEME://][USER:PASSWORD@]HOST[:PORT]`; the scheme is `http` if it is left out, `https`, `socks5`, or `socks5h`,
    /// which is the same: names are always resolved by the proxy. The port is then 80, 443 or 1080. A user name and
    /// password are percent-encoded where they must be.
    ///
    /// - Throws: `ProxyProblem` for anything else.
    package init(parsing text: String) throws(ProxyProblem) {
        let (kind, address) = try Self.withoutScheme(text)
        let end = address.utf8.firstIndex { "/?#".utf8.contains($0) } ?? address.endIndex
        guard ["", "/"].contains(address[end...]) else { throw .path }
        let authority = address[..<end]
        let separator = authority.utf8.lastIndex(of: UInt8(ascii: "@"))
        self.kind = kind
        (host, port) = try Self.place(
            separator.map { authority[authority.index(after: $0)...] } ?? authority, defaultPort: kind.defaultPort)
        account = try separator.map { index throws(ProxyProblem) in try Self.account(authority[..<index], for: kind) }
    }

    /// `host:port`; IPv6 in brackets.
    package var authority: String { "\(host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host):\(port)" }

    /// Whether it passes on requests, and not only bytes: a request without TLS is then told it as a whole.
    var readsRequests: Bool { kind != .socks5 }

    /// The value of Proxy-Authorization, by the Basic scheme (RFC 7617); nil without an account.
    var authorization: Secret? {
        account.map { Secret("Basic \(Base64.encode(Array("\($0.name):".utf8) + $0.password.revealBytes()))") }
    }

    private static func withoutScheme(_ text: String) throws(ProxyProblem) -> (Kind, Substring) {
        guard let range = text.utf8.firstRange(of: "://".utf8) else { return (.http, text[...]) }
        let kind: Kind? =
            switch text[..<range.lowerBound].lowercased() {
            case "http": .http
            case "https": .https
            case "socks5", "socks5h": .socks5
            default: nil
            }
        guard let kind else { throw .scheme }
        return (kind, text[range.upperBound...])
    }

    private static func place(
        _ authority: Substring, defaultPort: Int
    ) throws(ProxyProblem) -> (host: String, port: Int) {
        do throws(HTTPError) {
            var parser = try URLParser(authority)
            return try parser.authority(defaultPort: defaultPort)
        } catch {
            throw .address
        }
    }

    /// A name with a colon cannot be sent by Basic (RFC 7617 §2), and SOCKS has one byte for the length of each
    /// (RFC 1929 §2).
    private static func account(_ userInformation: Substring, for kind: Kind) throws(ProxyProblem) -> Account {
        let parts = userInformation.utf8.split(
            separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = PercentEncoding.decode(parts[0]), !name.isEmpty,
            let password = parts.count == 2 ? PercentEncoding.decode(parts[1]) : ""
        else { throw .userInformation }
        let isSendable =
            kind == .socks5 ? max(name.utf8.count, password.utf8.count) <= 255 : !name.utf8.contains(UInt8(ascii: ":"))
        guard isSendable else { throw .userInformation }
        return Account(name: name, password: Secret(password))
    }
}

/// Why a text is not the address of a proxy. The text is not repeated: it may hold a password.
package enum ProxyProblem: String, Error, Hashable, Sendable, CustomStringConvertible {
    case scheme = "only http://, https:// and socks5:// proxies are known"
    case userInformation = "what stands before the @ is not a percent-encoded user name and password that can be sent"
    case address = "it is not a host with an optional port"
    case path = "it has a path"

    package var description: String { rawValue }
}
