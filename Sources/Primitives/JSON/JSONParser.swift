/// Fills the table of a `JSONDocument` in one pass, without recursion.
///
/// The text of an AdmissionReview comes from whoever may create an object, so the time is linear in the bytes and the
/// memory is the table. (How strings are read stands in `JSONParser+Strings`, how keys are compared in `JSONKeys`.)
struct JSONParser: ~Copyable {
    typealias Node = JSONDocument.Node

    let text: JSONText
    var offset = 0
    var nodes: NodeTable
    /// The node of the innermost array or object whose end has not been read yet. While a container is open, its
    /// node's `next` holds the container around it.
    private var container = Self.noContainer
    private var depth = 0

    private static let noContainer = UInt32.max

    init(_ text: JSONText) {
        self.text = text
        nodes = NodeTable(minimumCapacity: text.count / 10)
    }

    consuming func parse() throws(JSONError) -> NodeTable {
        skipWhitespace()
        guard offset < text.count else { throw JSONError(.empty, at: offset) }
        try parseValue()
        while container != Self.noContainer { try continueContainer() }
        skipWhitespace()
        guard offset == text.count else { throw JSONError(.trailingText, at: offset) }
        return nodes
    }

    /// Reads the next element or member of the innermost container, or its end.
    private mutating func continueContainer() throws(JSONError) {
        let index = Int(container)
        let isObject = nodes[index].kind == .object
        skipWhitespace()
        if text[offset] == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) { return try close(index) }
        if nodes[index].count > 0 {
            try expect(UInt8(ascii: ","))
            skipWhitespace()
        }
        guard nodes.count < Limits.jsonValues else {
            throw JSONError(.tooManyValues(limit: Limits.jsonValues), at: offset)
        }
        nodes[index].count += 1
        if isObject { try parseKey() }
        try parseValue()
    }

    private mutating func parseKey() throws(JSONError) {
        guard text[offset] == UInt8(ascii: "\"") else { throw unexpected() }
        let key = try parseString()
        append(key.kind, from: key.start, to: key.end, count: JSONKeys.hash(of: key, in: text))
        skipWhitespace()
        try expect(UInt8(ascii: ":"))
        skipWhitespace()
    }

    private mutating func parseValue() throws(JSONError) {
        switch text[offset] {
        case UInt8(ascii: "\""):
            let string = try parseString()
            append(string.kind, from: string.start, to: string.end)
        case UInt8(ascii: "{"): try open(.object)
        case UInt8(ascii: "["): try open(.array)
        case UInt8(ascii: "t"): try parseWord("true", .true)
        case UInt8(ascii: "f"): try parseWord("false", .false)
        case UInt8(ascii: "n"): try parseWord("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try parseNumber()
        default: throw unexpected()
        }
    }

    private mutating func open(_ kind: Node.Kind) throws(JSONError) {
        guard depth < Limits.jsonDepth else { throw JSONError(.tooDeep(limit: Limits.jsonDepth), at: offset) }
        depth += 1
        let index = UInt32(nodes.count)
        nodes.append(Node(kind: kind, start: UInt32(offset), end: UInt32(offset), next: container))
        container = index
        offset += 1
    }

    private mutating func close(_ index: Int) throws(JSONError) {
        offset += 1
        depth -= 1
        container = nodes[index].next
        nodes[index].end = UInt32(offset)
        nodes[index].next = UInt32(nodes.count)
        if nodes[index].kind == .object { try JSONKeys.refuseTwins(among: index, of: nodes, in: text) }
    }

    private mutating func append(_ kind: Node.Kind, from start: Int, to end: Int, count: UInt32 = 0) {
        let next = UInt32(nodes.count + 1)
        nodes.append(Node(kind: kind, start: UInt32(start), end: UInt32(end), next: next, count: count))
    }

    private mutating func parseWord(_ word: StaticString, _ kind: Node.Kind) throws(JSONError) {
        let start = offset
        for expected in word.description.utf8 {
            guard text[offset] == expected else { throw unexpected() }
            offset += 1
        }
        append(kind, from: start, to: offset)
    }

    /// RFC 8259 §6: `[-] int [frac] [exp]`, no leading zero.
    private mutating func parseNumber() throws(JSONError) {
        let start = offset
        skip(UInt8(ascii: "-"))
        let integerStart = offset
        let digits = skipDigits()
        guard digits > 0, digits == 1 || text[integerStart] != UInt8(ascii: "0") else {
            throw JSONError(.invalidNumber, at: start)
        }
        if skip(UInt8(ascii: ".")), skipDigits() == 0 { throw JSONError(.invalidNumber, at: start) }
        if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
            if !skip(UInt8(ascii: "+")) { skip(UInt8(ascii: "-")) }
            if skipDigits() == 0 { throw JSONError(.invalidNumber, at: start) }
        }
        append(.number, from: start, to: offset)
    }
}

// The steps of every reader.
extension JSONParser {
    func unexpected() -> JSONError {
        offset < text.count
            ? JSONError(.unexpectedByte(text[offset]), at: offset) : JSONError(.unexpectedEnd, at: offset)
    }

    private mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard text[offset] == byte else { throw unexpected() }
        offset += 1
    }

    @discardableResult
    mutating func skip(_ byte: UInt8) -> Bool {
        guard text[offset] == byte else { return false }
        offset += 1
        return true
    }

    private mutating func skipDigits() -> Int {
        let start = offset
        while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[offset]) { offset += 1 }
        return offset - start
    }

    private mutating func skipWhitespace() {
        while true {
            switch text[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            default: return
            }
        }
    }
}
