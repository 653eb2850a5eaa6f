import Foundation
import Synchronization

/// A way to a port of 127.0.0.1 on which packets can be dropped: the kernel then throws away all that arrives at its ends,
/// connections that would be opened among it, and acknowledges nothing, as when a cable is cut.
///
/// Each of its sockets has a filter for that (socket(7), SO_ATTACH_FILTER), for which nobody needs to be root and no rule of
/// the machine is touched.
package final class LossyPath: Sendable {
    private struct State {
        var sockets: Set<Int32> = []
        var isDropping = false
    }

    /// `127.0.0.1:PORT`.
    package let address: String

    private let listener: Int32
    private let target: UInt16
    private let state: Mutex<State>

    /// - Parameter target: the port that it leads to.
    package init(to target: UInt16) throws {
        self.target = target
        (listener, address) = try LoopbackSocket.listen()
        state = Mutex(State(sockets: [listener]))
        Thread.detachNewThread { [weak self, listener] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                guard let self else { return LoopbackSocket.end(client) }
                Thread.detachNewThread { self.serve(client) }
            }
        }
    }

    deinit {
        LoopbackSocket.end(listener)
    }

    /// Drops all packets from now on, or none.
    package func setDropping(_ isDropping: Bool) {
        state.withLock { state in
            state.isDropping = isDropping
            for socket in state.sockets { Self.filter(socket, isDropping) }
        }
    }

    private func serve(_ client: Int32) {
        guard let server = LoopbackSocket.connect(to: target) else { return LoopbackSocket.end(client) }
        for socket in [client, server] { adopt(socket) }
        LoopbackSocket.relay(client, server)
        for socket in [client, server] {
            state.withLock { _ = $0.sockets.remove(socket) }
            LoopbackSocket.end(socket)
        }
    }

    private func adopt(_ socket: Int32) {
        state.withLock { state in
            state.sockets.insert(socket)
            Self.filter(socket, state.isDropping)
        }
    }

    /// `struct sock_fprog` of linux/filter.h, which Swift does not see.
    private struct FilterProgram {
        let length: UInt16
        let instructions: UnsafePointer<UInt64>
    }

    /// `BPF_RET | BPF_K` with 0, as `struct sock_filter` has it.
    private static let keepNothing = UInt64(littleEndian: 0x06)

    private static func filter(_ socket: Int32, _ isDropping: Bool) {
        guard isDropping else {
            var nothing: Int32 = 0
            setsockopt(socket, SOL_SOCKET, SO_DETACH_FILTER, &nothing, socklen_t(MemoryLayout<Int32>.size))
            return
        }
        let code = withUnsafePointer(to: keepNothing) { instructions in
            var program = FilterProgram(length: 1, instructions: instructions)
            return setsockopt(
                socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, socklen_t(MemoryLayout<FilterProgram>.size))
        }
        precondition(code == 0, "the kernel takes no filter: \(errno)")
    }
}
