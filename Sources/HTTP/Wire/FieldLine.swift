internal import Primitives

/// One line of a head (RFC 9112 §5).
struct FieldLine {
    let name: String
    let value: String

    /// Refuses a name that is not a token directly before its colon, a line that begins with a blank (obs-fold) and
    /// control characters in the value. Blanks around the value are not part of it.
    init(parsing line: ArraySlice<UInt8>) throws(HTTPError) {
        let line = line.span
        guard !line.isEmpty, !ByteSet.isBlank(line[0]) else { throw .malformed(.lineFolding) }
        let token = ByteSet.token
        var colon = 0
        while colon < line.count, token.contains(line[colon]) { colon += 1 }
        guard colon > 0, colon < line.count, line[colon] == UInt8(ascii: ":") else { throw .malformed(.fieldName) }
        name = String(text: line.extracting(first: colon))
        var (start, end) = (colon + 1, line.count)
        while start < end, ByteSet.isBlank(line[start]) { start += 1 }
        while start < end, ByteSet.isBlank(line[end - 1]) { end -= 1 }
        value = try Self.text(line.extracting(start..<end))
    }

    /// The value as text. Bytes from 0x80 on, which RFC 9110 §5.5 leaves without meaning, become the characters of
    /// ISO 8859-1, so that none is lost.
    private static func text(_ bytes: Span<UInt8>) throws(HTTPError) -> String {
        var isASCII = true
        for index in bytes.indices where bytes[index] < 0x20 || bytes[index] > 0x7E {
            if bytes[index] == 0x0D { throw .malformed(.bareCarriageReturn) }
            guard bytes[index] == 0x09 || bytes[index] > 0x7F else { throw .malformed(.fieldValue) }
            if bytes[index] > 0x7F { isASCII = false }
        }
        if isASCII { return String(text: bytes) }
        return String(String.UnicodeScalarView(bytes.indices.map { Unicode.Scalar(bytes[$0]) }))
    }

    /// Whether a field of that name and value stays one line when it is written: a token, and visible ASCII with
    /// blanks inside.
    static func isWritable(name: String, value: some Collection<UInt8>) -> Bool {
        let token = ByteSet.token
        return !name.isEmpty && name.utf8.allSatisfy({ token.contains($0) })
            && value.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x09 }
    }
}
