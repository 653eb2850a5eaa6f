/// Where in an object a field stands, as messages name it: `spec.repositories[0].policy.trust`.
package struct FieldPath: Hashable, Sendable, CustomStringConvertible {
    /// One step down from a value.
    package enum Step: Hashable, Sendable {
        case member(String)
        case element(Int)
    }

    /// A path and its last step. Every field that is read has a path, and few are ever printed: so a step is added
    /// without a copy of those before it.
    private indirect enum Trail: Hashable, Sendable {
        case root
        case behind(Trail, Step)
    }

    private let trail: Trail

    private init(_ trail: Trail) {
        self.trail = trail
    }

    package init(_ steps: [Step] = []) {
        self.init(steps.reduce(.root) { .behind($0, $1) })
    }

    /// The steps from the root; none for the root itself.
    package var steps: [Step] {
        var steps: [Step] = []
        var rest = trail
        while case .behind(let before, let step) = rest {
            steps.append(step)
            rest = before
        }
        return steps.reversed()
    }

    /// The path of the member with this key.
    package func appending(_ key: String) -> FieldPath { FieldPath(.behind(trail, .member(key))) }

    /// The path of the element at this index, counted from 0.
    package func appending(_ index: Int) -> FieldPath { FieldPath(.behind(trail, .element(index))) }

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
