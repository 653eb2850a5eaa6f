extension String {
    /// The text of bytes in UTF-8; what is none is replaced, as `String(decoding:as:)` does it.
    package init(text bytes: Span<UInt8>) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}
