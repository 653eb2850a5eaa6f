/// Fills the table of a `JSONDocument` in one pass, without recursion.
///
/// The text of an AdmissionReview comes from whoever may create an object, so the time is linear in the bytes and the
/// memory is the table. (How strings and numbers are read stands in `JSONText+Tokens`, how keys are compared in
/// `JSONKeys`.)
///
/// Each step takes the offset it begins at and returns the one behind what it read. As a property the offset would go
/// through memory at every byte, which was half of the time of parsing. For the same reason the steps become one function:
/// each is called for every value.
struct JSONParser: ~Copyable {
    typealias Node = JSONDocument.Node

    private let text: JSONText
    private var nodes: NodeTable
    /// The node of the innermost array or object whose end has not been read yet. While a container is open, its
    /// node's `next` holds the container around it.
    private var container = Self.noContainer
    private var depth = 0

    private static let noContainer = UInt32.max

    init(_ text: JSONText) {
        self.text = text
        nodes = NodeTable(minimumCapacity: text.count / 8)
    }

    consuming func parse() throws(JSONError) -> NodeTable {
        var offset = text.endOfWhitespace(from: 0)
        guard offset < text.count else { throw JSONError(.empty, at: offset) }
        repeat {
            offset = try goOn(from: try parseValue(at: offset))
        } while container != Self.noContainer
        guard offset == text.count else { throw JSONError(.trailingText, at: offset) }
        return nodes
    }

    /// Goes from behind a value, or from behind the beginning of a container, to where the next value begins: past a comma
    /// and a key, and past the ends of containers. Behind the outermost value there is none.
    @inline(__always)
    private mutating func goOn(from start: Int) throws(JSONError) -> Int {
        var offset = text.endOfWhitespace(from: start)
        while container != Self.noContainer {
            let index = Int(container)
            let isObject = nodes[index].kind == .object
            if text[offset] == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                try close(index, at: offset + 1)
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
            return isObject ? try parseKey(at: offset) : offset
        }
        return offset
    }

    /// Reads a key, the colon, and the space before the value.
    @inline(__always)
    private mutating func parseKey(at start: Int) throws(JSONError) -> Int {
        guard text[start] == UInt8(ascii: "\"") else { throw text.unexpected(at: start) }
        let key = try text.string(at: start)
        append(
            key.kind, from: start + 1, to: key.end, count: JSONKeys.hash(of: key.kind, start + 1..<key.end, in: text))
        let colon = text.endOfWhitespace(from: key.end + 1)
        return text.endOfWhitespace(from: try text.end(of: UInt8(ascii: ":"), at: colon))
    }

    @inline(__always)
    private mutating func parseValue(at start: Int) throws(JSONError) -> Int {
        switch text[start] {
        case UInt8(ascii: "\""):
            let string = try text.string(at: start)
            append(string.kind, from: start + 1, to: string.end)
            return string.end + 1
        case UInt8(ascii: "{"): return try open(.object, at: start)
        case UInt8(ascii: "["): return try open(.array, at: start)
        case UInt8(ascii: "t"): return append(.true, from: start, to: try text.end(of: "true", at: start))
        case UInt8(ascii: "f"): return append(.false, from: start, to: try text.end(of: "false", at: start))
        case UInt8(ascii: "n"): return append(.null, from: start, to: try text.end(of: "null", at: start))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return append(.number, from: start, to: try text.endOfNumber(at: start))
        default: throw text.unexpected(at: start)
        }
    }

    @inline(__always)
    private mutating func open(_ kind: Node.Kind, at start: Int) throws(JSONError) -> Int {
        guard depth < Limits.jsonDepth else { throw JSONError(.tooDeep(limit: Limits.jsonDepth), at: start) }
        depth &+= 1
        let index = UInt32(truncatingIfNeeded: nodes.count)
        let offset = UInt32(truncatingIfNeeded: start)
        nodes.append(Node(kind: kind, start: offset, end: offset, next: container))
        container = index
        return start + 1
    }

    @inline(__always)
    private mutating func close(_ index: Int, at end: Int) throws(JSONError) {
        depth &-= 1
        container = nodes[index].next
        nodes[index].end = UInt32(truncatingIfNeeded: end)
        nodes[index].next = UInt32(truncatingIfNeeded: nodes.count)
        if nodes[index].kind == .object, nodes[index].count > 1 {
            try JSONKeys.refuseTwins(among: index, of: nodes, in: text)
        }
    }

    /// Adds a value without parts, and returns its end.
    @discardableResult
    @inline(__always)
    private mutating func append(_ kind: Node.Kind, from start: Int, to end: Int, count: UInt32 = 0) -> Int {
        // A text has less than 4 GiB (`JSONDocument.init`), and a table fewer nodes than the text has bytes.
        nodes.append(
            Node(
                kind: kind, start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: end),
                next: UInt32(truncatingIfNeeded: nodes.count + 1), count: count))
        return end
    }
}
