private import Primitives

/// The head of one kind of message: a start line and fields.
package protocol MessageHead: Sendable {
    /// The fields read so far, or all of them once `complete` was called.
    var headers: Headers { get set }

    /// Reads the start line, without its line end.
    init(startLine: ArraySlice<UInt8>) throws(HTTPError)

    /// Draws the conclusions from the fields, when all are there.
    mutating func complete() throws(HTTPError)
}

/// Reads one head, line by line, from a buffer that grows (RFC 9112 §2 to §5).
///
/// It sees only bytes: whoever reads from the network asks again with more of them. However they arrive, the result is
/// the same. Of what RFC 9112 leaves open it accepts nothing: every line ends with CR LF, a CR stands nowhere else, no
/// empty line comes before the start line, no blank stands before a colon, no field goes on in the next line. A head
/// of more than `Limits.headBytes` or `Limits.headFields` is refused as soon as that is known.
package struct HeadParser<Head: MessageHead>: Sendable {
    private var head: Head?
    private var lineStart = 0
    private var scanned = 0

    package init() {}

    /// The head and how many bytes it took; nil if the buffer ends before it.
    ///
    /// - Parameter buffer: at each call the bytes of the call before, and perhaps more behind them.
    package mutating func parse(_ buffer: [UInt8]) throws(HTTPError) -> (head: Head, length: Int)? {
        while let line = try nextLine(in: buffer) {
            guard head != nil else {
                head = try Head(startLine: line)
                continue
            }
            guard line.isEmpty else {
                try addField(line)
                continue
            }
            guard var complete = head.take() else { return nil }
            try complete.complete()
            return (complete, lineStart)
        }
        return nil
    }

    /// Whether a part of the start line has been seen.
    package var hasBegun: Bool { scanned > 0 }

    /// The next line that is complete, without its CR LF.
    private mutating func nextLine(in buffer: [UInt8]) throws(HTTPError) -> ArraySlice<UInt8>? {
        let end = min(buffer.count, Limits.headBytes)
        guard let lineFeed = buffer[scanned..<end].firstIndex(of: 0x0A) else {
            scanned = end
            guard buffer.count < Limits.headBytes else { throw .headTooLarge }
            return nil
        }
        guard lineFeed > lineStart, buffer[lineFeed - 1] == 0x0D else { throw .malformed(.bareLineFeed) }
        defer {
            lineStart = lineFeed + 1
            scanned = lineFeed + 1
        }
        return buffer[lineStart..<lineFeed - 1]
    }

    private mutating func addField(_ line: ArraySlice<UInt8>) throws(HTTPError) {
        guard let fields = head?.headers.fields.count, fields < Limits.headFields else { throw .headTooLarge }
        let field = try FieldLine(parsing: line)
        head?.headers.add(field.name, field.value)
    }
}
