/// One line of a head (RFC 9112 §5).
struct FieldLine {
    let name: String
    let value: String

    /// Refuses a name that is not a token directly before its colon, a line that begins with a blank (obs-fold) and
    /// control characters in the value. Blanks around the value are not part of it.
    init(parsing line: ArraySlice<UInt8>) throws(HTTPError) {
        guard let first = line.first, !ByteSet.isBlank(first) else { throw .malformed(.lineFolding) }
        let token = ByteSet.token
        guard let colon = line.firstIndex(where: { !token.contains($0) }), colon > line.startIndex,
            line[colon] == UInt8(ascii: ":")
        else { throw .malformed(.fieldName) }
        name = String(decoding: line[..<colon], as: UTF8.self)
        value = try Self.text(ByteSet.trimmed(line[(colon + 1)...]))
    }

    /// The value as text. Bytes from 0x80 on, which RFC 9110 §5.5 leaves without meaning, become the characters of
    /// ISO 8859-1, so that none is lost.
    private static func text(_ bytes: ArraySlice<UInt8>) throws(HTTPError) -> String {
        var isASCII = true
        for byte in bytes where byte < 0x20 || byte > 0x7E {
            if byte == 0x0D { throw .malformed(.bareCarriageReturn) }
            guard byte == 0x09 || byte > 0x7F else { throw .malformed(.fieldValue) }
            if byte > 0x7F { isASCII = false }
        }
        if isASCII { return String(decoding: bytes, as: UTF8.self) }
        return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }

    /// Whether a field of that name and value stays one line when it is written: a token, and visible ASCII with
    /// blanks inside.
    static func isWritable(name: String, value: some Collection<UInt8>) -> Bool {
        let token = ByteSet.token
        return !name.isEmpty && name.utf8.allSatisfy({ token.contains($0) })
            && value.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x09 }
    }
}
