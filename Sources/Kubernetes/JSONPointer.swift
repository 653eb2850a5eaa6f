/// A place in a JSON document (RFC 6901), as JSON Patch names it.
package struct JSONPointer: Hashable, Sendable, CustomStringConvertible {
    /// The keys and indices from the root, not escaped.
    package let tokens: [String]

    package init(_ tokens: [String]) {
        self.tokens = tokens
    }

    /// The place that these steps lead to.
    init(_ steps: [FieldPath.Step]) {
        self.init(
            steps.map { step in
                switch step {
                case .member(let key): key
                case .element(let index): String(index)
                }
            })
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
