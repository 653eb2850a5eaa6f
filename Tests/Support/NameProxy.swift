import Foundation
import Synchronization

/// A proxy for CONNECT on a port of 127.0.0.1 that leads names, which nobody else can resolve, to places of its own.
///
/// It stands for the network behind a company's proxy: whatever is not in its table it answers with 502.
package final class NameProxy: Sendable {
    /// `127.0.0.1:PORT`.
    package let address: String

    private let socket: Int32
    private let places: [String: UInt16]
    private let targets = Mutex<[String]>([])

    /// - Parameter places: ports of 127.0.0.1, by `host:port` as clients ask for it.
    package init(_ places: [String: UInt16]) throws {
        self.places = places
        (socket, address) = try Self.listen()
        let listener = socket
        Thread.detachNewThread { [weak self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                guard let self else { return Self.end(client) }
                Thread.detachNewThread { self.serve(client) }
            }
        }
    }

    deinit {
        Self.end(socket)
    }

    /// What was asked for, in order, as `host:port`.
    package var requests: [String] { targets.withLock { $0 } }

    private func serve(_ client: Int32) {
        defer { Self.end(client) }
        guard let target = Self.readTarget(from: client) else { return }
        targets.withLock { $0.append(target) }
        guard let port = places[target], let server = Self.connect(to: port) else {
            Self.write(Array("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n".utf8), to: client)
            return
        }
        defer { Self.end(server) }
        Self.write(Array("HTTP/1.1 200 OK\r\n\r\n".utf8), to: client)
        Self.relay(client, server)
    }

    /// The target of a CONNECT, whose head is read to its end.
    private static func readTarget(from client: Int32) -> String? {
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            var byte: UInt8 = 0
            guard read(client, &byte, 1) == 1, head.count < 8192 else { return nil }
            head.append(byte)
        }
        let words = String(decoding: head, as: UTF8.self).split(separator: " ")
        return words.first == "CONNECT" && words.count > 2 ? String(words[1]) : nil
    }

    /// Closes a connection, also for a program that was started meanwhile and holds it, too.
    private static func end(_ socket: Int32) {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }

    /// Passes bytes on in both directions until one side ends.
    private static func relay(_ first: Int32, _ second: Int32) {
        var sides = [first, second].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while poll(&sides, 2, -1) > 0 {
            for (side, other) in [(0, second), (1, first)] where sides[side].revents != 0 {
                let count = read(sides[side].fd, &buffer, buffer.count)
                guard count > 0, write(Array(buffer[..<count]), to: other) else { return }
            }
        }
    }

    @discardableResult
    private static func write(_ bytes: [UInt8], to socket: Int32) -> Bool {
        var start = 0
        while start < bytes.count {
            let count = send(socket, Array(bytes[start...]), bytes.count - start, Int32(MSG_NOSIGNAL))
            guard count > 0 else { return false }
            start += count
        }
        return true
    }

    private static func listen() throws -> (socket: Int32, address: String) {
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

    private static func connect(to port: UInt16) -> Int32? {
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
