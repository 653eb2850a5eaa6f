import Primitives

/// Strict JSON: what is accepted survives being written and read again, and does not depend on where it lies in memory.
enum JSONCase {
    static func check(_ input: [UInt8]) throws(BrokenPromise) {
        let document = accepted { try JSONDocument(parsing: input) }
        // The parser takes eight bytes at a time: blanks in front move every text to another place in them.
        let shift = 1 + input.count % 7
        let shifted = accepted { try JSONDocument(parsing: Array(repeating: 0x20, count: shift) + input + [0x20]) }
        try promise((document == nil) == (shifted == nil), "\(shift) blanks in front change whether it is JSON")
        let skipping = accepted { try JSONDocument(parsing: input, skipsFieldSets: true) }
        try promise((document == nil) == (skipping == nil), "to skip sets of fields changes whether it is JSON")
        guard let document, let shifted else { return }
        try checkMembers(of: document.root)
        let text = copy(document.root).serialized()
        try promise(copy(shifted.root).serialized() == text, "\(shift) blanks in front change what is read")
        guard let again = accepted({ try JSONDocument(parsing: text) }) else {
            throw BrokenPromise("what was written is not read again")
        }
        try promise(copy(again.root).serialized() == text, "what was written is read as something else")
        try promise(isSame(document.root, again.root), "a value changed between reading and writing")
    }

    /// The value, built anew but for the digits of numbers.
    private static func copy(_ value: JSONValue) -> JSON {
        switch value.kind {
        case .null: .null
        case .boolean: .boolean(value.boolean ?? false)
        case .number: .verbatim(value)
        case .string: .string(value.string ?? "")
        case .array: .array(value.elements.map(copy))
        case .object: .object(value.members.map { (key: $0.key, value: copy($0.value)) })
        }
    }

    private static func isSame(_ left: JSONValue, _ right: JSONValue) -> Bool {
        guard left.kind == right.kind, left.count == right.count else { return false }
        switch left.kind {
        case .null: return true
        case .boolean: return left.boolean == right.boolean
        case .number: return left.numberLiteral == right.numberLiteral && left.integer == right.integer
        case .string: return left.string.map(right.isString) ?? false
        case .array: return zip(left.elements, right.elements).allSatisfy(isSame)
        case .object:
            return zip(left.members, right.members).allSatisfy { $1.hasKey($0.key) && isSame($0.value, $1.value) }
        }
    }

    /// Looking a member up by its key finds that member and no other, at every level.
    private static func checkMembers(of value: JSONValue) throws(BrokenPromise) {
        for member in value.members {
            guard let found = value[member.key] else { throw BrokenPromise("a member is not found by its key") }
            try promise(found.text.startIndex == member.value.text.startIndex, "a key leads to another member")
            try checkMembers(of: member.value)
        }
        for element in value.elements { try checkMembers(of: element) }
    }
}
