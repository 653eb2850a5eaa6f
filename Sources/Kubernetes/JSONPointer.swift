/// A place in a JSON document (RFC 6901), as JSON Patch names it.
package struct JSONPointer: Hashable, Sendable, CustomStringConvertible {
    /// The keys and indices from the root, not escaped.
    package let tokens: [String]

    package init(_ tokens: [String]) {
        self.tokens = tokens
    }

    /// The text with `~` and `/` escaped (RFC 6901 §3); empty for the whole document.
    package var description: String {
        tokens.map { "/" + Self.escape($0) }.joined()
    }

    private static func escape(_ token: String) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in token.unicodeScalars {
            switch scalar {
            case "~": escaped.append(contentsOf: "~0".unicodeScalars)
            case "/": escaped.append(contentsOf: "~1".unicodeScalars)
            default: escaped.append(scalar)
            }
        }
        return String(escaped)
    }
}
