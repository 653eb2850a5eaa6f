/// The address of a resource that is asked for over HTTP (RFC 9110 §4.2, RFC 3986).
///
/// One reading for everyone: no user information, no fragment, no second spelling of a host. Two URLs of one origin
/// have equal `origin`s.
package struct URL: Hashable, Sendable, CustomStringConvertible {
    package enum Scheme: String, Hashable, Sendable {
        case http, https

        /// 80 or 443.
        package var defaultPort: Int { self == .https ? 443 : 80 }
    }

    /// What credentials belong to (RFC 9110 §4.3.1).
    package struct Origin: Hashable, Sendable {
        package let scheme: Scheme
        package let host: String
        package let port: Int
    }

    package let scheme: Scheme
    /// A DNS name in lower case, an IPv4 address, or an IPv6 address in its shortest form without
    /// its brackets.
    package let host: String
    /// 1 to 65535, the scheme's default if the text had none.
    package let port: Int
    /// Begins with a slash; percent-encoded.
    package let path: String
    /// What follows the question mark, percent-encoded; nil without question mark.
    package let query: String?

    /// Reads an absolute URL.
    ///
    /// Refuses other schemes, user information, a fragment, a host that is neither a DNS name of at most 253
    /// characters nor a four-part IPv4 nor a bracketed IPv6 address (`0x7f.1` and `2130706433` are neither), an empty
    /// port, one with a leading zero or above 65535, and every character that RFC 3986 wants percent-encoded.
    package init(parsing text: some StringProtocol) throws(HTTPError) {
        var parser = try URLParser(text)
        scheme = try parser.scheme()
        (host, port) = try parser.authority(defaultPort: scheme.defaultPort)
        (path, query) = try parser.pathAndQuery()
    }

    private init(origin: Origin, path: String, query: String?) {
        (scheme, host, port) = (origin.scheme, origin.host, origin.port)
        self.path = path
        self.query = query
    }

    package var origin: Origin { Origin(scheme: scheme, host: host, port: port) }

    /// The host with its port unless that is the scheme's default; IPv6 in brackets. The value of a Host field.
    package var authority: String { origin.authority }

    /// Path and query as they stand in a request line (RFC 9112 §3.2.1).
    package var target: String { query.map { "\(path)?\($0)" } ?? path }

    package var description: String { "\(scheme.rawValue)://\(authority)\(target)" }

    /// What a reference, such as a Location, means when it stands in an answer from this URL (RFC 3986 §5.2).
    ///
    /// A fragment is dropped (RFC 9110 §10.2.2); everything else is refused as by `init(parsing:)`.
    package func resolving(_ reference: String) throws(HTTPError) -> URL {
        let bytes = reference.utf8.prefix { $0 != UInt8(ascii: "#") }
        let text = Substring(bytes)
        if bytes.starts(with: "//".utf8) { return try URL(parsing: "\(scheme.rawValue):\(text)") }
        if Self.hasScheme(bytes) { return try URL(parsing: text) }
        guard !bytes.isEmpty else { return self }
        var parser = try URLParser(text)
        let (referencePath, referenceQuery) = try parser.pathAndQuery()
        if bytes.first == UInt8(ascii: "?") { return URL(origin: origin, path: path, query: referenceQuery) }
        let merged = bytes.first == UInt8(ascii: "/") ? referencePath : directory + referencePath.dropFirst()
        return URL(origin: origin, path: DotSegments.removed(from: merged), query: referenceQuery)
    }

    /// The URL of something below this one: the path is put behind this one's with one slash between them, every
    /// character that may not stand in a path is percent-encoded (a percent sign and a question mark too), and the
    /// query is dropped. Dot segments are kept: check names before they become paths.
    package func appending(path suffix: String) -> URL {
        let base = path.utf8.last == UInt8(ascii: "/") ? String(path.dropLast()) : path
        let separator = suffix.utf8.first == UInt8(ascii: "/") ? "" : "/"
        return URL(
            origin: origin, path: base + separator + PercentEncoding.encode(suffix, allowing: .path), query: nil)
    }

    /// The same resource with these pairs as its whole query, names and values percent-encoded.
    package func with(query pairs: [(String, String)]) -> URL {
        let text = pairs.map { name, value in
            PercentEncoding.encode(name, allowing: .unreserved) + "="
                + PercentEncoding.encode(value, allowing: .unreserved)
        }
        return URL(origin: origin, path: path, query: text.joined(separator: "&"))
    }

    /// The root of the same origin: `https://host/`.
    package var root: URL { URL(origin: origin, path: "/", query: nil) }

    /// The path up to and with its last slash.
    private var directory: String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[...$0]) } ?? "/"
    }

    /// Whether the text begins as `scheme:` (RFC 3986 §3.1), before any slash, question mark or other character.
    private static func hasScheme(_ bytes: Substring.UTF8View) -> Bool {
        let end = bytes.firstIndex { byte in
            byte == UInt8(ascii: ":") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?")
        }
        return end.map { bytes[$0] == UInt8(ascii: ":") } ?? false
    }
}

extension URL.Origin: CustomStringConvertible {
    /// The host with its port unless that is the scheme's default; IPv6 in brackets.
    package var authority: String {
        let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        return port == scheme.defaultPort ? name : "\(name):\(port)"
    }

    package var description: String { "\(scheme.rawValue)://\(authority)" }
}
