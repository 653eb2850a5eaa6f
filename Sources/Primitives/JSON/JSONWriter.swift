/// Writes one JSON object from front to back, member by member, without the tree of values that `JSON` is: for an answer
/// that is written thousands of times a second.
package struct JSONWriter: Sendable {
    /// The compact text so far.
    package private(set) var bytes: [UInt8] = []
    private var isFirst = true

    /// Opens the object and closes it behind its members.
    ///
    /// - Parameter members: writes them; a key is not checked against the others, and has nothing in it that JSON escapes.
    package init(_ members: (inout JSONWriter) -> Void) {
        bytes.reserveCapacity(512)
        object(members)
    }

    /// A string.
    package mutating func member(_ key: StaticString, _ text: String) {
        begin(key)
        JSONString.append(text, to: &bytes)
    }

    /// `true` or `false`.
    package mutating func member(_ key: StaticString, _ value: Bool) {
        begin(key)
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// A whole number.
    package mutating func member(_ key: StaticString, _ number: Int64) {
        begin(key)
        bytes.append(contentsOf: String(number).utf8)
    }

    /// An array of strings.
    package mutating func member(_ key: StaticString, _ texts: [String]) {
        begin(key)
        bytes.append(UInt8(ascii: "["))
        for (position, text) in texts.enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            JSONString.append(text, to: &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// An object.
    package mutating func member(_ key: StaticString, _ members: (inout JSONWriter) -> Void) {
        begin(key)
        object(members)
    }

    private mutating func object(_ members: (inout JSONWriter) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        isFirst = true
        members(&self)
        bytes.append(UInt8(ascii: "}"))
        isFirst = false
    }

    private mutating func begin(_ key: StaticString) {
        let separates = !isFirst
        isFirst = false
        bytes.append(addingCapacity: key.utf8CodeUnitCount + 4) { room in
            if separates { room.append(UInt8(ascii: ",")) }
            room.append(UInt8(ascii: "\""))
            for offset in 0..<key.utf8CodeUnitCount { room.append(unsafe key.utf8Start[offset]) }
            room.append(UInt8(ascii: "\""))
            room.append(UInt8(ascii: ":"))
        }
    }
}
