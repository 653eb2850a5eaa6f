/// A set of ASCII characters, for grammars that are written byte by byte. Bytes from 0x80 on are never members.
struct ByteSet: Sendable {
    private let low: UInt64
    private let high: UInt64

    init(_ characters: String) {
        var words: (low: UInt64, high: UInt64) = (0, 0)
        for byte in characters.utf8 {
            if byte < 64 { words.low |= 1 << byte } else { words.high |= 1 << (byte & 63) }
        }
        (low, high) = words
    }

    func contains(_ byte: UInt8) -> Bool {
        byte < 128 && ((byte < 64 ? low : high) >> (byte & 63)) & 1 == 1
    }

    /// RFC 9110 §5.6.2.
    static let token = ByteSet(alphanumeric + "!#$%&'*+-.^_`|~")
    /// RFC 3986 §2.3: never percent-encoded.
    static let unreserved = ByteSet(alphanumeric + "-._~")
    /// `pchar` and `/` of RFC 3986 §3.3, without the percent sign.
    static let path = ByteSet(alphanumeric + "-._~!$&'()*+,;=:@/")
    /// RFC 3986 §3.4, without the percent sign.
    static let query = ByteSet(alphanumeric + "-._~!$&'()*+,;=:@/?")
    /// A host and port as they may stand in a Host field (RFC 9112 §3.2).
    static let authority = ByteSet(alphanumeric + "-._~!$&'()*+,;=:[]%")
    /// What labels of a DNS name are made of, as the house accepts it. The underscore is not in RFC 1123, but in the names of real hosts.
    static let hostName = ByteSet(alphanumeric + "-_")

    /// An ASCII letter in lower case; any other byte unchanged.
    static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// SP and HTAB, the optional white space of RFC 9110 §5.6.3.
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09
    }

    /// Without the blanks at both ends.
    static func trimmed<Bytes: BidirectionalCollection<UInt8>>(_ bytes: Bytes) -> Bytes.SubSequence {
        let front = bytes.drop(while: isBlank)
        guard let last = front.lastIndex(where: { !isBlank($0) }) else { return front }
        return front[...last]
    }

    private static let alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
}
