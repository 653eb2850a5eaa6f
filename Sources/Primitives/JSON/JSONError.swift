/// Why a text is not JSON as this house reads it (RFC 8259, and stricter: RFC 8259 §4 only advises unique names).
package struct JSONError: Error, Equatable, CustomStringConvertible {
    /// What is wrong at the offset. The writer of the text is at fault in every case.
    package enum Reason: Equatable, Sendable {
        case empty
        case tooLarge(limit: Int)
        case tooDeep(limit: Int)
        case tooManyValues(limit: Int)
        case unexpectedEnd
        case unexpectedByte(UInt8)
        case trailingText
        case duplicateKey(String)
        case invalidNumber
        case invalidEscape
        case loneSurrogate
        case invalidUTF8
        case controlCharacter
    }

    /// What is wrong.
    package let reason: Reason
    /// Where, in bytes from the start of the text.
    package let offset: Int

    package init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// One line of ASCII but for the ellipsis of a cut key.
    package var description: String { "\(explanation) (byte \(offset))" }

    private var explanation: String {
        switch reason {
        case .empty: "empty text where JSON was expected"
        case .tooLarge(let limit): "JSON longer than \(limit) bytes"
        case .tooDeep(let limit): "JSON nested deeper than \(limit) levels"
        case .tooManyValues(let limit): "JSON of more than \(limit) values"
        case .unexpectedEnd: "JSON ends early"
        case .unexpectedByte(let byte): "unexpected \(Self.name(of: byte)) in JSON"
        case .trailingText: "text after the end of the JSON value"
        case .duplicateKey(let key): "duplicate key \"\(Self.shortened(key))\" in a JSON object"
        case .invalidNumber: "malformed number in JSON"
        case .invalidEscape: "malformed escape in a JSON string"
        case .loneSurrogate: "half of a surrogate pair in a JSON string"
        case .invalidUTF8: "JSON string that is not UTF-8"
        case .controlCharacter: "unescaped control character in a JSON string"
        }
    }

    /// A key comes from outside: its message is one short line of ASCII, whatever the key holds.
    private static func shortened(_ key: String) -> String {
        let scalars = key.unicodeScalars
        let shown = scalars.prefix(longestKeyShown).map { $0.escaped(asASCII: true) }.joined()
        return scalars.dropFirst(longestKeyShown).isEmpty ? shown : shown + "…"
    }

    private static let longestKeyShown = 64

    private static func name(of byte: UInt8) -> String {
        (0x21...0x7E).contains(byte) ? "'\(Character(UnicodeScalar(byte)))'" : "byte 0x\(Hex.encode([byte]))"
    }
}
