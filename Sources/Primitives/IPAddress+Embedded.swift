extension IPAddress {
    /// The IPv4 addresses that a packet to this IPv6 address may come to: none for an IPv4 address.
    ///
    /// Whoever is refused an IPv4 address must not reach it by its other names: IPv4-mapped and IPv4-compatible
    /// (RFC 4291 §2.5.5), IPv4-translated (RFC 2765 §2.1), NAT64 with the well-known and the local prefixes (RFC 6052
    /// §2.2, RFC 8215), 6to4 (RFC 3056 §2), Teredo's server and client (RFC 4380 §4) and ISATAP (RFC 5214 §6.1). A
    /// network's own NAT64 prefix cannot be told from other addresses.
    package var embeddedIPv4: [IPAddress] {
        guard isIPv6 else { return [] }
        var found = isatap + nat64
        // `::` and `::1` are themselves.
        if isZero(0..<8), !isZero(0..<15), [[0, 0, 0, 0], [0, 0, 0xFF, 0xFF], [0xFF, 0xFF, 0, 0]].contains(slice(8)) {
            found.append(slice(12))
        }
        if begins(with: [0x20, 0x02]) { found.append(slice(2)) }
        if begins(with: [0x20, 0x01, 0, 0]) { found += [slice(4), slice(12).map(~)] }
        return found.compactMap(IPAddress.init(bytes:))
    }

    private var isatap: [[UInt8]] {
        [[0, 0, 0x5E, 0xFE], [2, 0, 0x5E, 0xFE]].contains(slice(8)) ? [slice(12)] : []
    }

    /// With a local prefix its length is not known, so that there are several places; byte 8 is always left out.
    private var nat64: [[UInt8]] {
        if begins(with: [0, 0x64, 0xFF, 0x9B]), isZero(4..<12) { return [slice(12)] }
        guard begins(with: [0, 0x64, 0xFF, 0x9B, 0, 1]) else { return [] }
        return [[6, 7, 9, 10], [7, 9, 10, 11], [9, 10, 11, 12], [12, 13, 14, 15]].map { $0.map { bytes[$0] } }
    }

    private func begins(with prefix: [UInt8]) -> Bool { bytes.starts(with: prefix) }

    private func isZero(_ range: Range<Int>) -> Bool { bytes[range].allSatisfy { $0 == 0 } }

    private func slice(_ start: Int) -> [UInt8] { Array(bytes[start..<start + 4]) }
}
