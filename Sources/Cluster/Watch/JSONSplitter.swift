package import Primitives

/// Cuts a stream of JSON objects, one behind the other, into the objects. Where the pieces of the stream begin and end
/// means nothing: one may hold several objects, or the middle of one.
///
/// It counts braces outside of strings and leaves the rest to the parser, so that each byte is looked at once however
/// small the pieces are.
package struct JSONSplitter: Sendable {
    private var text: [UInt8] = []
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private let limit: Int

    /// - Parameter limit: bytes of one object.
    package init(limit: Int) {
        self.limit = limit
    }

    /// The objects that end in this piece.
    ///
    /// - Throws: `JSONError` when something other than objects and white space comes, one is not JSON, or is longer than
    ///   the limit. Nothing more can be read then.
    package mutating func feed(_ piece: [UInt8]) throws(JSONError) -> [JSONValue] {
        var values: [JSONValue] = []
        var start = 0
        for (offset, byte) in piece.enumerated() {
            if depth == 0, byte != UInt8(ascii: "{") {
                guard [0x20, 0x09, 0x0A, 0x0D].contains(byte) else {
                    throw JSONError(.unexpectedByte(byte), at: offset)
                }
                start = offset + 1
            } else if step(byte) {
                values.append(try take(piece[start...offset]))
                start = offset + 1
            }
        }
        text += piece[start...]
        guard text.count <= limit else { throw JSONError(.tooLarge(limit: limit), at: limit) }
        return values
    }

    /// Whether the stream may end here.
    package var isBetweenObjects: Bool { depth == 0 }

    /// Whether this byte ends an object.
    private mutating func step(_ byte: UInt8) -> Bool {
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
            }
            return false
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth -= 1
            return depth == 0
        default: break
        }
        return false
    }

    private mutating func take(_ end: ArraySlice<UInt8>) throws(JSONError) -> JSONValue {
        text += end
        defer { text = [] }
        return try JSONDocument(parsing: text, limit: limit).root
    }
}
