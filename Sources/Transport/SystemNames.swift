internal import Glibc
internal import Primitives

/// The system's own way to look up names.
enum SystemNames {
    /// Asks getaddrinfo(3), which blocks.
    static let lookUp: @Sendable (String) -> Result<[IPAddress], LookUpFailure> = { host in
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else { return .failure(failure(code, host)) }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            if let address = unsafe address(of: entry.pointee), !addresses.contains(address) {
                addresses.append(address)
            }
            unsafe next = entry.pointee.ai_next
        }
        guard addresses.isEmpty else { return .success(addresses) }
        return .failure(
            LookUpFailure(error: .unresolvable(host: host, reason: "no address"), isTemporary: false))
    }

    private static func failure(_ code: Int32, _ host: String) -> LookUpFailure {
        let reason =
            unsafe code == EAI_SYSTEM ? SystemError.text(of: SystemError.last) : String(cString: gai_strerror(code))
        return LookUpFailure(
            error: .unresolvable(host: host, reason: reason),
            isTemporary: [EAI_AGAIN, EAI_FAIL, EAI_SYSTEM].contains(code))
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
