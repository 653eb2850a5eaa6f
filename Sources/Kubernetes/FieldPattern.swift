internal import Primitives

/// The way from a value down to others of the same meaning, as the table of images writes it: `spec.tasks[].template`.
///
/// `a.b` is the member `b` of the member `a`, and `a[]` every element of the array `a`. The empty pattern is the value
/// itself.
package struct FieldPattern: Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    enum Step: Hashable, Sendable {
        case member(JSONKey)
        case elements
    }

    let steps: [Step]
    /// The pattern as it was written.
    package let description: String

    package init(stringLiteral text: String) {
        description = text
        steps = text.split(separator: ".").flatMap { part -> [Step] in
            if part.hasSuffix("[]") { return [.member(JSONKey(String(part.dropLast(2)))), .elements] }
            return [.member(JSONKey(String(part)))]
        }
    }
}
