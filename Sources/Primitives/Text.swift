extension String {
    /// The text of bytes in UTF-8; what is none is replaced, as `String(decoding:as:)` does it.
    package init(text bytes: Span<UInt8>) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}

extension Span<UInt8> {
    /// Whether these are the bytes of that text in UTF-8.
    package func isText(_ text: String) -> Bool {
        let text = text.utf8.span
        guard text.count == count else { return false }
        for index in indices where self[index] != text[index] { return false }
        return true
    }
}
