/// The sets of fields in `managedFields` (FieldsV1 of meta/v1), which are a third of what the API server sends and of no use
/// to anybody here: objects of objects, `{}` at their ends.
///
/// In the form in which Kubernetes writes them they are checked without keeping their parts. A set in any other form is
/// read as everything else is.
enum FieldSet {
    /// How deep a set may be here.
    static var depth: Int { 24 }

    /// Whether the container at `start` is an object, and the value of the key `fieldsV1`. (The quote before may be an escaped
    /// one, of another key. That does no harm: what has no parts but objects has nothing that anybody could look for.)
    @inline(always)
    static func mayBegin(at start: Int, of text: JSONText) -> Bool {
        // The eight bytes before `":`.
        text[start] == UInt8(ascii: "{") && start > 10 && text.eightBytes(at: start &- 10) == name
            && text[start &- 11] == UInt8(ascii: "\"")
    }

    private static let name = "fieldsV1".utf8.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }

    /// The offset behind the object with parts at `start`; nil if it is none of these sets, or not in that form: without white
    /// space, the keys of each object in the order of their bytes, so that no two are the same, and nothing in them
    /// escaped that need not be.
    ///
    /// - Parameter seen: how far the text has been looked at, as it is set here. What begins before that shall not be tried
    ///   again: a set in another form may hold sets that hold sets, and each would be read to where the first one failed.
    static func end(at start: Int, of text: JSONText, seen: inout Int) -> Int? {
        /// Of each open object the key that was read last; there is room for `depth` of them.
        var keys = InlineArray<24, Key>(repeating: Key())
        var level = 0
        var offset = start &+ 1
        defer { seen = offset }
        while true {
            guard text[offset] == UInt8(ascii: "\""), let key = Key(at: offset &+ 1, of: text),
                keys[level].isBefore(key, in: text), text[key.end &+ 1] == UInt8(ascii: ":"),
                text[key.end &+ 2] == UInt8(ascii: "{")
            else { return nil }
            keys[level] = key
            offset = key.end &+ 3
            guard text[offset] == UInt8(ascii: "}") else {
                level &+= 1
                guard level < keys.count else { return nil }
                keys[level] = Key()
                continue
            }
            offset &+= 1
            while text[offset] == UInt8(ascii: "}") {
                offset &+= 1
                if level == 0 { return offset }
                level &-= 1
            }
            guard text[offset] == UInt8(ascii: ",") else { return nil }
            offset &+= 1
        }
    }

    /// Where a key stands, from behind its first quote to before its last one.
    private struct Key {
        let start: Int
        let end: Int

        /// No key: every other one stands behind it.
        init() {
            (start, end) = (0, -1)
        }

        /// Nil for a key with escapes other than of quotes and backslashes, and for one that is none. Each other character
        /// has one spelling, so that keys of different bytes are different keys.
        init?(at start: Int, of text: JSONText) {
            var offset = start
            while true {
                offset = text.endOfPlainText(from: offset)
                if text[offset] == UInt8(ascii: "\"") { break }
                guard text[offset] == UInt8(ascii: "\\"),
                    text[offset &+ 1] == UInt8(ascii: "\"") || text[offset &+ 1] == UInt8(ascii: "\\")
                else { return nil }
                offset &+= 2
            }
            (self.start, end) = (start, offset)
        }

        /// Whether the bytes come before those of another key, each with its last quote, which ends them.
        func isBefore(_ other: Key, in text: JSONText) -> Bool {
            let last = min(end &- start, other.end &- other.start)
            if last < 0 { return true }
            var offset = 0
            while offset <= last {
                let (left, right) = (text.eightBytes(at: start &+ offset), text.eightBytes(at: other.start &+ offset))
                if left != right {
                    // What stands behind the quotes is not compared.
                    let difference = offset &+ (left ^ right).trailingZeroBitCount / 8
                    return difference <= last && left.byteSwapped < right.byteSwapped
                }
                offset &+= 8
            }
            return false
        }
    }
}
