/// Fills the table of a `JSONDocument` in one pass, without recursion.
///
/// The text of an AdmissionReview comes from whoever may create an object, so the time is linear in the bytes and the
/// memory is the table. (How strings and numbers are read stands in `JSONText+Tokens`, how keys are compared in
/// `JSONKeys`.)
///
/// Each step takes the offset it begins at and returns the one behind what it read. As a property the offset would go
/// through memory at every byte, which was half of the time of parsing. For the same reason the steps become one function:
/// each is called for every value.
enum JSONParser {
    private typealias Node = JSONDocument.Node

    /// - Parameter skipsFieldSets: whether the sets of `managedFields` may be left without parts; see `FieldSet`.
    static func parse(_ text: JSONText, skipsFieldSets: Bool) throws(JSONError) -> NodeTable {
        var nodes = NodeTable(capacity: text.count / 8)
        var open = OpenContainers()
        var seenBySets = 0
        var offset = text.endOfWhitespace(from: 0)
        guard offset < text.count else { throw JSONError(.empty, at: offset) }
        values: while true {
            if open.depth > 0 { offset = try parsePlace(at: offset, of: text, into: &nodes, open) }
            switch text[offset] {
            case UInt8(ascii: "\""):
                let string = try text.string(at: offset)
                nodes.append(Node(string.kind, from: offset &+ 1, to: string.end, next: nodes.count &+ 1))
                offset = string.end &+ 1
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                if let end = try parseEmptyContainer(at: offset, of: text, into: &nodes, open) {
                    offset = end
                } else if skipsFieldSets, offset >= seenBySets,
                    let end = endOfFieldSet(at: offset, of: text, open, seen: &seenBySets)
                {
                    nodes.append(Node(.object, from: offset, to: end, next: nodes.count &+ 1))
                    offset = end
                } else {
                    offset = begin(at: offset, of: text, into: &nodes, &open)
                    continue values
                }
            default:
                let word = try text.word(at: offset)
                nodes.append(Node(word.kind, from: offset, to: word.end, next: nodes.count &+ 1))
                offset = word.end
            }
            offset = try close(from: offset, of: text, in: &nodes, &open)
            if open.depth == 0 { break }
            offset = text.endOfWhitespace(from: try text.end(of: UInt8(ascii: ","), at: offset))
        }
        guard offset == text.count else { throw JSONError(.trailingText, at: offset) }
        return nodes
    }

    /// Where the parser stands.
    private struct OpenContainers {
        /// The node of the innermost array or object whose end has not been read yet. While a container is open, its
        /// node's `next` holds the container around it.
        var innermost = 0
        /// The byte that the innermost one began with.
        var beginning: UInt8 = 0
        /// How many there are.
        var depth = 0

        var isObject: Bool { beginning == UInt8(ascii: "{") }
    }

    /// Both containers end with the byte that stands two behind the one they begin with.
    @inline(always)
    private static func closing(_ beginning: UInt8) -> UInt8 { beginning &+ 2 }

    @inline(always)
    private static func kind(_ beginning: UInt8) -> Node.Kind { beginning == UInt8(ascii: "{") ? .object : .array }

    /// Adds a container without parts, which most of `managedFields` consists of.
    ///
    /// - Returns: the offset behind it; nil, and nothing is added, for one with parts.
    @inline(always)
    private static func parseEmptyContainer(
        at start: Int, of text: JSONText, into nodes: inout NodeTable, _ open: OpenContainers
    ) throws(JSONError) -> Int? {
        guard open.depth < Limits.jsonDepth else { throw JSONError(.tooDeep(limit: Limits.jsonDepth), at: start) }
        let last = text.endOfWhitespace(from: start &+ 1)
        guard text[last] == closing(text[start]) else { return nil }
        nodes.append(Node(kind(text[start]), from: start, to: last &+ 1, next: nodes.count &+ 1))
        return last &+ 1
    }

    @inline(always)
    private static func endOfFieldSet(
        at start: Int, of text: JSONText, _ open: OpenContainers, seen: inout Int
    ) -> Int? {
        guard open.isObject, FieldSet.mayBegin(at: start, of: text), open.depth + FieldSet.depth < Limits.jsonDepth
        else {
            return nil
        }
        return FieldSet.end(at: start, of: text, seen: &seen)
    }

    /// Goes into a container with parts, to where its first value begins.
    @inline(always)
    private static func begin(
        at start: Int, of text: JSONText, into nodes: inout NodeTable, _ open: inout OpenContainers
    ) -> Int {
        let around = open.innermost
        open = OpenContainers(innermost: nodes.count, beginning: text[start], depth: open.depth &+ 1)
        nodes.append(Node(kind(text[start]), from: start, to: start, next: around))
        return text.endOfWhitespace(from: start &+ 1)
    }

    /// Makes a place for another value of the innermost container, whose key stands here if it is an object.
    ///
    /// - Returns: where the value begins.
    @inline(always)
    private static func parsePlace(
        at start: Int, of text: JSONText, into nodes: inout NodeTable, _ open: OpenContainers
    ) throws(JSONError) -> Int {
        if !nodes.hasRoomForMember {
            guard nodes.count < Limits.jsonValues else {
                throw JSONError(.tooManyValues(limit: Limits.jsonValues), at: start)
            }
            nodes.grow()
        }
        nodes[open.innermost].count &+= 1
        return open.isObject ? try parseKey(at: start, of: text, into: &nodes) : start
    }

    /// Reads a key, the colon, and the space before the value.
    @inline(always)
    private static func parseKey(
        at start: Int, of text: JSONText, into nodes: inout NodeTable
    ) throws(JSONError) -> Int {
        guard text[start] == UInt8(ascii: "\"") else { throw text.unexpected(at: start) }
        let key = try text.string(at: start)
        let hash = JSONKeys.hash(of: key.kind, start &+ 1..<key.end, in: text)
        nodes.append(Node(key.kind, from: start &+ 1, to: key.end, next: nodes.count &+ 1, count: hash))
        let colon = text.endOfWhitespace(from: key.end &+ 1)
        return text.endOfWhitespace(from: try text.end(of: UInt8(ascii: ":"), at: colon))
    }

    /// Goes from behind a value past the ends of containers, to the comma before the next value or behind the outermost
    /// one.
    @inline(always)
    private static func close(
        from start: Int, of text: JSONText, in nodes: inout NodeTable, _ open: inout OpenContainers
    ) throws(JSONError) -> Int {
        var offset = text.endOfWhitespace(from: start)
        while open.depth > 0, text[offset] == closing(open.beginning) {
            let index = open.innermost
            open.innermost = Int(nodes[index].next)
            open.depth &-= 1
            nodes[index].end = UInt32(truncatingIfNeeded: offset &+ 1)
            nodes[index].next = UInt32(truncatingIfNeeded: nodes.count)
            if open.isObject, nodes[index].count > 1 { try JSONKeys.refuseTwins(among: index, of: nodes, in: text) }
            open.beginning = text[Int(nodes[open.innermost].start)]
            offset = text.endOfWhitespace(from: offset &+ 1)
        }
        return offset
    }
}
