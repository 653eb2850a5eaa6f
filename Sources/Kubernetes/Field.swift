package import Primitives

/// A place in an object that outside bytes described, with the value that stands there, if any.
///
/// Reading through it keeps the rule of this house: what has the wrong type is an error which names the field, never
/// "not there". A missing value and `null` are the same, as they are to Kubernetes.
package struct Field: Sendable {
    /// The place of the outermost value, where paths begin, in the document.
    private let root: Int
    /// The innermost value on the way here that is there.
    private let innermost: JSONValue
    /// The steps from there on, which lead to nothing; nil when there are none.
    private let missing: [FieldPath.Step]?

    /// The root of an object.
    package init(_ root: JSONValue) {
        self.init(root, in: root.ordinal)
    }

    private init(_ innermost: JSONValue, in root: Int, missing: [FieldPath.Step]? = nil) {
        self.root = root
        self.innermost = innermost
        self.missing = missing
    }

    /// The value; nil when it is missing or null.
    package var value: JSONValue? { missing == nil && !innermost.isNull ? innermost : nil }

    /// The place, for messages.
    package var path: FieldPath {
        FieldPath(FieldPath(from: innermost.value(at: root), to: innermost).steps + (missing ?? []))
    }

    /// Whether there is a value other than null.
    package var isPresent: Bool { value != nil }

    /// The member with this key, which may be missing; a missing object has no members.
    ///
    /// - Throws: `FieldError` when this value is not an object.
    package func member(_ key: String) throws(FieldError) -> Field {
        try expect(.object)
        if missing == nil, let member = innermost[key] { return Field(member, in: root) }
        return Field(innermost, in: root, missing: (missing ?? []) + [.member(key)])
    }

    /// All members of an object in their order, and their keys; none when it is missing.
    ///
    /// - Throws: `FieldError` when this value is not an object.
    package func members() throws(FieldError) -> [(key: String, field: Field)] {
        try expect(.object)
        guard let value else { return [] }
        return value.members.map { member in
            (key: member.key, field: Field(member.value, in: root))
        }
    }

    /// The elements of an array; none when it is missing.
    ///
    /// - Throws: `FieldError` when this value is not an array.
    package func elements() throws(FieldError) -> [Field] {
        try expect(.array)
        guard let value else { return [] }
        return value.elements.map { Field($0, in: root) }
    }

    /// The text of a string; nil when it is missing.
    ///
    /// - Throws: `FieldError` when this value is not a string.
    package func string() throws(FieldError) -> String? {
        try expect(.string)
        return value?.string
    }

    /// The text of a string that must be there and not be empty.
    ///
    /// - Throws: `FieldError` when it is missing, empty or not a string.
    package func requiredString() throws(FieldError) -> String {
        guard let text = try string(), !text.isEmpty else { throw error(.missing) }
        return text
    }

    /// The value of a boolean; nil when it is missing.
    ///
    /// - Throws: `FieldError` when this value is not a boolean.
    package func boolean() throws(FieldError) -> Bool? {
        try expect(.boolean)
        return value?.boolean
    }

    /// The value of a whole number, however it is written; nil when it is missing.
    ///
    /// - Throws: `FieldError` when this value is not a number, or not a whole one of 64 bits.
    package func wholeNumber() throws(FieldError) -> Int64? {
        try expect(.number)
        guard let value else { return nil }
        guard let number = value.wholeNumber else { throw error(.invalid("a whole number is expected here")) }
        return number
    }

    /// Checks that an object has no other members than these.
    ///
    /// - Throws: `FieldError` for the first other one, null or not, and when this value is not an object.
    package func allow(_ keys: [String]) throws(FieldError) {
        try expect(.object)
        guard let value else { return }
        for member in value.members where !keys.contains(where: { member.hasKey($0) }) {
            throw FieldError(path.appending(member.key), .unknown)
        }
    }

    /// Checks that there is a value other than null.
    ///
    /// - Throws: `FieldError` when there is none.
    package func require() throws(FieldError) {
        guard isPresent else { throw error(.missing) }
    }

    /// An error about this field.
    package func error(_ problem: FieldError.Problem) -> FieldError { FieldError(path, problem) }

    private func expect(_ kind: JSONValue.Kind) throws(FieldError) {
        let found = innermost.kind
        guard missing == nil, found != kind, found != .null else { return }
        throw error(.wrongType(expected: kind, found: found))
    }
}
