import HTTP
import Primitives
import Transport

/// A registry over TLS that takes one request, and answers only when the test wants it to.
actor HeldRegistry {
    /// `127.0.0.1:PORT`.
    nonisolated let address: String
    private var listener: Listener?
    private let tls: TLSContext
    private var stream: ByteStream?

    init(as identity: Identity) throws {
        let listener = try Network.listen()
        address = "\(listener.localAddress)"
        self.listener = consume listener
        tls = try Network.serving(identity.pair)
    }

    /// Waits until a request is there.
    func receive() async throws {
        guard let listener = listener.take() else { return }
        let accepted = try await listener.accept()
        var stream = try await ByteStream.accept(accepted, tls: tls, by: .after(.seconds(30)))
        var request: [UInt8] = []
        while !request.contains(Array("\r\n\r\n".utf8)) {
            guard try await stream.read(into: &request, atMost: 1 << 16, by: .after(.seconds(30))) > 0 else {
                throw HTTPError.truncated
            }
        }
        self.stream = consume stream
    }

    /// Waits until the other side has closed the connection; false when it did not within the time.
    func seesEnd(within time: Duration) async throws -> Bool {
        guard var stream = stream.take() else { return false }
        var more: [UInt8] = []
        do {
            return try await stream.read(into: &more, atMost: 1, by: .after(time)) == 0
        } catch TransportError.timedOut {
            return false
        } catch TransportError.closedByPeer {
            return true
        }
    }

    /// Answers with a manifest.
    func answer() async throws {
        guard var stream = stream.take() else { return }
        let body = FaultyPeers.manifest
        let head =
            "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.oci.image.manifest.v1+json\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n"
        try await stream.write(Array((head + body).utf8), by: .after(.seconds(30)))
        stream.close()
    }
}
