private import Primitives

/// Collects one body from the bytes behind its head (RFC 9112 §6, §7).
package struct BodyParser: Sendable {
    /// What has arrived so far, chunks joined.
    package private(set) var body: [UInt8] = []
    /// Whether the body is whole; further bytes belong to the next message.
    package private(set) var isComplete: Bool
    private var rest: Rest
    /// How much more may come.
    private var room: Int
    private let limit: Int

    /// What is still to come.
    private enum Rest {
        case bytes(Int)
        case chunks(ChunkParser)
        case untilClose
    }

    /// - Parameter limit: bytes of the body; a larger Content-Length is refused before any byte is read.
    package init(framing: BodyFraming, limit: Int) throws(HTTPError) {
        self.limit = limit
        room = limit
        switch framing {
        case .length(let length):
            guard length <= limit else { throw .bodyTooLarge(limit: limit) }
            rest = .bytes(length)
        case .chunked: rest = .chunks(ChunkParser(limit: limit))
        case .untilClose: rest = .untilClose
        }
        isComplete = framing == .length(0)
    }

    /// Takes what belongs to the body and returns how many bytes that were; the caller keeps the others, and feeds
    /// those again with more behind them if the body is not complete.
    package mutating func feed(_ bytes: ArraySlice<UInt8>) throws(HTTPError) -> Int {
        guard !isComplete else { return 0 }
        switch rest {
        case .bytes(let length): return take(bytes.prefix(length), of: length)
        case .chunks(let chunks): return try feed(bytes, to: chunks)
        case .untilClose:
            try append(bytes)
            return bytes.count
        }
    }

    /// Takes out what has arrived, for a reader that does not wait for the whole.
    package mutating func takeBody() -> [UInt8] {
        defer { body = [] }
        return body
    }

    /// Takes note that the peer has closed its side: the end of a body until close, else `truncated`.
    package mutating func end() throws(HTTPError) {
        if case .untilClose = rest { isComplete = true }
        guard isComplete else { throw .truncated }
    }

    private mutating func take(_ bytes: ArraySlice<UInt8>, of length: Int) -> Int {
        body.append(contentsOf: bytes)
        rest = .bytes(length - bytes.count)
        isComplete = bytes.count == length
        return bytes.count
    }

    private mutating func feed(_ bytes: ArraySlice<UInt8>, to parser: ChunkParser) throws(HTTPError) -> Int {
        var (parser, unread) = (parser, bytes)
        while let data = try parser.next(&unread) { body.append(contentsOf: data) }
        isComplete = parser.isComplete
        rest = .chunks(parser)
        return bytes.count - unread.count
    }

    private mutating func append(_ bytes: ArraySlice<UInt8>) throws(HTTPError) {
        guard bytes.count <= room else { throw .bodyTooLarge(limit: limit) }
        room -= bytes.count
        body.append(contentsOf: bytes)
    }
}
