private import Primitives

/// Takes a URL apart from left to right, each part strictly.
struct URLParser {
    private var rest: ArraySlice<UInt8>

    /// Refuses a text longer than a head could carry.
    init(_ text: some StringProtocol) throws(HTTPError) {
        rest = Array(text.utf8)[...]
        guard rest.count <= Limits.urlBytes else { throw .invalidURL(.tooLong) }
    }

    /// `http://` or `https://`, in any case.
    mutating func scheme() throws(HTTPError) -> URL.Scheme {
        for scheme in [URL.Scheme.https, .http] {
            let prefix = Array("\(scheme.rawValue)://".utf8)
            if rest.prefix(prefix.count).map(ByteSet.lowercased) == prefix {
                rest = rest.dropFirst(prefix.count)
                return scheme
            }
        }
        throw .invalidURL(.scheme)
    }

    /// Host and port, up to the first `/`, `?` or `#`.
    mutating func authority(defaultPort: Int) throws(HTTPError) -> (host: String, port: Int) {
        let authority = rest.prefix { !"/?#".utf8.contains($0) }
        rest = rest.dropFirst(authority.count)
        guard !authority.contains(UInt8(ascii: "@")) else { throw .invalidURL(.userInformation) }
        let end = Self.endOfHost(authority)
        let port = authority[end...]
        return (
            try Self.host(authority[..<end]),
            port.isEmpty ? defaultPort : try Self.port(port.dropFirst())
        )
    }

    /// What is left, as a path that begins with a slash (one is put in front if it has none) and a query.
    mutating func pathAndQuery() throws(HTTPError) -> (path: String, query: String?) {
        guard !rest.contains(UInt8(ascii: "#")) else { throw .invalidURL(.fragment) }
        let path = rest.prefix { $0 != UInt8(ascii: "?") }
        let query = rest.dropFirst(path.count)
        guard PercentEncoding.isEncoded(path, allowing: .path) else { throw .invalidURL(.path) }
        guard PercentEncoding.isEncoded(query.dropFirst(), allowing: .query) else { throw .invalidURL(.query) }
        let slash = path.first == UInt8(ascii: "/") ? "" : "/"
        return (
            slash + String(decoding: path, as: UTF8.self),
            query.isEmpty ? nil : String(decoding: query.dropFirst(), as: UTF8.self)
        )
    }

    /// Behind the closing bracket of an IPv6 address, else at the first colon.
    private static func endOfHost(_ authority: ArraySlice<UInt8>) -> Int {
        if authority.first == UInt8(ascii: "["), let bracket = authority.firstIndex(of: UInt8(ascii: "]")) {
            return bracket + 1
        }
        return authority.firstIndex(of: UInt8(ascii: ":")) ?? authority.endIndex
    }

    private static func host(_ bytes: ArraySlice<UInt8>) throws(HTTPError) -> String {
        let bracketed = bytes.first == UInt8(ascii: "[") && bytes.last == UInt8(ascii: "]")
        let name = bracketed ? bytes.dropFirst().dropLast() : bytes
        let text = String(decoding: name.map(ByteSet.lowercased), as: UTF8.self)
        guard let host = HostSyntax.canonical(text, bracketed: bracketed) else { throw .invalidURL(.host) }
        return host
    }

    /// The digits behind a colon; what does not begin with a colon fails here as well, for its missing digits.
    private static func port(_ digits: ArraySlice<UInt8>) throws(HTTPError) -> Int {
        guard (1...5).contains(digits.count), digits.allSatisfy(ByteSet.isDigit), digits.first != UInt8(ascii: "0"),
            let port = Int(String(decoding: digits, as: UTF8.self)), port <= 65_535
        else { throw .invalidURL(.port) }
        return port
    }
}
