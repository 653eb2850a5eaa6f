package import Primitives

/// A place in an object that outside bytes described, with the value that stands there, if any.
///
/// Reading through it keeps the rule of this house: what has the wrong type is an error which names the field, never
/// "not there". A missing value and `null` are the same, as they are to Kubernetes.
package struct Field: Sendable {
    /// The place in the document of the value from which the way to this one is looked for.
    private let root: Int
    /// The innermost value on the way here that is there.
    private let innermost: JSONValue
    /// What is known of the way beside; nil for most fields.
    private let surroundings: Surroundings?

    /// (A class, since fields are copied from step to step, and hardly any has this.)
    private final class Surroundings: Sendable {
        /// The way to `root`. It is known below lists, of which every element may have an error to tell.
        let beginning: [FieldPath.Step]
        /// The steps from `innermost` on, which lead to nothing.
        let missing: [FieldPath.Step]

        init(beginning: [FieldPath.Step], missing: [FieldPath.Step] = []) {
            self.beginning = beginning
            self.missing = missing
        }
    }

    /// The root of an object.
    package init(_ root: JSONValue) {
        self.init(root, in: root.ordinal)
    }

    private init(_ innermost: JSONValue, in root: Int, _ surroundings: Surroundings? = nil) {
        self.root = root
        self.innermost = innermost
        self.surroundings = surroundings
    }

    private init(_ part: JSONValue, behind beginning: [FieldPath.Step]) {
        self.init(part, in: part.ordinal, Surroundings(beginning: beginning))
    }

    private var isMissing: Bool { surroundings.map { !$0.missing.isEmpty } ?? false }

    /// The value; nil when it is missing or null.
    package var value: JSONValue? { isMissing || innermost.isNull ? nil : innermost }

    /// The place, for messages.
    package var path: FieldPath {
        let way = FieldPath(from: innermost.value(at: root), to: innermost).steps
        return FieldPath((surroundings?.beginning ?? []) + way + (surroundings?.missing ?? []))
    }

    /// Whether there is a value other than null.
    package var isPresent: Bool { value != nil }

    /// The member with this key, which may be missing; a missing object has no members.
    ///
    /// - Throws: `FieldError` when this value is not an object.
    package func member(_ key: String) throws(FieldError) -> Field { try member(JSONKey(key)) }

    /// The same for a key that is looked for often.
    package func member(_ key: JSONKey) throws(FieldError) -> Field {
        try expect(.object)
        if !isMissing, let member = innermost[key] { return Field(member, in: root, surroundings) }
        let way = Surroundings(
            beginning: surroundings?.beginning ?? [], missing: (surroundings?.missing ?? []) + [.member(key.text)])
        return Field(innermost, in: root, way)
    }

    /// All members of an object in their order, and their keys; none when it is missing.
    ///
    /// - Throws: `FieldError` when this value is not an object.
    package func members() throws(FieldError) -> [(key: String, field: Field)] {
        try expect(.object)
        guard let value else { return [] }
        let way = path.steps
        return value.members.map { member in
            let step = FieldPath.Step.member(member.key)
            return (key: member.key, field: Field(member.value, behind: way + [step]))
        }
    }

    /// The elements of an array; none when it is missing.
    ///
    /// - Throws: `FieldError` when this value is not an array.
    package func elements() throws(FieldError) -> [Field] {
        try expect(.array)
        guard let value else { return [] }
        let way = path.steps
        return value.elements.enumerated().map { Field($1, behind: way + [.element($0)]) }
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
        if innermost.isOf(kind) || innermost.isNull || isMissing { return }
        throw error(.wrongType(expected: kind, found: innermost.kind))
    }
}
