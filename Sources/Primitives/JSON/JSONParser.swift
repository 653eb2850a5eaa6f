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

    /// No container is open.
    private static var noContainer: UInt32 { .max }

    static func parse(_ text: JSONText) throws(JSONError) -> NodeTable {
        var nodes = NodeTable(minimumCapacity: text.count / 8)
        var open = OpenContainers()
        var offset = text.endOfWhitespace(from: 0)
        guard offset < text.count else { throw JSONError(.empty, at: offset) }
        repeat {
            offset = try parseValue(at: offset, of: text, into: &nodes, &open)
            offset = try goOn(from: offset, of: text, into: &nodes, &open)
        } while open.innermost != noContainer
        guard offset == text.count else { throw JSONError(.trailingText, at: offset) }
        return nodes
    }

    /// Where the parser stands.
    private struct OpenContainers {
        /// The node of the innermost array or object whose end has not been read yet. While a container is open, its
        /// node's `next` holds the container around it.
        var innermost = noContainer
        var depth = 0
    }

    /// Goes from behind a value, or from behind the beginning of a container, to where the next value begins: past a comma
    /// and a key, and past the ends of containers. Behind the outermost value there is none.
    @inline(always)
    private static func goOn(
        from start: Int, of text: JSONText, into nodes: inout NodeTable, _ open: inout OpenContainers
    ) throws(JSONError) -> Int {
        var offset = text.endOfWhitespace(from: start)
        while open.innermost != noContainer {
            let index = Int(open.innermost)
            let isObject = nodes[index].kind == .object
            if text[offset] == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                try close(index, at: offset + 1, of: text, in: &nodes, &open)
                offset = text.endOfWhitespace(from: offset + 1)
                continue
            }
            if nodes[index].count > 0 {
                offset = text.endOfWhitespace(from: try text.end(of: UInt8(ascii: ","), at: offset))
            }
            guard nodes.count < Limits.jsonValues else {
                throw JSONError(.tooManyValues(limit: Limits.jsonValues), at: offset)
            }
            nodes[index].count &+= 1
            if isObject { offset = try parseKey(at: offset, of: text, into: &nodes) }
            break
        }
        return offset
    }

    /// Reads a key, the colon, and the space before the value.
    @inline(always)
    private static func parseKey(
        at start: Int, of text: JSONText, into nodes: inout NodeTable
    ) throws(JSONError) -> Int {
        guard text[start] == UInt8(ascii: "\"") else { throw text.unexpected(at: start) }
        let key = try text.string(at: start)
        let hash = JSONKeys.hash(of: key.kind, start + 1..<key.end, in: text)
        append(key.kind, from: start + 1, to: key.end, to: &nodes, count: hash)
        let colon = text.endOfWhitespace(from: key.end + 1)
        return text.endOfWhitespace(from: try text.end(of: UInt8(ascii: ":"), at: colon))
    }

    @inline(always)
    private static func parseValue(
        at start: Int, of text: JSONText, into nodes: inout NodeTable, _ containers: inout OpenContainers
    ) throws(JSONError) -> Int {
        let kind: Node.Kind
        let end: Int
        switch text[start] {
        case UInt8(ascii: "\""):
            let string = try text.string(at: start)
            append(string.kind, from: start + 1, to: string.end, to: &nodes)
            return string.end + 1
        case UInt8(ascii: "{"): return try open(.object, at: start, in: &nodes, &containers)
        case UInt8(ascii: "["): return try open(.array, at: start, in: &nodes, &containers)
        case UInt8(ascii: "t"): (kind, end) = (.true, try text.end(of: "true", at: start))
        case UInt8(ascii: "f"): (kind, end) = (.false, try text.end(of: "false", at: start))
        case UInt8(ascii: "n"): (kind, end) = (.null, try text.end(of: "null", at: start))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            (kind, end) = (.number, try text.endOfNumber(at: start))
        default: throw text.unexpected(at: start)
        }
        append(kind, from: start, to: end, to: &nodes)
        return end
    }

    @inline(always)
    private static func open(
        _ kind: Node.Kind, at start: Int, in nodes: inout NodeTable, _ containers: inout OpenContainers
    ) throws(JSONError) -> Int {
        guard containers.depth < Limits.jsonDepth else { throw JSONError(.tooDeep(limit: Limits.jsonDepth), at: start) }
        containers.depth &+= 1
        let index = UInt32(truncatingIfNeeded: nodes.count)
        let offset = UInt32(truncatingIfNeeded: start)
        nodes.append(Node(kind: kind, start: offset, end: offset, next: containers.innermost))
        containers.innermost = index
        return start + 1
    }

    @inline(always)
    private static func close(
        _ index: Int, at end: Int, of text: JSONText, in nodes: inout NodeTable, _ containers: inout OpenContainers
    ) throws(JSONError) {
        containers.depth &-= 1
        containers.innermost = nodes[index].next
        nodes[index].end = UInt32(truncatingIfNeeded: end)
        nodes[index].next = UInt32(truncatingIfNeeded: nodes.count)
        if nodes[index].kind == .object, nodes[index].count > 1 {
            try JSONKeys.refuseTwins(among: index, of: nodes, in: text)
        }
    }

    /// Adds a value without parts.
    @inline(always)
    private static func append(
        _ kind: Node.Kind, from start: Int, to end: Int, to nodes: inout NodeTable, count: UInt32 = 0
    ) {
        // A text has less than 4 GiB (`JSONDocument.init`), and a table fewer nodes than the text has bytes.
        nodes.append(
            Node(
                kind: kind, start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: end),
                next: UInt32(truncatingIfNeeded: nodes.count &+ 1), count: count))
    }
}
