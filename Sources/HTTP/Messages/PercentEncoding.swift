private import Primitives

/// Percent-encoding (RFC 3986 §2.1).
enum PercentEncoding {
    /// Every byte outside of `allowed` as `%XX`.
    static func encode(_ text: some StringProtocol, allowing allowed: ByteSet) -> String {
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            if allowed.contains(byte) {
                encoded.append(byte)
            } else {
                encoded.append(UInt8(ascii: "%"))
                encoded.append(contentsOf: Array(Hex.encodeUpper(CollectionOfOne(byte)).utf8))
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// The text that was encoded; nil if a percent sign is not followed by two digits or the bytes are not UTF-8.
    static func decode(_ text: some Collection<UInt8>) -> String? {
        var bytes: [UInt8] = []
        var iterator = text.makeIterator()
        while let byte = iterator.next() {
            if byte == UInt8(ascii: "%") {
                guard let high = iterator.next().flatMap(Hex.value), let low = iterator.next().flatMap(Hex.value)
                else { return nil }
                bytes.append(high << 4 | low)
            } else {
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Whether every byte is allowed or part of a percent-encoded one.
    static func isEncoded(_ text: some Collection<UInt8>, allowing allowed: ByteSet) -> Bool {
        var iterator = text.makeIterator()
        while let byte = iterator.next() {
            if allowed.contains(byte) { continue }
            guard byte == UInt8(ascii: "%"), iterator.next().flatMap(Hex.value) != nil,
                iterator.next().flatMap(Hex.value) != nil
            else { return false }
        }
        return true
    }
}

extension URL {
    /// A text with everything but letters, digits and `-._~` percent-encoded: a segment of a path or part of a field
    /// name, whatever it holds.
    package static func encoded(_ text: String) -> String { PercentEncoding.encode(text, allowing: .unreserved) }
}
