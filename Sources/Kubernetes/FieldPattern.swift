internal import Primitives

/// The way from a value down to others of the same meaning, as the table of images writes it: `spec.tasks[].template`.
///
/// `a.b` is the member `b` of the member `a`, and `a[]` every element of the array `a`. The empty pattern is the value
/// itself.
package struct FieldPattern: Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// The keys down to the first list, from each element of it down to the next one, and so on; the last ones lead to the
    /// end. With `a.b[]` these are `a`, `b`, and then none.
    let runs: [[JSONKey]]
    /// The pattern as it was written.
    package let description: String

    package init(stringLiteral text: String) {
        description = text
        var runs: [[JSONKey]] = [[]]
        for part in text.split(separator: ".") {
            let isList = part.hasSuffix("[]")
            runs[runs.count - 1].append(JSONKey(String(isList ? part.dropLast(2) : part)))
            if isList { runs.append([]) }
        }
        self.runs = runs
    }
}
