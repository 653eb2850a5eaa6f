/// A range of IP addresses that begin with the same bits (RFC 4632 §3.1, RFC 4291 §2.3).
package struct IPNetwork: Hashable, Sendable, CustomStringConvertible {
    private let address: IPAddress
    private let prefixLength: Int

    /// `10.0.0.0/8`, `fd00::/8`; an address without a length is a range of its own. Bits behind the prefix do not
    /// count. Nil for everything else, also for a length with a sign or a leading zero.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(String(first)) else { return nil }
        let bits = address.bytes.count * 8
        guard let length = parts.count == 1 ? bits : Self.number(parts[1]), length <= bits else { return nil }
        self.address = address
        prefixLength = length
    }

    /// Whether an address lies in the range. An IPv4 address never lies in a range of IPv6, nor the other way round.
    package func contains(_ other: IPAddress) -> Bool {
        guard other.isIPv6 == address.isIPv6 else { return false }
        let whole = prefixLength / 8
        guard other.bytes.prefix(whole) == address.bytes.prefix(whole) else { return false }
        let rest = prefixLength % 8
        return rest == 0 || (other.bytes[whole] ^ address.bytes[whole]) >> (8 - UInt8(rest)) == 0
    }

    /// `10.0.0.0/8`.
    package var description: String { "\(address)/\(prefixLength)" }

    private static func number(_ digits: Substring) -> Int? {
        guard (1...3).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            digits.utf8.count == 1 || digits.utf8.first != 0x30
        else { return nil }
        return Int(digits)
    }
}
