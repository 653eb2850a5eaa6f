/// What a server received: complete, bounded and well-formed.
package struct Request: Sendable {
    package let method: Method
    /// The path with its query, as sent (origin-form, RFC 9112 §3.2.1).
    package let target: String
    package let headers: Headers
    package let body: [UInt8]

    package init(method: Method, target: String, headers: Headers = Headers(), body: [UInt8] = []) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
    }

    /// The target before the question mark, percent-encoding left as sent: it is compared, never decoded.
    package var path: String {
        target.utf8.firstIndex(of: UInt8(ascii: "?")).map { String(target[..<$0]) } ?? target
    }

    /// The pairs of the query in order, percent-decoded; `+` is not a space. A pair without `=` has an empty value,
    /// one that does not decode to UTF-8 is left out.
    package var queryItems: [(name: String, value: String)] {
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return [] }
        return target.utf8[mark...].dropFirst().split(separator: UInt8(ascii: "&")).compactMap { pair in
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(parts[0]),
                let value = PercentEncoding.decode(parts.count == 2 ? parts[1] : parts[0].suffix(0))
            else { return nil }
            return (name, value)
        }
    }

    /// How long the caller waits, if it says so with `?timeout=10s` as the API server does (a Go duration).
    /// Nil when absent, repeated or not a positive duration.
    package var timeout: Duration? {
        let target = target.utf8.span
        guard let mark = target.indices.first(where: { target[$0] == UInt8(ascii: "?") }) else { return nil }
        let query = target.extracting(droppingFirst: mark + 1)
        // As the API server writes it; anything else is looked at pair by pair.
        let name = "timeout=".utf8.span
        if query.count > name.count, name.indices.allSatisfy({ query[$0] == name[$0] }),
            query.indices.allSatisfy({ query[$0] != UInt8(ascii: "&") && query[$0] != UInt8(ascii: "%") })
        {
            return Self.patience(query.extracting(droppingFirst: name.count))
        }
        let values = queryItems.filter { $0.name == "timeout" }
        return values.count == 1 ? Self.patience(values[0].value.utf8.span) : nil
    }

    private static func patience(_ text: Span<UInt8>) -> Duration? {
        GoDuration.parse(text).flatMap { $0 > .zero ? $0 : nil }
    }
}
