import Foundation

/// Plain sockets on 127.0.0.1, for peers whose rules are those of the kernel and not of the house's Transport. All of
/// these calls block.
enum LoopbackSocket {
    /// Closes a connection, also for a program that was started meanwhile and holds it, too.
    static func end(_ socket: Int32) {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }

    /// Passes bytes on in both directions until one side ends.
    static func relay(_ first: Int32, _ second: Int32) {
        var sides = [first, second].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while poll(&sides, 2, -1) > 0 {
            for (side, other) in [(0, second), (1, first)] where sides[side].revents != 0 {
                let count = read(sides[side].fd, &buffer, buffer.count)
                guard count > 0, write(Array(buffer[..<count]), to: other) else { return }
            }
        }
    }

    /// Sends all of it; false when the other side has gone.
    @discardableResult
    static func write(_ bytes: [UInt8], to socket: Int32) -> Bool {
        var start = 0
        while start < bytes.count {
            let count = send(socket, Array(bytes[start...]), bytes.count - start, Int32(MSG_NOSIGNAL))
            guard count > 0 else { return false }
            start += count
        }
        return true
    }

    /// A socket that listens on a port that the system chose, and `127.0.0.1:PORT`.
    static func listen() throws -> (socket: Int32, address: String) {
        let listener = newSocket()
        var (place, length) = (loopback(port: 0), socklen_t(MemoryLayout<sockaddr_in>.size))
        let isBound = withUnsafeMutablePointer(to: &place) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && Glibc.listen(listener, 64) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound else { throw CocoaError(.fileWriteUnknown) }
        return (listener, "127.0.0.1:\(UInt16(bigEndian: place.sin_port))")
    }

    /// A connection to a port; nil where nobody listens.
    static func connect(to port: UInt16) -> Int32? {
        let server = newSocket()
        var place = loopback(port: port)
        let isConnected = withUnsafePointer(to: &place) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        if !isConnected { close(server) }
        return isConnected ? server : nil
    }

    private static func newSocket() -> Int32 {
        Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = port.bigEndian
        place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return place
    }
}
