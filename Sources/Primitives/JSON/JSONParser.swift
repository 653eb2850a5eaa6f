/// Fills the table of a `JSONDocument` in one pass, without recursion.
struct JSONParser {
    private typealias Node = JSONDocument.Node

    private let bytes: [UInt8]
    private var offset = 0
    private var nodes: [JSONDocument.Node] = []
    private var open: [Container] = []

    /// An array or object whose end has not been read yet.
    private struct Container {
        let node: Int
        let isObject: Bool
        /// Keys so far, kept once there are too many to compare one by one.
        var keys: Set<ArraySlice<UInt8>>?
    }

    /// Up to this many keys of one object are compared one by one, which is faster than hashing them.
    private static let fewKeys = 12

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        nodes.reserveCapacity(bytes.count / 12 + 8)
    }

    mutating func parse() throws(JSONError) -> [JSONDocument.Node] {
        skipWhitespace()
        guard offset < bytes.count else { throw JSONError(.empty, at: offset) }
        try parseValue()
        while let container = open.last {
            try continueContainer(container)
        }
        skipWhitespace()
        guard offset == bytes.count else { throw JSONError(.trailingText, at: offset) }
        return nodes
    }

    /// Reads the next element or member of the innermost container, or its end.
    private mutating func continueContainer(_ container: Container) throws(JSONError) {
        skipWhitespace()
        let close = container.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
        let isFirst = nodes[container.node].count == 0
        if try current() == close {
            offset += 1
            nodes[container.node].end = UInt32(offset)
            nodes[container.node].next = UInt32(nodes.count)
            open.removeLast()
            return
        }
        if !isFirst {
            try expect(UInt8(ascii: ","))
            skipWhitespace()
        }
        nodes[container.node].count += 1
        if container.isObject {
            try parseKey(in: container)
            skipWhitespace()
            try expect(UInt8(ascii: ":"))
            skipWhitespace()
        }
        try parseValue()
    }

    private mutating func parseKey(in container: Container) throws(JSONError) {
        let start = offset
        guard try current() == UInt8(ascii: "\"") else { throw unexpected() }
        let key = nodes.count
        try parseString()
        guard try isNew(key: key, in: container) else {
            let text = String(decoding: decodedBytes(of: nodes[key]), as: UTF8.self)
            throw JSONError(.duplicateKey(text), at: start)
        }
    }

    private mutating func isNew(key: Int, in container: Container) throws(JSONError) -> Bool {
        let decoded = decodedBytes(of: nodes[key])
        if open[open.count - 1].keys != nil {
            return open[open.count - 1].keys?.insert(decoded).inserted ?? false
        }
        var sibling = container.node + 1
        var known: [ArraySlice<UInt8>] = []
        let collect = nodes[container.node].count > Self.fewKeys
        while sibling < key {
            let other = decodedBytes(of: nodes[sibling])
            if other == decoded { return false }
            if collect { known.append(other) }
            sibling = Int(nodes[sibling + 1].next)
        }
        if collect {
            known.append(decoded)
            open[open.count - 1].keys = Set(known)
        }
        return true
    }

    private mutating func parseValue() throws(JSONError) {
        switch try current() {
        case UInt8(ascii: "{"): try begin(.object)
        case UInt8(ascii: "["): try begin(.array)
        case UInt8(ascii: "\""): try parseString()
        case UInt8(ascii: "t"): try parseWord("true", .true)
        case UInt8(ascii: "f"): try parseWord("false", .false)
        case UInt8(ascii: "n"): try parseWord("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try parseNumber()
        default: throw unexpected()
        }
    }

    private mutating func begin(_ kind: JSONDocument.Node.Kind) throws(JSONError) {
        guard open.count < Limits.jsonDepth else { throw JSONError(.tooDeep(limit: Limits.jsonDepth), at: offset) }
        open.append(Container(node: nodes.count, isObject: kind == .object))
        append(kind, from: offset, to: offset)
        offset += 1
    }

    private mutating func append(_ kind: JSONDocument.Node.Kind, from start: Int, to end: Int) {
        let next = UInt32(nodes.count + 1)
        nodes.append(JSONDocument.Node(kind: kind, start: UInt32(start), end: UInt32(end), next: next))
    }

    private mutating func parseWord(_ word: StaticString, _ kind: JSONDocument.Node.Kind) throws(JSONError) {
        let start = offset
        for expected in word.description.utf8 {
            guard try current() == expected else { throw unexpected() }
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
        guard digits > 0, digits == 1 || bytes[integerStart] != UInt8(ascii: "0") else {
            throw JSONError(.invalidNumber, at: start)
        }
        if skip(UInt8(ascii: ".")), skipDigits() == 0 { throw JSONError(.invalidNumber, at: start) }
        if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
            if !skip(UInt8(ascii: "+")) { skip(UInt8(ascii: "-")) }
            if skipDigits() == 0 { throw JSONError(.invalidNumber, at: start) }
        }
        append(.number, from: start, to: offset)
    }

    private mutating func parseString() throws(JSONError) {
        offset += 1
        let start = offset
        var hasEscapes = false
        while true {
            let byte = try current()
            switch byte {
            case UInt8(ascii: "\""):
                append(hasEscapes ? .escapedString : .string, from: start, to: offset)
                offset += 1
                return
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try skipEscape()
            case 0..<0x20: throw JSONError(.controlCharacter, at: offset)
            case 0x20..<0x80: offset += 1
            default: try skipMultibyteCharacter()
            }
        }
    }

    private mutating func skipEscape() throws(JSONError) {
        let start = offset
        offset += 1
        switch try current() {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            offset += 1
        case UInt8(ascii: "u"):
            offset += 1
            let unit = try skipHexQuad(escapeStart: start)
            if UTF16.isTrailSurrogate(unit) { throw JSONError(.loneSurrogate, at: start) }
            guard UTF16.isLeadSurrogate(unit) else { return }
            guard skip(UInt8(ascii: "\\")), skip(UInt8(ascii: "u")),
                UTF16.isTrailSurrogate(try skipHexQuad(escapeStart: start))
            else { throw JSONError(.loneSurrogate, at: start) }
        default: throw JSONError(.invalidEscape, at: start)
        }
    }

    private mutating func skipHexQuad(escapeStart: Int) throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = Hex.value(of: try current()) else { throw JSONError(.invalidEscape, at: escapeStart) }
            unit = unit << 4 | UInt16(digit)
            offset += 1
        }
        return unit
    }

    /// One character of two to four bytes (RFC 3629 §4): no overlong form, no surrogate, nothing above U+10FFFF.
    private mutating func skipMultibyteCharacter() throws(JSONError) {
        let lead = bytes[offset]
        let (length, second): (Int, ClosedRange<UInt8>) =
            switch lead {
            case 0xC2...0xDF: (2, 0x80...0xBF)
            case 0xE0: (3, 0xA0...0xBF)
            case 0xE1...0xEC, 0xEE...0xEF: (3, 0x80...0xBF)
            case 0xED: (3, 0x80...0x9F)
            case 0xF0: (4, 0x90...0xBF)
            case 0xF1...0xF3: (4, 0x80...0xBF)
            case 0xF4: (4, 0x80...0x8F)
            default: throw JSONError(.invalidUTF8, at: offset)
            }
        guard offset + length <= bytes.count, second.contains(bytes[offset + 1]),
            bytes[(offset + 2)..<(offset + length)].allSatisfy({ (0x80...0xBF).contains($0) })
        else { throw JSONError(.invalidUTF8, at: offset) }
        offset += length
    }

    private func decodedBytes(of node: JSONDocument.Node) -> ArraySlice<UInt8> {
        let raw = bytes[Int(node.start)..<Int(node.end)]
        return node.kind == .escapedString ? JSONString.decode(raw)[...] : raw
    }

    private func current() throws(JSONError) -> UInt8 {
        guard offset < bytes.count else { throw JSONError(.unexpectedEnd, at: offset) }
        return bytes[offset]
    }

    private func unexpected() -> JSONError {
        offset < bytes.count
            ? JSONError(.unexpectedByte(bytes[offset]), at: offset) : JSONError(.unexpectedEnd, at: offset)
    }

    private mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard try current() == byte else { throw unexpected() }
        offset += 1
    }

    @discardableResult
    private mutating func skip(_ byte: UInt8) -> Bool {
        guard offset < bytes.count, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }

    private mutating func skipDigits() -> Int {
        let start = offset
        while offset < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[offset]) { offset += 1 }
        return offset - start
    }

    private mutating func skipWhitespace() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            default: return
            }
        }
    }
}
