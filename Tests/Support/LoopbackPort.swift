import Foundation

/// Ports of 127.0.0.1 for programs that cannot be told "any port" and report which one they got.
package enum LoopbackPort {
    /// A port that nobody listened on a moment ago. Another program may still take it before its user does.
    package static func free() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw lastError() }
        defer { close(descriptor) }
        var address = address(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 ? getsockname(descriptor, generic, &length) : -1
            }
        }
        guard result == 0 else { throw lastError() }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// Starts a server on a free port, and on another one if somebody took the first in between.
    package static func withRetries<Server>(
        _ attempts: Int = 5, start: (_ port: Int) async throws -> Server
    ) async throws -> Server {
        for _ in 1..<attempts {
            do {
                return try await start(free())
            } catch ToolError.notReady(_, let log) where log.lowercased().contains("address already in use") {
                continue
            }
        }
        return try await start(free())
    }

    /// Whether somebody listens, for programs that do not say when they do.
    static func isOpen(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = address(port: port)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                connect(descriptor, generic, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static func address(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = UInt16(clamping: port).bigEndian
        return address
    }

    private static func lastError() -> POSIXError {
        POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
}
