/// A place in a JSON document (RFC 6901), as JSON Patch names it.
package struct JSONPointer: Hashable, Sendable, CustomStringConvertible {
    /// The way from the root. Most pointers are never written, so that it is kept as it was found.
    let steps: [FieldPath.Step]

    /// The place that these keys and indices, which are not escaped, lead to.
    package init(_ tokens: [String]) {
        self.init(tokens.map(FieldPath.Step.member))
    }

    /// The place that these steps lead to.
    init(_ steps: [FieldPath.Step]) {
        self.steps = steps
    }

    /// The text with `~` and `/` escaped (RFC 6901 §3); empty for the whole document.
    package var description: String {
        steps.map { step in
            switch step {
            case .member(let key): "/" + Self.escape(key)
            case .element(let index): "/" + String(index)
            }
        }.joined()
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
