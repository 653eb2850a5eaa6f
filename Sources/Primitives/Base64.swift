/// Base 64 with the standard alphabet and padding (RFC 4648 §4).
package enum Base64 {
    /// The padded text, in one line.
    package static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let first = bytes[index]
            let second = index + 1 < bytes.count ? bytes[index + 1] : 0
            let third = index + 2 < bytes.count ? bytes[index + 2] : 0
            text.append(alphabet[Int(first >> 2)])
            text.append(alphabet[Int(first << 4 & 0x30 | second >> 4)])
            text.append(index + 1 < bytes.count ? alphabet[Int(second << 2 & 0x3C | third >> 6)] : pad)
            text.append(index + 2 < bytes.count ? alphabet[Int(third & 0x3F)] : pad)
            index += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a padded text.
    ///
    /// Refuses (nil) other characters, missing or surplus padding and stray bits behind the last byte. White space is
    /// skipped only when `ignoringWhitespace` is set, as in Kubernetes' `data` written by hand and in PEM.
    package static func decode(_ text: some StringProtocol, ignoringWhitespace: Bool = false) -> [UInt8]? {
        decode(Array(text.utf8)[...], ignoringWhitespace: ignoringWhitespace)
    }

    /// The same of text that is already bytes.
    package static func decode(_ text: ArraySlice<UInt8>, ignoringWhitespace: Bool = false) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var bits: UInt32 = 0
        var characters = 0
        var pads = 0
        for character in text {
            if ignoringWhitespace, isWhitespace(character) { continue }
            if character == pad {
                pads += 1
                continue
            }
            let value = values[Int(character)]
            guard value != invalid, pads == 0 else { return nil }
            bits = bits << 6 | UInt32(value)
            characters += 1
            if characters.isMultiple(of: 4) {
                bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
                bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
                bytes.append(UInt8(truncatingIfNeeded: bits))
            }
        }
        switch (characters % 4, pads) {
        case (0, 0): return bytes
        case (2, 2) where bits & 0xF == 0:
            bytes.append(UInt8(truncatingIfNeeded: bits >> 4))
            return bytes
        case (3, 1) where bits & 0x3 == 0:
            bytes.append(UInt8(truncatingIfNeeded: bits >> 10))
            bytes.append(UInt8(truncatingIfNeeded: bits >> 2))
            return bytes
        default: return nil
        }
    }

    private static let pad = UInt8(ascii: "=")
    private static let invalid: UInt8 = 0xFF
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: invalid, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    private static func isWhitespace(_ character: UInt8) -> Bool {
        character == 0x20 || (0x09...0x0D).contains(character)
    }
}
