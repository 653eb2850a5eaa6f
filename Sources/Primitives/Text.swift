extension String {
    /// The text of bytes in UTF-8; what is none is replaced, as `String(decoding:as:)` does it.
    package init(text bytes: Span<UInt8>) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}

extension Span<UInt8> {
    /// Whether these are the bytes of that text in UTF-8.
    package func isText(_ text: String) -> Bool { isSame(as: text.utf8.span) }

    /// Whether both have the same bytes.
    package func isSame(as other: Span<UInt8>) -> Bool {
        guard other.count == count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }

    /// Where a byte stands for the first time; nil when it is not there.
    package func firstIndex(of byte: UInt8) -> Int? {
        for index in indices where self[index] == byte { return index }
        return nil
    }
}
