import HTTP
import Primitives
import Transport

/// A connection whose bytes a test chooses one by one.
struct Wire: ~Copyable {
    private var stream: ByteStream
    private var input: [UInt8] = []

    /// Connects; with a context through TLS.
    init(to address: String, tls: TLSContext?) async throws {
        stream = try await ByteStream.connect(
            to: Network.address(address), reactor: Network.reactor.get(), tls: tls.map { ($0, "127.0.0.1") },
            by: Self.patience)
    }

    mutating func send(_ bytes: [UInt8]) async throws {
        try await stream.write(bytes, by: Self.patience)
    }

    mutating func send(_ text: String) async throws {
        try await send(Array(text.utf8))
    }

    /// One answer: its head as it came, and its body by Content-Length.
    mutating func receiveAnswer() async throws -> (head: String, body: [UInt8]) {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let range = input.firstRange(of: end) {
                let head = String(decoding: input[..<range.lowerBound], as: UTF8.self)
                let length = Self.contentLength(head)
                if input.count - range.upperBound >= length {
                    let body = Array(input[range.upperBound...].prefix(length))
                    input.removeFirst(range.upperBound + length)
                    Transcript.shared.add(head)
                    Transcript.shared.add(body)
                    return (head, body)
                }
            }
            guard try await stream.read(into: &input, atMost: 1 << 16, by: Self.patience) > 0 else {
                throw HTTPError.truncated
            }
        }
    }

    /// Waits until the other side has closed; false when more bytes came instead.
    mutating func receiveEnd() async throws -> Bool {
        do {
            return try await stream.read(into: &input, atMost: 1 << 16, by: Self.patience) == 0
        } catch TransportError.closedByPeer {
            return true
        }
    }

    /// Ends it with a goodbye. Without, it is cut when the value goes away.
    consuming func close() { stream.close() }

    private static var patience: Deadline { .after(.seconds(60)) }

    private static func contentLength(_ head: String) -> Int {
        for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix("content-length:") {
            return Int(line.dropFirst("content-length:".count).drop { $0 == " " }) ?? 0
        }
        return 0
    }
}
