internal import Glibc
package import Primitives

/// An IP address with a port.
package struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
    package let address: IPAddress
    package let port: UInt16

    package init(_ address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// `127.0.0.1:8000`, `[::]:8000`; nil for names, missing ports and anything else.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits)
        else { return nil }
        var host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]") && host.count > 2
        if isBracketed { host = host.dropFirst().dropLast() }
        guard let address = IPAddress(String(host)), address.isIPv6 == isBracketed else { return nil }
        self.init(address, port: port)
    }

    package var description: String {
        address.isIPv6 ? "[\(address)]:\(port)" : "\(address):\(port)"
    }

    var family: Int32 { address.isIPv6 ? AF_INET6 : AF_INET }

    /// Calls `body` with the address as the kernel takes it.
    func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        if address.isIPv6 {
            var storage = sockaddr_in6()
            storage.sin6_family = sa_family_t(AF_INET6)
            storage.sin6_port = port.bigEndian
            unsafe withUnsafeMutableBytes(of: &storage.sin6_addr) { unsafe $0.copyBytes(from: address.bytes) }
            return unsafe Self.rebound(&storage, body)
        }
        var storage = sockaddr_in()
        storage.sin_family = sa_family_t(AF_INET)
        storage.sin_port = port.bigEndian
        unsafe withUnsafeMutableBytes(of: &storage.sin_addr) { unsafe $0.copyBytes(from: address.bytes) }
        return unsafe Self.rebound(&storage, body)
    }

    /// Reads what the kernel wrote; nil for other families than IPv4 and IPv6.
    init?(_ storage: sockaddr_storage) {
        var storage = storage
        switch Int32(storage.ss_family) {
        case AF_INET:
            let inner = unsafe withUnsafeBytes(of: &storage) { unsafe $0.loadUnaligned(as: sockaddr_in.self) }
            guard let address = IPAddress(bytes: unsafe withUnsafeBytes(of: inner.sin_addr) { unsafe Array($0) }) else {
                return nil
            }
            self.init(address, port: UInt16(bigEndian: inner.sin_port))
        case AF_INET6:
            let inner = unsafe withUnsafeBytes(of: &storage) { unsafe $0.loadUnaligned(as: sockaddr_in6.self) }
            guard let address = IPAddress(bytes: unsafe withUnsafeBytes(of: inner.sin6_addr) { unsafe Array($0) })
            else { return nil }
            self.init(address, port: UInt16(bigEndian: inner.sin6_port))
        default: return nil
        }
    }

    private static func rebound<Storage, Result>(
        _ storage: inout Storage, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        unsafe withUnsafePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<Storage>.size))
            }
        }
    }
}
