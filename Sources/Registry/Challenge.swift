/// One way to prove who asks, as a server offers it with a 401 (RFC 9110 §11.3).
package struct Challenge: Hashable, Sendable {
    /// The scheme in lower case: `basic`, `bearer`, …
    package let scheme: String
    /// The parameters with their names in lower case; names are unique.
    package let parameters: [String: String]

    /// The challenges of all `WWW-Authenticate` lines of an answer, in order (RFC 9110 §11.6.1).
    ///
    /// A line may hold several, and they may come in several lines. A line that breaks the grammar is left out whole:
    /// half of a challenge could send a password to the wrong place.
    package static func parse(lines: [String]) -> [Challenge] {
        lines.flatMap { line in
            var parser = ChallengeParser(Array(line.utf8))
            return parser.parse() ?? []
        }
    }
}

/// The list grammar of `WWW-Authenticate`. A comma separates both challenges and the parameters of one, so that only
/// what follows tells which: a token and `=` is a parameter, a token alone begins a challenge.
private struct ChallengeParser {
    private var rest: ArraySlice<UInt8>

    init(_ line: [UInt8]) {
        rest = line[...]
    }

    /// All challenges of the line; nil if it breaks the grammar.
    mutating func parse() -> [Challenge]? {
        var challenges: [Challenge] = []
        skipCommas()
        while !rest.isEmpty {
            guard let scheme = readToken() else { return nil }
            guard let parameters = parseParameters() else { return nil }
            challenges.append(Challenge(scheme: scheme.lowercased(), parameters: parameters))
        }
        return challenges
    }

    /// What stands behind a scheme, up to the comma before the next one or the end.
    private mutating func parseParameters() -> [String: String]? {
        let isSeparated = skipBlanks()
        if rest.isEmpty || rest.first == comma || isSeparated && skipToken68() {
            skipCommas()
            return [:]
        }
        guard isSeparated else { return nil }
        var parameters: [String: String] = [:]
        while let name = readParameterName() {
            guard let value = readValue(), parameters.updateValue(value, forKey: name.lowercased()) == nil else {
                return nil
            }
            skipBlanks()
            guard rest.isEmpty || rest.first == comma else { return nil }
            skipCommas()
        }
        return parameters.isEmpty ? nil : parameters
    }

    /// The name of a parameter and its `=`; nil, with nothing read, when something else follows.
    private mutating func readParameterName() -> String? {
        let start = rest
        guard let name = readToken() else { return nil }
        skipBlanks()
        guard rest.first == equals else {
            rest = start
            return nil
        }
        rest.removeFirst()
        skipBlanks()
        return name
    }

    private mutating func readValue() -> String? {
        rest.first == quote ? readQuoted() : readToken()
    }

    private mutating func readQuoted() -> String? {
        rest.removeFirst()
        var value: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case quote: return String(validating: value, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = rest.popFirst() else { return nil }
                value.append(escaped)
            default: value.append(byte)
            }
        }
        return nil
    }

    private mutating func readToken() -> String? {
        let token = rest.prefix(while: Self.isTokenByte)
        guard !token.isEmpty else { return nil }
        rest = rest[token.endIndex...]
        return String(decoding: token, as: UTF8.self)
    }

    /// Skips the older form of parameters (RFC 9110 §11.2): one opaque word, as Negotiate has it.
    private mutating func skipToken68() -> Bool {
        let word = rest.prefix { Self.isAlphanumeric($0) || "-._~+/".utf8.contains($0) }
        let behind = rest[word.endIndex...].drop { $0 == equals }.drop(while: Self.isBlank)
        guard !word.isEmpty, behind.isEmpty || behind.first == comma else { return false }
        rest = behind
        return true
    }

    /// Skips blanks and commas: a list may have empty elements (RFC 9110 §5.6.1).
    private mutating func skipCommas() {
        rest = rest.drop { $0 == comma || Self.isBlank($0) }
    }

    /// Whether there were any.
    @discardableResult private mutating func skipBlanks() -> Bool {
        let before = rest.count
        rest = rest.drop(while: Self.isBlank)
        return rest.count < before
    }

    private let comma = UInt8(ascii: ",")
    private let equals = UInt8(ascii: "=")
    private let quote = UInt8(ascii: "\"")

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }
}
