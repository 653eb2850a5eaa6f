/// Reads TOML 1.0 without dates, numbers with fractions, strings of several lines and arrays of tables, which hosts.toml
/// has none of. Recursion is bounded.
package struct TOMLParser {
    private let bytes: [UInt8]
    private var position = 0
    private var root = TOMLTable()
    private static let depthLimit = 16

    /// The root of a document.
    ///
    /// - Throws: `TOMLError` for anything that is not TOML, not read here, or said twice.
    package static func parse(_ content: [UInt8]) throws(TOMLError) -> TOMLTable {
        guard String(validating: content, as: UTF8.self) != nil else { throw TOMLError(reason: .notUTF8, line: 1) }
        var parser = TOMLParser(bytes: content)
        try parser.parseDocument()
        return parser.root
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func parseDocument() throws(TOMLError) {
        var table: [String] = []
        while true {
            try skipBlankLines()
            guard let byte = current else { return }
            if byte == UInt8(ascii: "[") {
                table = try parseHeader()
            } else {
                let (key, value) = try parsePair(depth: 0)
                try insert(value, at: table + key)
            }
            try endLine()
        }
    }

    /// `[a."b c"]`
    private mutating func parseHeader() throws(TOMLError) -> [String] {
        position += 1
        if current == UInt8(ascii: "[") { throw failure(.arrayOfTables) }
        let path = try parseKey()
        try take("]")
        try define(path)
        return path
    }

    private mutating func parsePair(depth: Int) throws(TOMLError) -> (key: [String], value: TOMLValue) {
        let key = try parseKey()
        try take("=")
        skipSpaces()
        return (key, try parseValue(depth: depth))
    }

    /// A key of parts with dots between them; spaces around it and its dots are skipped.
    private mutating func parseKey() throws(TOMLError) -> [String] {
        var parts: [String] = []
        while true {
            skipSpaces()
            parts.append(try parseKeyPart())
            skipSpaces()
            guard current == UInt8(ascii: ".") else { break }
            guard parts.count < Self.depthLimit else { throw failure(.tooDeep) }
            position += 1
        }
        return parts
    }

    private mutating func parseKeyPart() throws(TOMLError) -> String {
        if current == UInt8(ascii: "\"") || current == UInt8(ascii: "'") { return try parseString() }
        let start = position
        while let byte = current, Self.isBare(byte) { position += 1 }
        guard position > start else { throw failure(.key) }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func parseValue(depth: Int) throws(TOMLError) -> TOMLValue {
        guard depth < Self.depthLimit else { throw failure(.tooDeep) }
        switch current {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .string(try parseString())
        case UInt8(ascii: "["): return .array(try parseArray(depth: depth + 1))
        case UInt8(ascii: "{"): return .table(try parseInlineTable(depth: depth + 1))
        default: return try parseWord()
        }
    }

    private mutating func parseWord() throws(TOMLError) -> TOMLValue {
        let start = position
        while let byte = current, Self.isBare(byte) || byte == UInt8(ascii: "+") { position += 1 }
        let word = String(decoding: bytes[start..<position], as: UTF8.self)
        switch word {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        default:
            let isPlain = word == "0" || (word.utf8.first != UInt8(ascii: "0") && !word.hasPrefix("-0"))
            guard let number = Int(word), isPlain, current != UInt8(ascii: ".") else { throw failure(.value) }
            return .integer(number)
        }
    }

    private mutating func parseArray(depth: Int) throws(TOMLError) -> [TOMLValue] {
        position += 1
        var values: [TOMLValue] = []
        while true {
            try skipBlankLines()
            if current == UInt8(ascii: "]") { break }
            values.append(try parseValue(depth: depth))
            try skipBlankLines()
            if current == UInt8(ascii: "]") { break }
            try take(",")
        }
        position += 1
        return values
    }

    private mutating func parseInlineTable(depth: Int) throws(TOMLError) -> TOMLTable {
        position += 1
        var table = TOMLTable()
        skipSpaces()
        if current == UInt8(ascii: "}") {
            position += 1
        } else {
            while true {
                let (key, value) = try parsePair(depth: depth)
                guard Self.insert(value, at: key, in: &table) else { throw failure(.duplicateKey) }
                skipSpaces()
                if current == UInt8(ascii: "}") { break }
                try take(",")
            }
            position += 1
        }
        table.isInline = true
        return table
    }
}

// MARK: - Strings

extension TOMLParser {
    private mutating func parseString() throws(TOMLError) -> String {
        guard let quote = current else { throw failure(.string) }
        if bytes[position...].starts(with: [quote, quote, quote]) { throw failure(.multiline) }
        position += 1
        var text: [UInt8] = []
        while let byte = current, byte != quote {
            guard byte >= 0x20 && byte != 0x7F || byte == 0x09 else { throw failure(.string) }
            position += 1
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                text += try parseEscape()
            } else {
                text.append(byte)
            }
        }
        guard current == quote else { throw failure(.string) }
        position += 1
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func parseEscape() throws(TOMLError) -> [UInt8] {
        guard let byte = current else { throw failure(.string) }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "u"): return try parseScalar(digits: 4)
        case UInt8(ascii: "U"): return try parseScalar(digits: 8)
        default: throw failure(.escape)
        }
    }

    private mutating func parseScalar(digits count: Int) throws(TOMLError) -> [UInt8] {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let digit = current.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
                throw failure(.escape)
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        guard let scalar = Unicode.Scalar(value) else { throw failure(.escape) }
        return Array(String(scalar).utf8)
    }
}

// MARK: - Tables

extension TOMLParser {
    /// A header: its table may have been made on the way to another, but not been written before.
    private mutating func define(_ path: [String]) throws(TOMLError) {
        let isNew = Self.change(path[...], in: &root) { table in
            defer { table.isDefined = true }
            return !table.isDefined
        }
        guard isNew else { throw failure(.duplicateKey) }
    }

    private mutating func insert(_ value: TOMLValue, at path: [String]) throws(TOMLError) {
        guard Self.insert(value, at: path, in: &root) else { throw failure(.duplicateKey) }
    }

    /// False if something is there already, or on the way.
    private static func insert(_ value: TOMLValue, at path: [String], in table: inout TOMLTable) -> Bool {
        guard let key = path.last else { return false }
        return change(path.dropLast(), in: &table) { table in
            guard table[key] == nil else { return false }
            table[key] = value
            return true
        }
    }

    /// Changes the table at a path, which is made if it is not there; false if there is something else, or a table that
    /// was written inline.
    private static func change(
        _ path: ArraySlice<String>, in table: inout TOMLTable, _ change: (inout TOMLTable) -> Bool
    ) -> Bool {
        guard let key = path.first else { return change(&table) }
        guard case .table(var inner) = table[key] ?? .table(TOMLTable()), !inner.isInline else { return false }
        defer { table[key] = .table(inner) }
        return Self.change(path.dropFirst(), in: &inner, change)
    }
}

// MARK: - Bytes

extension TOMLParser {
    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private static func isBare(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    private mutating func skipSpaces() {
        while current == 0x20 || current == 0x09 { position += 1 }
    }

    private mutating func skipComment() throws(TOMLError) {
        guard current == UInt8(ascii: "#") else { return }
        while let byte = current, byte != 0x0A, byte != 0x0D {
            guard byte >= 0x20 && byte != 0x7F || byte == 0x09 else { throw failure(.syntax) }
            position += 1
        }
    }

    /// Whether a line ended.
    private mutating func takeLineEnd() throws(TOMLError) -> Bool {
        if current == 0x0D {
            position += 1
            guard current == 0x0A else { throw failure(.syntax) }
        }
        guard current == 0x0A else { return false }
        position += 1
        return true
    }

    private mutating func skipBlankLines() throws(TOMLError) {
        repeat {
            skipSpaces()
            try skipComment()
        } while try takeLineEnd()
    }

    private mutating func endLine() throws(TOMLError) {
        skipSpaces()
        try skipComment()
        let isEnded = try takeLineEnd()
        guard isEnded || current == nil else { throw failure(.syntax) }
    }

    private mutating func take(_ character: Unicode.Scalar) throws(TOMLError) {
        skipSpaces()
        guard current == UInt8(ascii: character) else { throw failure(.syntax) }
        position += 1
    }

    private func failure(_ reason: TOMLError.Reason) -> TOMLError {
        TOMLError(reason: reason, line: 1 + bytes.prefix(position).count { $0 == 0x0A })
    }
}
