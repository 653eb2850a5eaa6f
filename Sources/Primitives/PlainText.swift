/// Text from outside, made fit for a message: one line of printable characters, no longer than asked.
///
/// An image name or a registry's error body is written by somebody else and ends in an Event, a terminal and a log:
/// control characters could forge lines or drive the terminal (CWE-117, CWE-150).
package enum PlainText {
    /// The text with every control character, line separator and direction mark replaced by a space, runs of spaces
    /// folded into one, and cut behind `limit` characters.
    package static func make(from text: String, limit: Int) -> String {
        if text.utf8.count <= limit, isPlain(text) { return text }
        var plain = String.UnicodeScalarView()
        var length = 0
        for scalar in text.unicodeScalars {
            let character = isPrintable(scalar) ? scalar : " "
            if character == " ", plain.last.map({ $0 == " " }) ?? true { continue }
            guard length < limit else { return String(plain) + "…" }
            plain.append(character)
            length += 1
        }
        if plain.last == " " { plain.removeLast() }
        return String(plain)
    }

    /// The same of bytes that claim to be UTF-8; the other bytes are replaced.
    package static func make(from bytes: some Collection<UInt8>, limit: Int) -> String {
        make(from: String(decoding: bytes.prefix(limit * 4), as: UTF8.self), limit: limit)
    }

    /// At most so many bytes of a text, in whole characters of Unicode, with an ellipsis where it was cut; a grapheme may
    /// be longer than any line.
    package static func cut(_ text: String, toBytes limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var room = limit - "…".utf8.count
        let kept = text.unicodeScalars.prefix { scalar in
            room -= UTF8.width(scalar)
            return room >= 0
        }
        return String(kept) + "…"
    }

    /// Whether nothing in a text has to be changed; only told of ASCII, which most texts are.
    private static func isPlain(_ text: String) -> Bool {
        let bytes = text.utf8.span
        var last = UInt8(ascii: " ")
        for index in bytes.indices {
            let byte = bytes[index]
            guard (0x20...0x7E).contains(byte), byte != 0x20 || last != 0x20 else { return false }
            last = byte
        }
        return last != 0x20 || text.isEmpty
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        case .spaceSeparator: scalar == " "
        default: true
        }
    }
}
