/// The bytes of a JSON text while it is parsed: read without bounds checks, because they are followed by zeros.
///
/// A zero byte has no place anywhere in JSON, so a parser that looks at each byte before it goes on stops at the first
/// one, and eight bytes may be read at once from every place up to there.
@safe struct JSONText {
    /// How many zeros must follow the text.
    static let padding = 16

    /// A copy of a text with its padding.
    static func pad(_ text: [UInt8]) -> [UInt8] {
        var padded: [UInt8] = []
        padded.reserveCapacity(text.count + padding)
        padded.append(contentsOf: text)
        for _ in 0..<padding { padded.append(0) }
        return padded
    }

    /// How many bytes the text has, without the padding.
    let count: Int
    private let start: UnsafePointer<UInt8>

    /// - Parameter padded: the text and its padding; must outlive this value.
    init(padded: UnsafeBufferPointer<UInt8>) {
        precondition(padded.count >= Self.padding, "a JSON text has its padding")
        guard let start = padded.baseAddress else { preconditionFailure("a JSON text has its padding") }
        unsafe self.start = start
        count = padded.count - Self.padding
    }

    /// The byte at an offset from 0 to `count`; zero behind the end.
    subscript(offset: Int) -> UInt8 {
        assert((0...count).contains(offset))
        return unsafe start[offset]
    }

    /// Eight bytes from an offset on, the first in the lowest bits.
    func word(at offset: Int) -> UInt64 {
        assert((0...count + 8).contains(offset))
        return UInt64(littleEndian: unsafe UnsafeRawPointer(start + offset).loadUnaligned(as: UInt64.self))
    }

    /// The offset of the first byte from `offset` on that is a quote, a backslash, a control character (the zero behind
    /// the end included) or outside ASCII.
    @inline(always)
    func endOfPlainText(from offset: Int) -> Int {
        var position = offset
        while true {
            let first = Self.specialBytes(in: word(at: position))
            let second = Self.specialBytes(in: word(at: position + 8))
            if first | second != 0 {
                // Without a jump between the two, which could not be foretold.
                let skipped = first == 0 ? 8 : 0
                return position + skipped + (first == 0 ? second : first).trailingZeroBitCount / 8
            }
            position += 16
        }
    }

    /// The top bit of each byte of `word` that is special. Above the lowest of these it may be wrong, because a
    /// subtraction borrows from the byte above.
    private static func specialBytes(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        let quotes = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
        let backslashes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
        let controls = word &- (ones &* 0x20)
        return (((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes) | (controls & ~word) | word)
            & tops
    }
}
