internal import CLinux
internal import Glibc
internal import Primitives

/// A listening TCP socket.
package struct Listener: ~Copyable, Sendable {
    private let socket: Socket
    private let reactors: ReactorPool?
    /// Where it listens; the port is the system's choice when 0 was asked for.
    package let localAddress: SocketAddress

    /// Listens on an address; its connections are `reactor`'s too.
    ///
    /// - Throws: `.unreachable` when the address cannot be bound.
    package init(on address: SocketAddress, reactor: Reactor) throws(TransportError) {
        try self.init(on: address, reactor: reactor, sharing: nil)
    }

    /// Listens on an address; the reactors take its connections in turns.
    ///
    /// - Throws: `.unreachable` when the address cannot be bound.
    package init(on address: SocketAddress, reactors: ReactorPool) throws(TransportError) {
        try self.init(on: address, reactor: reactors.first, sharing: reactors)
    }

    private init(on address: SocketAddress, reactor: Reactor, sharing reactors: ReactorPool?) throws(TransportError) {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let number = Glibc.socket(address.family, kind, 0)
        guard number >= 0 else { throw .system(call: "socket", code: SystemError.last) }
        let descriptor = Descriptor(adopting: number)
        try Self.bind(number, to: address)
        socket = try Socket(adopting: descriptor, reactor: reactor)
        localAddress = socket.localAddress ?? address
        self.reactors = reactors
    }

    /// On whose thread it is best waited for connections.
    package var reactor: Reactor { socket.reactor }

    /// The next connection. Never fails for a reason that passes: a connection that was gone before it was taken is
    /// skipped, and while the process is out of descriptors or memory it waits a moment for others to close.
    ///
    /// - Throws: `.cancelled` when the task is, `.system` when the listening socket itself is broken.
    package func accept() async throws(TransportError) -> AcceptedConnection {
        while true {
            var storage = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let number = unsafe ostiary_accept_nonblocking(socket.number, &storage, &length)
            if number >= 0 {
                return AcceptedConnection(
                    descriptor: number, reactor: reactors?.next() ?? socket.reactor, peer: SocketAddress(storage))
            }
            try await recover(from: SystemError.last)
        }
    }

    private func recover(from code: Int32) async throws(TransportError) {
        switch code {
        case EAGAIN: try await waitForConnection()
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: try await pause()
        case EINTR, ECONNABORTED, EPROTO, EPERM, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP,
            ENETUNREACH:
            // accept(2): errors of the new connection, not of the listener.
            if Task.isCancelled { throw .cancelled }
        default: throw .system(call: "accept", code: code)
        }
    }

    private func waitForConnection() async throws(TransportError) {
        do throws(TransportError) {
            try await socket.wait(for: .read, step: "accepting", by: .after(.seconds(3600)))
        } catch .timedOut {
            return
        }
    }

    /// Retrying at once would spin: the descriptors that others hold are not free yet.
    private func pause() async throws(TransportError) {
        do { try await Task.sleep(for: .milliseconds(20)) } catch { throw .cancelled }
    }

    private static func bind(_ number: Int32, to address: SocketAddress) throws(TransportError) {
        var on: Int32 = 1
        unsafe setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        if address.address.isIPv6 {
            // `[::]` then also serves IPv4, as Go's listeners do.
            var off: Int32 = 0
            unsafe setsockopt(number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &off, socklen_t(MemoryLayout<Int32>.size))
        }
        let code = unsafe address.withSocketAddress { unsafe Glibc.bind(number, $0, $1) == 0 ? 0 : SystemError.last }
        guard code == 0 else { throw .unreachable(address: "\(address)", reason: SystemError.text(of: code)) }
        guard listen(number, 4096) == 0 else { throw .system(call: "listen", code: SystemError.last) }
    }
}

/// A connection that was accepted and not set up yet.
///
/// It is a plain number so that it can be handed to the task that serves it; `ByteStream.accept` must be called with
/// it exactly once, and owns the descriptor from then on.
package struct AcceptedConnection: Sendable {
    let descriptor: Int32
    /// On whose thread it is best served.
    package let reactor: Reactor
    /// Who connected, if the kernel could tell.
    package let peer: SocketAddress?
}
