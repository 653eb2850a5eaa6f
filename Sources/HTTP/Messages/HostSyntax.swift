internal import Primitives

/// What a host may look like.
package enum HostSyntax {
    /// The one spelling of a host: a DNS name in lower case, or an address in its shortest form; nil for anything
    /// else. `bracketed` hosts are IPv6 (RFC 3986 §3.2.2), the others are not.
    package static func canonical(_ text: String, bracketed: Bool) -> String? {
        if let address = IPAddress(text) { return address.isIPv6 == bracketed ? address.description : nil }
        return !bracketed && isName(text) ? text : nil
    }

    /// Labels of 1 to 63 letters, digits, hyphens and underscores, at most 253 characters together, no dot at the end.
    ///
    /// A name whose last label is a number is refused, because resolvers read `127.1` and `0x7f000001` as addresses
    /// (WHATWG URL, "ends in a number").
    private static func isName(_ text: String) -> Bool {
        let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard text.utf8.count <= 253, let last = labels.last, !isNumber(last) else { return false }
        let allowed = ByteSet.hostName
        return labels.allSatisfy { (1...63).contains($0.count) && $0.allSatisfy(allowed.contains) }
    }

    private static func isNumber(_ label: Substring.UTF8View) -> Bool {
        label.allSatisfy(ByteSet.isDigit) || label.starts(with: "0x".utf8)
    }
}
