private import Primitives

/// Takes the data out of a chunked body (RFC 9112 §7.1).
///
/// Extensions are skipped and trailers dropped, both bounded over the whole body (CVE-2023-39326): a peer may not make
/// us read without end what we throw away. Lines end with CR LF only.
struct ChunkParser: Sendable {
    private enum State {
        case size(Int, digits: Int)
        case `extension`(size: Int)
        case sizeEnd(size: Int)
        case data(left: Int)
        case dataCarriageReturn, dataLineFeed
        case trailer(isEmpty: Bool)
        case trailerEnd(isEmpty: Bool)
        case complete
    }

    private var state = State.size(0, digits: 0)
    private var extensionBytes = 0
    private var trailerBytes = 0
    private var room: Int
    private let limit: Int

    /// - Parameter limit: bytes of data; a chunk that would exceed it is refused when its size is read.
    init(limit: Int) {
        self.limit = limit
        room = limit
    }

    var isComplete: Bool {
        if case .complete = state { true } else { false }
    }

    /// The next piece of data; nil if `bytes` ends before it or the body is complete. What was used is removed from
    /// `bytes`.
    mutating func next(_ bytes: inout ArraySlice<UInt8>) throws(HTTPError) -> ArraySlice<UInt8>? {
        while !isComplete, let byte = bytes.first {
            if case .data(let left) = state {
                let data = bytes.prefix(left)
                bytes = bytes.dropFirst(data.count)
                state = data.count == left ? .dataCarriageReturn : .data(left: left - data.count)
                return data
            }
            bytes = bytes.dropFirst()
            try step(byte)
        }
        return nil
    }

    /// One byte of what stands around the data.
    private mutating func step(_ byte: UInt8) throws(HTTPError) {
        switch state {
        case .size(let size, let digits): try readSize(byte, size, digits)
        case .extension(let size): try skipExtension(byte, size)
        case .sizeEnd(let size):
            try require(byte == 0x0A, .chunkSize)
            room -= size
            state = size > 0 ? .data(left: size) : .trailer(isEmpty: true)
        case .dataCarriageReturn:
            try require(byte == 0x0D, .chunkEnd)
            state = .dataLineFeed
        case .dataLineFeed:
            try require(byte == 0x0A, .chunkEnd)
            state = .size(0, digits: 0)
        case .trailer(let isEmpty): try skipTrailer(byte, isEmpty)
        case .trailerEnd(let isEmpty):
            try require(byte == 0x0A, .bareCarriageReturn)
            state = isEmpty ? .complete : .trailer(isEmpty: true)
        case .data, .complete: return
        }
    }

    private mutating func readSize(_ byte: UInt8, _ size: Int, _ digits: Int) throws(HTTPError) {
        if let digit = Hex.value(of: byte) {
            let larger = size << 4 | Int(digit)
            guard larger <= room else { throw .bodyTooLarge(limit: limit) }
            try require(digits < 16, .chunkSize)
            state = .size(larger, digits: digits + 1)
        } else {
            try require(digits > 0 && (byte == UInt8(ascii: ";") || byte == 0x0D), .chunkSize)
            state = byte == 0x0D ? .sizeEnd(size: size) : .extension(size: size)
        }
    }

    private mutating func skipExtension(_ byte: UInt8, _ size: Int) throws(HTTPError) {
        extensionBytes += 1
        try require(byte != 0x0A && extensionBytes <= Limits.chunkExtensionBytes, .chunkSize)
        if byte == 0x0D { state = .sizeEnd(size: size) }
    }

    private mutating func skipTrailer(_ byte: UInt8, _ isEmpty: Bool) throws(HTTPError) {
        trailerBytes += 1
        try require(trailerBytes <= Limits.trailerBytes, .trailers)
        try require(byte != 0x0A, .bareLineFeed)
        state = byte == 0x0D ? .trailerEnd(isEmpty: isEmpty) : .trailer(isEmpty: false)
    }

    private func require(_ condition: Bool, _ fault: MessageFault) throws(HTTPError) {
        guard condition else { throw .malformed(fault) }
    }
}
