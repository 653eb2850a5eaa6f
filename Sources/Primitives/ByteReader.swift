/// A cursor over bytes of a binary format. Every read is checked: a format that ends early is refused, never a trap.
package struct ByteReader: Sendable {
    /// The bytes ended before the value that was asked for.
    package struct Truncated: Error, Equatable {
        package init() {}
    }

    /// What has not been read yet.
    package private(set) var remaining: ArraySlice<UInt8>

    package init(_ bytes: ArraySlice<UInt8>) {
        remaining = bytes
    }

    package init(_ bytes: [UInt8]) {
        remaining = bytes[...]
    }

    /// Whether everything was read.
    package var isAtEnd: Bool { remaining.isEmpty }

    /// The next byte, left in place; nil at the end.
    package var peek: UInt8? { remaining.first }

    /// The next byte.
    package mutating func readByte() throws(Truncated) -> UInt8 {
        guard let byte = remaining.popFirst() else { throw Truncated() }
        return byte
    }

    /// Two bytes, most significant first.
    package mutating func readUInt16() throws(Truncated) -> UInt16 {
        try UInt16(readByte()) << 8 | UInt16(readByte())
    }

    /// Four bytes, most significant first.
    package mutating func readUInt32() throws(Truncated) -> UInt32 {
        try UInt32(readUInt16()) << 16 | UInt32(readUInt16())
    }

    /// The next `count` bytes; a negative count is refused like a missing one.
    package mutating func read(_ count: Int) throws(Truncated) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining.count else { throw Truncated() }
        defer { remaining = remaining.dropFirst(count) }
        return remaining.prefix(count)
    }

    /// All that is left.
    package mutating func readToEnd() -> ArraySlice<UInt8> {
        defer { remaining = remaining.suffix(0) }
        return remaining
    }
}
