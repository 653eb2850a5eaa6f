internal import Primitives

/// Where in an object a field stands, as messages name it: `spec.repositories[0].policy.trust`.
package struct FieldPath: Hashable, Sendable, CustomStringConvertible {
    /// One step down from a value.
    package enum Step: Hashable, Sendable {
        case member(String)
        case element(Int)
    }

    /// The steps from the root; none for the root itself.
    package let steps: [Step]

    package init(_ steps: [Step] = []) {
        self.steps = steps
    }

    /// The way down from one value to another that is in it. Many fields are read and few are ever named: so nobody takes
    /// note of the way, and it is looked for when it is asked for.
    init(from root: JSONValue, to value: JSONValue) {
        var steps: [Step] = []
        var place = root
        while place.ordinal != value.ordinal, let (step, next) = Self.step(from: place, towards: value) {
            steps.append(step)
            place = next
        }
        self.steps = steps
    }

    private static func step(from place: JSONValue, towards value: JSONValue) -> (Step, JSONValue)? {
        for member in place.members where member.value.contains(value) { return (.member(member.key), member.value) }
        for (index, element) in place.elements.enumerated() where element.contains(value) {
            return (.element(index), element)
        }
        return nil
    }

    /// The path of the member with this key.
    package func appending(_ key: String) -> FieldPath { FieldPath(steps + [.member(key)]) }

    /// The path of the element at this index, counted from 0.
    package func appending(_ index: Int) -> FieldPath { FieldPath(steps + [.element(index)]) }

    /// The same place as JSON Patch names it.
    package var pointer: JSONPointer {
        JSONPointer(steps)
    }

    /// The path on one line. Keys that would be read as something else are quoted: `metadata["a.b/c"]`.
    package var description: String {
        guard !steps.isEmpty else { return "the whole object" }
        return steps.enumerated().map { position, step in
            switch step {
            case .element(let index): "[\(index)]"
            case .member(let key) where Self.isPlain(key): (position == 0 ? "" : ".") + key
            case .member(let key): "[\(QuotedText.make(from: key, limit: 64))]"
            }
        }.joined()
    }

    private static func isPlain(_ key: String) -> Bool {
        !key.isEmpty && key.utf8.count <= 64
            && key.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
