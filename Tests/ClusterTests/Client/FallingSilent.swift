import Primitives
import Support
import Synchronization
import Transport

/// A server that answers one request on each connection, and then nothing more on it, although it stays open: as when
/// packets are dropped from then on.
final class FallingSilent: Sendable {
    private let listener: Mutex<Listener?>
    private let count = Mutex(0)
    let authority: String

    init(reactor: Reactor) throws {
        guard let address = SocketAddress("127.0.0.1:0") else { preconditionFailure("an address") }
        let listener = try Listener(on: address, reactor: reactor)
        authority = "\(listener.localAddress)"
        self.listener = Mutex(listener)
    }

    /// How many connections there were.
    var connectionCount: Int { count.withLock { $0 } }

    /// Answers until the task is cancelled.
    func serve() async {
        guard let listener = listener.withLock({ $0.take() }) else { return }
        await withDiscardingTaskGroup { group in
            while let accepted = try? await listener.accept() {
                count.withLock { $0 += 1 }
                // What becomes of a connection is for the client to see.
                group.addTask { try? await Self.answerOnce(accepted) }
            }
        }
    }

    private static func answerOnce(_ accepted: AcceptedConnection) async throws {
        var stream = try await ByteStream.accept(accepted, tls: nil, by: .after(.seconds(60)))
        var request: [UInt8] = []
        _ = try await stream.read(into: &request, atMost: 65_536, by: .after(.seconds(60)))
        try await stream.write(Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".utf8), by: .after(.seconds(60)))
        try await stream.hangUp.wait(by: .after(.seconds(120)))
    }
}
