/// The field lines of a message in their order, duplicates kept (RFC 9110 §5).
///
/// Names are compared without regard to ASCII case. What a parser put in is well-formed; what the house puts in is
/// checked when it is written (`MessageWriter`), so that no value can break out of its line.
package struct Headers: Sendable {
    /// One field line.
    package struct Field: Hashable, Sendable {
        package let name: String
        package let value: String
    }

    /// Every line, in order.
    package private(set) var fields: [Field]

    package init() {
        fields = []
    }

    package init(_ pairs: [(String, String)]) {
        fields = pairs.map { Field(name: $0.0, value: $0.1) }
    }

    /// The value of the only line of that name; nil if there is none, and nil if there are several, because choosing
    /// one of them is how two readers come to disagree.
    package subscript(name: String) -> String? {
        var only: String?
        for index in fields.indices where Self.same(fields[index].name, name) {
            guard only == nil else { return nil }
            only = fields[index].value
        }
        return only
    }

    /// The values of all lines of that name, in order.
    package func values(of name: String) -> [String] {
        fields.lazy.filter { Self.same($0.name, name) }.map(\.value)
    }

    /// Whether there is a line of that name.
    package func contains(_ name: String) -> Bool {
        fields.indices.contains { Self.same(fields[$0].name, name) }
    }

    /// Whether a field that is a list of tokens, such as Connection, holds that token in one of its lines
    /// (RFC 9110 §5.6.1); tokens are compared without regard to case.
    package func list(_ name: String, contains token: String) -> Bool {
        for field in fields where Self.same(field.name, name) {
            let elements = field.value.utf8.split(separator: UInt8(ascii: ","))
            if elements.contains(where: { Self.same(ByteSet.trimmed($0), token.utf8) }) { return true }
        }
        return false
    }

    /// Appends a line behind the others.
    package mutating func add(_ name: String, _ value: String) {
        if fields.isEmpty { fields.reserveCapacity(Self.fewFields) }
        fields.append(Field(name: name, value: value))
    }

    /// These lines, and one more behind them.
    package func adding(_ name: String, _ value: String) -> Headers {
        var headers = self
        headers.add(name, value)
        return headers
    }

    /// Removes all lines of other names than this one.
    package mutating func keepOnly(_ name: String) {
        fields.removeAll { !Self.same($0.name, name) }
    }

    /// Puts one line in the place of all lines of that name.
    package mutating func set(_ name: String, _ value: String) {
        remove(name)
        add(name, value)
    }

    /// Removes all lines of that name.
    package mutating func remove(_ name: String) {
        fields.removeAll { Self.same($0.name, name) }
    }

    /// As many as most messages have.
    private static let fewFields = 8

    private static func same(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        let (left, right) = (left.utf8.span, right.utf8.span)
        for index in left.indices where ByteSet.lowercased(left[index]) != ByteSet.lowercased(right[index]) {
            return false
        }
        return true
    }

    private static func same(_ left: some Collection<UInt8>, _ right: String.UTF8View) -> Bool {
        left.count == right.count && left.elementsEqual(right) { ByteSet.lowercased($0) == ByteSet.lowercased($1) }
    }
}

extension Headers: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral pairs: (String, String)...) {
        self.init(pairs)
    }
}
