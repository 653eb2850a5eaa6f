/// The bytes of a JSON text while it is parsed: read without bounds checks, because they are followed by zeros.
///
/// A zero byte has no place anywhere in JSON, so a parser that looks at each byte before it goes on stops at the first
/// one, and eight bytes may be read at once from every place up to there.
@safe struct JSONText {
    /// How many zeros must follow the text.
    private static let padding = 16

    /// How many bytes the text has.
    let count: Int
    private let start: UnsafePointer<UInt8>
    /// One bit for each byte of the text and for the zero behind it: whether plain text cannot go on there.
    ///
    /// Found for sixteen bytes at a time, and before the strings are: who looks for the end of a string in its bytes can
    /// only begin when the end of the one before is known, and the processor waits in between.
    private let stops: UnsafePointer<UInt8>

    /// A copy of a text with what `init(padded:count:)` wants behind it.
    static func pad(_ text: [UInt8]) -> [UInt8] {
        let blocks = text.count / 16 + 1
        // The stops are read eight bytes at a time.
        let capacity = text.count + padding + blocks * 2 + 8
        return unsafe [UInt8](unsafeUninitializedCapacity: capacity) { room, filled in
            guard let start = room.baseAddress else { return }
            _ = unsafe room.initialize(fromContentsOf: text)
            unsafe (start + text.count).initialize(repeating: 0, count: capacity - text.count)
            unsafe findStops(in: start, blocks: blocks, into: start + text.count + padding)
            filled = capacity
        }
    }

    /// - Parameters:
    ///   - padded: what `pad` made of the text; must outlive this value.
    ///   - count: how many bytes the text has.
    init(padded: UnsafeBufferPointer<UInt8>, count: Int) {
        guard let start = padded.baseAddress, padded.count > count + Self.padding else {
            preconditionFailure("a JSON text has its padding")
        }
        unsafe self.start = start
        unsafe stops = start + count + Self.padding
        self.count = count
    }

    /// The byte at an offset from 0 to `count`; zero behind the end.
    subscript(offset: Int) -> UInt8 {
        assert((0...count).contains(offset))
        return unsafe start[offset]
    }

    /// Eight bytes from an offset on, the first in the lowest bits.
    func eightBytes(at offset: Int) -> UInt64 {
        assert((0...count + 8).contains(offset))
        return UInt64(littleEndian: unsafe UnsafeRawPointer(start + offset).loadUnaligned(as: UInt64.self))
    }

    /// The offset of the first byte from `offset` on that is a quote, a backslash, a control character (the zero behind
    /// the end included) or outside ASCII.
    @inline(always)
    func endOfPlainText(from offset: Int) -> Int {
        var position = offset
        while true {
            assert((0...count).contains(position))
            let bits = unsafe UnsafeRawPointer(stops + position &>> 3).loadUnaligned(as: UInt64.self)
            let ahead = UInt64(littleEndian: bits) &>> UInt64(truncatingIfNeeded: position & 7)
            if ahead != 0 { return position &+ ahead.trailingZeroBitCount }
            position &+= 56
        }
    }

    private static func findStops(
        in text: UnsafePointer<UInt8>, blocks: Int, into stops: UnsafeMutablePointer<UInt8>
    ) {
        // Their type must stand here: where the compiler has to find it, it takes the comparison of any vectors, a loop.
        let quote = SIMD16<Int8>(repeating: 0x22)
        let backslash = SIMD16<Int8>(repeating: 0x5C)
        // Signed numbers: control characters are less, and so is what is outside ASCII.
        let space = SIMD16<Int8>(repeating: 0x20)
        for block in 0..<blocks {
            let bytes = unsafe UnsafeRawPointer(text + block &* 16).loadUnaligned(as: SIMD16<Int8>.self)
            let isStop = (bytes .== quote) .| (bytes .== backslash) .| (bytes .< space)
            let halves = unsafe unsafeBitCast(isStop, to: SIMD2<UInt64>.self)
            unsafe stops[block &* 2] = bits(of: halves[0])
            unsafe stops[block &* 2 &+ 1] = bits(of: halves[1])
        }
    }

    /// One bit for each of eight bytes that are all ones or all zeros, the first in the lowest bit.
    private static func bits(of bytes: UInt64) -> UInt8 {
        let ones = UInt64(littleEndian: bytes) & 0x0101_0101_0101_0101
        // Bit 8i goes to 56 + i, and whatever else the product has stands below of them.
        return UInt8(truncatingIfNeeded: (ones &* 0x0102_0408_1020_4080) &>> 56)
    }
}
