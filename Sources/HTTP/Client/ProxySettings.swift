internal import Primitives

/// Which requests go through which proxy, as the usual variables tell it (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`).
///
/// They are read as Go programs read them, the kubelet and containerd among them, so that the same values do.
package struct ProxySettings: Sendable {
    private let secure: Proxy?
    private let plain: Proxy?
    private let exceptions: [Exception]

    private enum Exception: Sendable {
        case all
        case network(IPNetwork)
        case address(IPAddress, port: Int?)
        /// The end of a name with the dot before it; whether the name without that dot is meant, too.
        case name(suffix: String, includesApex: Bool, port: Int?)
    }

    /// - Parameters:
    ///   - secure: for https; nil or empty for none.
    ///   - plain: for http.
    ///   - exceptions: what is asked directly, separated by commas: `*`; an address or range; a name, which also stands
    ///     for all names below it; `.name` or `*.name`, which stands for these only; each but ranges with an optional
    ///     port. An entry that is none of these is left out, as everywhere.
    package init(secure: String?, plain: String?, exceptions: String?) throws(ProxyProblem) {
        self.secure = try Self.proxy(secure)
        self.plain = try Self.proxy(plain)
        // White space around an entry is not part of it; one with white space inside is none.
        let entries = (exceptions ?? "").split(separator: ",").map { $0.split(whereSeparator: \.isWhitespace) }
        self.exceptions = entries.compactMap { $0.count == 1 ? Self.exception($0[0].lowercased()) : nil }
    }

    /// The proxy for requests to an origin; nil for those that are sent directly, which are always those to `localhost`
    /// and loopback addresses.
    package func proxy(for origin: URL.Origin) -> Proxy? {
        guard let proxy = origin.scheme == .https ? secure : plain else { return nil }
        let address = IPAddress(origin.host)
        if origin.host == "localhost" || address.map(Self.isLoopback) == true { return nil }
        return exceptions.contains { Self.matches($0, origin, address) } ? nil : proxy
    }

    private static func proxy(_ text: String?) throws(ProxyProblem) -> Proxy? {
        guard let text, !text.isEmpty else { return nil }
        return try Proxy(parsing: text)
    }

    private static func exception(_ entry: String) -> Exception? {
        if entry == "*" { return .all }
        if let address = IPAddress(entry) { return .address(address, port: nil) }
        if entry.utf8.contains(UInt8(ascii: "/")) { return IPNetwork(entry).map { .network($0) } }
        var (name, port) = (entry, Int?.none)
        if !entry.hasSuffix("]"), let colon = entry.utf8.lastIndex(of: UInt8(ascii: ":")) {
            let number = entry[entry.index(after: colon)...]
            guard number.isEmpty || UInt16(number) != nil else { return nil }
            (name, port) = (String(entry[..<colon]), Int(number))
        }
        if name.hasPrefix("["), name.hasSuffix("]") { name = String(name.dropFirst().dropLast()) }
        if let address = IPAddress(name) { return .address(address, port: port) }
        if name.hasPrefix("*.") { name.removeFirst() }
        guard !name.isEmpty, name != "." else { return nil }
        let isBelow = name.hasPrefix(".")
        return .name(suffix: isBelow ? name : ".\(name)", includesApex: !isBelow, port: port)
    }

    private static func matches(_ exception: Exception, _ origin: URL.Origin, _ address: IPAddress?) -> Bool {
        switch exception {
        case .all: true
        case .network(let network): address.map(network.contains) ?? false
        case .address(let own, let port): own == address && (port ?? origin.port) == origin.port
        case .name(let suffix, let includesApex, let port):
            (port ?? origin.port) == origin.port
                && (origin.host.hasSuffix(suffix) || (includesApex && ".\(origin.host)" == suffix))
        }
    }

    private static func isLoopback(_ address: IPAddress) -> Bool {
        ["127.0.0.0/8", "::1"].compactMap(IPNetwork.init).contains { network in
            ([address] + address.embeddedIPv4).contains(where: network.contains)
        }
    }
}
