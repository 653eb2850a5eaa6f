/// A JSON text that was checked whole, with a flat table of the values in it.
///
/// The parser reads the text once and allocates one table for all of it: strings are decoded and numbers are read when
/// somebody asks for them. An AdmissionReview is mostly text that nobody asks for.
package final class JSONDocument: Sendable {
    /// One value (or one key of an object) of the text, in the order of the text.
    struct Node: Sendable {
        enum Kind: UInt8, Sendable { case null, `true`, `false`, number, string, escapedString, array, object }

        let kind: Kind
        /// Offset of the first byte; for strings of the first byte behind the quote.
        let start: UInt32
        /// Offset behind the last byte; for strings of the closing quote.
        var end: UInt32
        /// Index of the node behind this one and all that it contains.
        var next: UInt32
        /// Elements of an array, members of an object; of a key a hash of its decoded bytes.
        var count: UInt32

        /// (A text has less than 4 GiB, see `JSONDocument.init`, and a table fewer nodes than the text has bytes.)
        @inline(always)
        init(_ kind: Kind, from start: Int, to end: Int, next: Int, count: UInt32 = 0) {
            self.kind = kind
            self.start = UInt32(truncatingIfNeeded: start)
            self.end = UInt32(truncatingIfNeeded: end)
            self.next = UInt32(truncatingIfNeeded: next)
            self.count = count
        }
    }

    /// The text, and what the parser wants behind it.
    let bytes: [UInt8]
    let nodes: NodeTable

    /// Parses one JSON value with nothing but white space around it.
    ///
    /// - Parameter skipsFieldSets: whether the sets of fields in `managedFields`, which are checked as everything is, may look
    ///   as if there were nothing in them (their text stays whole).
    /// - Throws: `JSONError` for anything that RFC 8259 does not allow, and for duplicate keys (compared after
    ///   decoding escapes), lone surrogates, invalid UTF-8, a byte order mark, and more than `limit` bytes,
    ///   `Limits.jsonDepth` levels or `Limits.jsonValues` values.
    package init(
        parsing bytes: [UInt8], limit: Int = Limits.reviewBytes, skipsFieldSets: Bool = false
    ) throws(JSONError) {
        guard bytes.count <= limit, bytes.count < Int(UInt32.max) else {
            throw JSONError(.tooLarge(limit: limit), at: limit)
        }
        let padded = JSONText.pad(bytes)
        nodes = try Self.parse(padded, count: bytes.count, skipsFieldSets: skipsFieldSets)
        self.bytes = padded
    }

    private static func parse(
        _ padded: [UInt8], count: Int, skipsFieldSets: Bool
    ) throws(JSONError) -> NodeTable {
        try unsafe padded.span.withUnsafeBufferPointer { buffer throws(JSONError) in
            try JSONParser.parse(
                unsafe JSONText(padded: buffer, count: count), skipsFieldSets: skipsFieldSets)
        }
    }

    /// The outermost value.
    package var root: JSONValue { JSONValue(document: self, index: 0) }

    /// Whether the node is a string of exactly these bytes.
    func isString(at index: Int, _ text: Span<UInt8>) -> Bool {
        let node = nodes[index]
        let start = Int(node.start)
        switch node.kind {
        case .string:
            guard Int(node.end) - start == text.count else { return false }
            return holds(text, at: start)
        case .escapedString:
            let decoded = JSONString.decode(bytes[start..<Int(node.end)])
            guard decoded.count == text.count else { return false }
            for offset in text.indices where decoded[offset] != text[offset] { return false }
            return true
        default: return false
        }
    }

    /// Whether the text has these bytes from an offset on, of which there are as many.
    private func holds(_ other: Span<UInt8>, at start: Int) -> Bool {
        unsafe bytes.withUnsafeBytes { own in
            unsafe other.withUnsafeBytes { other in
                var offset = 0
                while offset + 8 <= other.count {
                    let word = unsafe own.loadUnaligned(fromByteOffset: start + offset, as: UInt64.self)
                    if unsafe word != other.loadUnaligned(fromByteOffset: offset, as: UInt64.self) { return false }
                    offset += 8
                }
                while offset < other.count {
                    if unsafe own[start + offset] != other[offset] { return false }
                    offset += 1
                }
                return true
            }
        }
    }

    /// The node of the value of an object's member with exactly this key.
    func member(of object: Int, at key: borrowing JSONKey) -> Int? {
        let end = Int(nodes[object].next)
        var name = object + 1
        while name < end {
            if nodes[name].count == key.sample.hash, isKey(at: name, key) { return name + 1 }
            name = Int(nodes[name + 1].next)
        }
        return nil
    }

    private func isKey(at index: Int, _ key: borrowing JSONKey) -> Bool {
        let (node, sample) = (nodes[index], key.sample)
        let start = Int(node.start)
        guard node.kind == .string, sample.count <= 16 else { return isString(at: index, key.text.utf8.span) }
        guard Int(node.end) - start == sample.count else { return false }
        // Behind each text there is more than is read here.
        return unsafe bytes.withUnsafeBytes { own in
            let mask = sample.count < 8 ? (1 &<< UInt64(truncatingIfNeeded: sample.count * 8)) &- 1 : UInt64.max
            let last = start + max(0, sample.count - 8)
            let (head, tail) = unsafe (
                own.loadUnaligned(fromByteOffset: start, as: UInt64.self),
                own.loadUnaligned(fromByteOffset: last, as: UInt64.self)
            )
            return UInt64(littleEndian: head) & mask == sample.first && UInt64(littleEndian: tail) & mask == sample.last
        }
    }

    /// The decoded text of a string; nil for other values.
    func string(at index: Int) -> String? {
        let node = nodes[index]
        switch node.kind {
        case .string:
            return unsafe bytes.withUnsafeBufferPointer { bytes in
                unsafe String(decoding: bytes[Int(node.start)..<Int(node.end)], as: UTF8.self)
            }
        case .escapedString:
            return String(decoding: JSONString.decode(bytes[Int(node.start)..<Int(node.end)]), as: UTF8.self)
        default: return nil
        }
    }
}
