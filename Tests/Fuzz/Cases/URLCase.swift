import HTTP

/// URLs, and references that are resolved against one, as a Location is.
enum URLCase {
    static func check(_ input: [UInt8]) throws(BrokenPromise) {
        let lines = input.split(separator: 0x0A, maxSplits: 1).map { String(decoding: $0, as: UTF8.self) }
        guard let url = lines.first.flatMap(parse) else { return }
        try check(url)
        guard lines.count > 1, let target = accepted({ try url.resolving(lines[1]) }) else { return }
        try check(target)
        // A path alone is resolved by segments; a whole URL is taken as it is.
        guard lines[1].hasPrefix("/"), !lines[1].hasPrefix("//") else { return }
        let parts = target.path.split(separator: "/")
        try promise(parts.allSatisfy { $0 != "." && $0 != ".." }, "the path climbs: \(target)")
    }

    private static func parse(_ text: String) -> URL? { accepted { try URL(parsing: text) } }

    private static func check(_ url: URL) throws(BrokenPromise) {
        try promise(parse(url.description) == url, "\(url) is read as something else")
        // The target goes into a request line.
        try promise(url.target.utf8.first == UInt8(ascii: "/"), "the target has no path: \(url)")
        try promise(url.target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "the target breaks a line: \(url)")
        try promise(url.authority.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "the host breaks a line: \(url)")
        try promise((0...65535).contains(url.port), "the port is none: \(url)")
    }
}
