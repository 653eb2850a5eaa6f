import Foundation
import Primitives
import Transport

/// Writes one answer of a fake API server, as badly as it is told to.
struct AnswerWriter: Sendable {
    private let fault: FakeAPIServer.Fault?
    private var written = 0
    private var events: [History.Event] = []
    /// Whether the connection may end in order.
    private(set) var isOrderly = true

    init(fault: FakeAPIServer.Fault?) {
        self.fault = fault
    }

    /// Writes a Status and nothing else.
    func write(
        status code: Int, reason: String, headers: [(String, String)] = [], to stream: inout ByteStream
    ) async throws {
        let body =
            #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"\#(reason) by script","#
            + #""reason":"\#(reason)","details":{"name":"it"},"code":\#(code)}"#
        let lines = headers.map { "\($0): \($1)\r\n" }.joined()
        try await Self.write(
            "HTTP/1.1 \(code) Status\r\nContent-Type: application/json\r\n\(lines)Connection: close\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)", to: &stream)
    }

    /// Writes a whole body; false when the connection is to be cut.
    mutating func write(_ body: String, to stream: inout ByteStream) async throws -> Bool {
        try await beginStream(&stream)
        guard try await append(body, to: &stream) else { return false }
        return try await endStream(&stream)
    }

    func beginStream(_ stream: inout ByteStream) async throws {
        try await Self.write(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n", to: &stream)
    }

    func endStream(_ stream: inout ByteStream) async throws -> Bool {
        try await Self.write("0\r\n\r\n", to: &stream)
        return true
    }

    /// Sends an event; false when that was the last.
    mutating func send(_ event: History.Event, to stream: inout ByteStream) async throws -> Bool {
        let texts = texts(for: event)
        events.append(event)
        for text in texts {
            guard try await append(text + "\n", to: &stream) else {
                isOrderly = false
                return false
            }
        }
        if case .endAfter(let count) = fault, events.count >= count {
            _ = try await endStream(&stream)
            return false
        }
        return true
    }

    /// What is sent for an event: it and what the script puts behind it.
    private func texts(for event: History.Event) -> [String] {
        let number = events.count + 1
        switch fault {
        case .duplicate: return [event.text, event.text]
        case .outOfOrder: return [event.text] + (number.isMultiple(of: 2) ? [events[0].text] : [])
        case .setBack(number): return [event.text, History.Event.bookmark("ImagePolicy", 1).text]
        case .garbage(number): return [event.text, "<html>busy</html>"]
        case .error(number, let code, let reason): return [event.text, History.Event.error(code, reason).text]
        default: return [event.text]
        }
    }

    private mutating func append(_ text: String, to stream: inout ByteStream) async throws -> Bool {
        let bytes = Array(text.utf8)
        if case .cutAfter(let limit) = fault, written + bytes.count > limit {
            let part = bytes.prefix(max(0, limit - written))
            // A chunk that says it is longer than what comes.
            try await stream.write(
                Array("\(String(bytes.count, radix: 16))\r\n".utf8) + part, by: .after(.seconds(30)))
            return false
        }
        written += bytes.count
        let size = if case .pieces(let size) = fault { size } else { bytes.count }
        var answer: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(size)
            answer += Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + [0x0D, 0x0A]
            rest = rest.dropFirst(size)
        }
        try await stream.write(answer, by: .after(.seconds(30)))
        return true
    }

    private static func write(_ text: String, to stream: inout ByteStream) async throws {
        try await stream.write(Array(text.utf8), by: .after(.seconds(30)))
    }
}

/// Reads one request of HTTP/1.1, as simply as the house's own client writes them.
enum RequestReader {
    struct Ended: Error {}

    static func read(_ stream: inout ByteStream) async throws -> FakeAPIServer.Request {
        var bytes: [UInt8] = []
        let end = Array("\r\n\r\n".utf8)
        var head: Range<Int>?
        while head == nil {
            guard try await stream.read(into: &bytes, atMost: 65_536, by: .after(.seconds(60))) > 0 else {
                throw Ended()
            }
            head = bytes.firstRange(of: end)
        }
        guard let head else { throw Ended() }
        let lines = String(decoding: bytes[..<head.lowerBound], as: UTF8.self).split(separator: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].drop { $0 == " " }.description }
        }
        var body = Array(bytes[head.upperBound...])
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        while body.count < length {
            guard try await stream.read(into: &body, atMost: 65_536, by: .after(.seconds(60))) > 0 else {
                throw Ended()
            }
        }
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3 else { throw Ended() }
        let target = words[1].split(separator: "?", maxSplits: 1)
        return FakeAPIServer.Request(
            method: String(words[0]), path: String(target[0]), query: query(target.dropFirst().first ?? ""),
            headers: headers, body: body)
    }

    private static func query(_ text: Substring) -> [String: String] {
        var pairs: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { pairs[String(parts[0])] = String(parts[1]).removingPercentEncoding ?? "" }
        }
        return pairs
    }
}
