internal import Glibc
package import Primitives

/// Turns host names into addresses, as the machine is configured to (`/etc/hosts`, `/etc/resolv.conf`).
package struct Resolver: Sendable {
    private let threads: BlockingThreads

    /// - Parameter threads: where getaddrinfo(3) may block.
    package init(threads: BlockingThreads) {
        self.threads = threads
    }

    /// The addresses of a name in the order of the system's preference (RFC 6724); an IP literal is its own address.
    ///
    /// - Throws: `.unresolvable`, `.timedOut`, `.cancelled`.
    package func addresses(of host: String, by deadline: Deadline) async throws(TransportError) -> [IPAddress] {
        if let literal = IPAddress(host) { return [literal] }
        let result = try await threads.run("resolving \(host)", by: deadline) { Self.lookUp(host) }
        return try result.get()
    }

    private static func lookUp(_ host: String) -> Result<[IPAddress], TransportError> {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else {
            let reason =
                unsafe code == EAI_SYSTEM ? SystemError.text(of: SystemError.last) : String(cString: gai_strerror(code))
            return .failure(.unresolvable(host: host, reason: reason))
        }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            if let address = unsafe address(of: entry.pointee), !addresses.contains(address) {
                addresses.append(address)
            }
            unsafe next = entry.pointee.ai_next
        }
        return addresses.isEmpty ? .failure(.unresolvable(host: host, reason: "no address")) : .success(addresses)
    }

    private static func address(of entry: addrinfo) -> IPAddress? {
        guard let source = unsafe entry.ai_addr, unsafe Int(entry.ai_addrlen) <= MemoryLayout<sockaddr_storage>.size
        else { return nil }
        var storage = sockaddr_storage()
        unsafe withUnsafeMutableBytes(of: &storage) {
            unsafe $0.copyMemory(from: UnsafeRawBufferPointer(start: source, count: Int(entry.ai_addrlen)))
        }
        return SocketAddress(storage)?.address
    }
}
