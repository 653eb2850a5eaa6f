/// One value of a `JSONDocument`. Copying it copies no text.
package struct JSONValue: Sendable {
    /// The six kinds of RFC 8259 §3.
    package enum Kind: String, Sendable { case null, boolean, number, string, array, object }

    let document: JSONDocument
    let index: Int
    /// What this is. The accessors below answer with nothing for the other kinds.
    package let kind: Kind

    init(document: JSONDocument, index: Int) {
        self.document = document
        self.index = index
        kind =
            switch document.nodes[index].kind {
            case .null: .null
            case .true, .false: .boolean
            case .number: .number
            case .string, .escapedString: .string
            case .array: .array
            case .object: .object
            }
    }

    private var node: JSONDocument.Node { document.nodes[index] }

    /// The place of this value among all values and keys of its document, in the order of the text: 0 is the outermost
    /// value, and a member's key stands one before its value.
    package var ordinal: Int { index }

    /// The value at a place of the same document, which must be one of a value.
    package func value(at ordinal: Int) -> JSONValue { JSONValue(document: document, index: ordinal) }

    /// Whether another value of the same document is this one or a part of it.
    package func contains(_ other: JSONValue) -> Bool { (index..<nextIndex).contains(other.index) }

    /// Whether this is of that kind. (To compare the kinds elsewhere takes a look into a table of functions.)
    package func isOf(_ kind: Kind) -> Bool { self.kind == kind }

    /// Whether this is `null`, which is a value; a missing member is nil.
    package var isNull: Bool { kind == .null }

    /// The value of `true` or `false`.
    package var boolean: Bool? {
        switch node.kind {
        case .true: true
        case .false: false
        default: nil
        }
    }

    /// The decoded text of a string.
    package var string: String? { document.string(at: index) }

    /// Whether this is a string with exactly these bytes. Swift's `==` on `String` would also hold for text that only
    /// normalises to the same, which is not the same name.
    package func isString(_ text: String) -> Bool {
        document.isString(at: index, text.utf8.span)
    }

    /// The exact literal of a number.
    package var numberLiteral: String? {
        node.kind == .number ? String(decoding: text, as: UTF8.self) : nil
    }

    /// A number written as a plain integer (no fraction, no exponent) that fits.
    package var integer: Int64? { numberLiteral.flatMap { Int64($0) } }

    /// The member of an object with this key; nil for a missing one, and for a value that is not an object.
    package subscript(key: String) -> JSONValue? { self[JSONKey(key)] }

    /// The same for a key that is looked for often.
    package subscript(key: JSONKey) -> JSONValue? {
        guard kind == .object, let member = document.member(of: index, at: key) else { return nil }
        return JSONValue(document: document, index: member)
    }

    /// Where the way down along some keys leads.
    package enum Descent: Sendable {
        case value(JSONValue)
        /// A member on the way is missing, or null.
        case nothing
        /// This, from which the way should go on, is no object.
        case blocked(by: JSONValue)
    }

    /// Goes down along some keys; without any it leads to the value itself.
    package func descend(along keys: [JSONKey]) -> Descent {
        var index = index
        for position in keys.indices {
            guard document.nodes[index].kind == .object else {
                return .blocked(by: JSONValue(document: document, index: index))
            }
            guard let member = document.member(of: index, at: keys[position]),
                document.nodes[member].kind != .null
            else { return .nothing }
            index = member
        }
        return .value(JSONValue(document: document, index: index))
    }

    /// The elements of an array; none for other values.
    package var elements: Elements { Elements(of: self) }

    /// The members of an object in the order of the text; none for other values.
    package var members: Members { Members(of: self) }

    /// How many elements or members there are.
    package var count: Int { Int(node.count) }

    /// The exact text of the value; of a string without its quotes.
    package var text: ArraySlice<UInt8> { document.bytes[Int(node.start)..<Int(node.end)] }

    fileprivate var nextIndex: Int { Int(node.next) }
}

extension JSONValue {
    /// The elements of an array, one after the other.
    package struct Elements: Sequence, IteratorProtocol {
        private let document: JSONDocument
        private var index: Int
        private let end: Int

        init(of array: JSONValue) {
            document = array.document
            index = array.index + 1
            end = array.kind == .array ? array.nextIndex : index
        }

        /// The next element in the order of the text.
        package mutating func next() -> JSONValue? {
            guard index < end else { return nil }
            let value = JSONValue(document: document, index: index)
            index = value.nextIndex
            return value
        }
    }

    /// One member of an object.
    package struct Member {
        let name: JSONValue
        package let value: JSONValue

        /// The decoded name.
        package var key: String { name.string ?? "" }
        /// Whether the name is exactly these bytes.
        package func hasKey(_ key: String) -> Bool { name.isString(key) }
    }

    /// The members of an object, one after the other.
    package struct Members: Sequence, IteratorProtocol {
        private let document: JSONDocument
        private var index: Int
        private let end: Int

        init(of object: JSONValue) {
            document = object.document
            index = object.index + 1
            end = object.kind == .object ? object.nextIndex : index
        }

        /// The next member in the order of the text.
        package mutating func next() -> Member? {
            guard index < end else { return nil }
            let name = JSONValue(document: document, index: index)
            let value = JSONValue(document: document, index: index + 1)
            index = value.nextIndex
            return Member(name: name, value: value)
        }
    }
}
