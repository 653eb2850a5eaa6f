package import Primitives

/// What is wrong with one field of an object, and which field it is.
package struct FieldError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    package enum Problem: Hashable, Sendable {
        /// The value has another type than the field.
        case wrongType(expected: JSONValue.Kind, found: JSONValue.Kind)
        /// The field must be there and is not.
        case missing
        /// The object has no field of this name.
        case unknown
        /// The value has the right type and is wrong all the same; the text says why.
        case invalid(String)
    }

    package let path: FieldPath
    package let problem: Problem

    package init(_ path: FieldPath, _ problem: Problem) {
        self.path = path
        self.problem = problem
    }

    /// One line: the field, then what is wrong with it.
    package var description: String { "\(path): \(explanation)" }

    /// What is wrong, without the field.
    package var explanation: String {
        switch problem {
        case .wrongType(let expected, let found):
            "\(Self.article(expected)) is expected here, found \(Self.article(found))"
        case .missing: "required, but missing"
        case .unknown: "unknown field"
        case .invalid(let text): text
        }
    }

    private static func article(_ kind: JSONValue.Kind) -> String {
        switch kind {
        case .null: "null"
        case .array, .object: "an \(kind.rawValue)"
        case .boolean, .number, .string: "a \(kind.rawValue)"
        }
    }
}
