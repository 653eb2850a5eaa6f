import HTTP
import Primitives
import Synchronization
import Transport

/// A registry in plain HTTP that follows a script: what it does with the first question, with the second, and so on. The
/// last of it stands for all that follow.
final class MisbehavingRegistry: Sendable {
    /// What it does with a question, in order.
    enum Act: Sendable {
        /// Sends these bytes.
        case send(String)
        /// Sends these bytes again and again, until nobody takes them any more.
        case sendForEver(String)
        /// Says nothing until the other side has gone.
        case hang
        /// Drops the connection, without a word about the rest.
        case drop
    }

    /// `127.0.0.1:PORT`.
    let address: String
    private let listener: Mutex<Listener?>
    private let script: [[Act]]
    private let asked = Mutex<[String]>([])

    /// The heads of the questions that came.
    var questions: [String] { asked.withLock(\.self) }

    /// Plays the registry while `body` asks it.
    static func run<Value: Sendable>(
        _ script: [[Act]], body: @Sendable (MisbehavingRegistry) async throws -> Value
    ) async throws -> Value {
        let listener = try Network.listen()
        let registry = MisbehavingRegistry(listener, script)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await registry.serve() }
            defer { group.cancelAll() }
            return try await body(registry)
        }
    }

    private init(_ listener: consuming Listener, _ script: [[Act]]) {
        address = "\(listener.localAddress)"
        self.listener = Mutex(listener)
        self.script = script
    }

    private func serve() async {
        guard let listener = listener.withLock({ $0.take() }) else { return }
        await withDiscardingTaskGroup { connections in
            while let accepted = try? await listener.accept() {
                connections.addTask { await self.converse(over: accepted) }
            }
        }
    }

    private func converse(over accepted: AcceptedConnection) async {
        guard var stream = try? await ByteStream.accept(accepted, tls: nil, by: Self.patience) else { return }
        // What the program makes of it is what a test looks at.
        try? await answer(&stream)
    }

    private func answer(_ stream: inout ByteStream) async throws {
        while let question = try await Self.takeQuestion(&stream) {
            let number = asked.withLock { asked in
                asked.append(question)
                return asked.count - 1
            }
            for act in script[min(number, script.count - 1)] {
                switch act {
                case .send(let text): try await stream.write(Array(text.utf8), by: Self.patience)
                case .sendForEver(let text):
                    while true { try await stream.write(Array(text.utf8), by: Self.patience) }
                case .hang: try await stream.hangUp.wait(by: Self.patience)
                case .drop: return
                }
            }
        }
    }

    /// Reads up to the end of a head; nil at the end of the connection.
    private static func takeQuestion(_ stream: inout ByteStream) async throws -> String? {
        var request: [UInt8] = []
        while !request.contains(Array("\r\n\r\n".utf8)) {
            guard try await stream.read(into: &request, atMost: 1 << 16, by: patience) > 0 else { return nil }
        }
        return String(decoding: request, as: UTF8.self)
    }

    private static var patience: Deadline { .after(.seconds(60)) }
}

extension MisbehavingRegistry.Act {
    /// A whole answer.
    static func answer(_ status: String, _ fields: String..., body: String = "") -> Self {
        let lines = ["HTTP/1.1 \(status)"] + fields + ["Content-Length: \(body.utf8.count)", "", body]
        return .send(lines.joined(separator: "\r\n"))
    }

    /// 200 with a body of this type.
    static func manifest(_ body: String = FaultyPeers.manifest, type: String = ociImage) -> Self {
        .answer("200 OK", "Content-Type: \(type)", body: body)
    }

    static let ociImage = "application/vnd.oci.image.manifest.v1+json"
    static let ociIndex = "application/vnd.oci.image.index.v1+json"
}
