/// A place in a JSON document (RFC 6901), as JSON Patch names it.
package struct JSONPointer: Hashable, Sendable, CustomStringConvertible {
    /// The text with `~` and `/` escaped (RFC 6901 §3); empty for the whole document.
    package let description: String

    /// The place that these keys and indices, which are not escaped, lead to.
    package init(_ tokens: [String]) {
        self.init(tokens.map(FieldPath.Step.member))
    }

    /// The place that these steps lead to.
    init(_ steps: [FieldPath.Step]) {
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for step in steps {
            text.append(UInt8(ascii: "/"))
            switch step {
            case .member(let key): Self.append(key, to: &text)
            case .element(let index): text.append(contentsOf: String(index).utf8)
            }
        }
        description = String(decoding: text, as: UTF8.self)
    }

    private static func append(_ token: String, to text: inout [UInt8]) {
        for byte in token.utf8 {
            switch byte {
            case UInt8(ascii: "~"): text.append(contentsOf: "~0".utf8)
            case UInt8(ascii: "/"): text.append(contentsOf: "~1".utf8)
            default: text.append(byte)
            }
        }
    }
}
