package import Primitives

/// Changes to an object under review (RFC 6902). Only `replace` is needed: an image field that is there gets a new value.
package struct JSONPatch: Sendable {
    private let replacements: [(pointer: JSONPointer, value: String)]

    /// Replaces the strings at these places, in this order.
    package init(replacing replacements: [(pointer: JSONPointer, value: String)]) {
        self.replacements = replacements
    }

    /// Whether there is nothing to change.
    package var isEmpty: Bool { replacements.isEmpty }

    /// The array of operations; members in the order op, path, value, as Portieris writes them.
    package var operations: JSON {
        .array(
            replacements.map { pointer, value in
                ["op": "replace", "path": .string(pointer.description), "value": .string(value)]
            })
    }

    /// The text of the operations as an AdmissionReview carries it.
    package var base64: String { Base64.encode(operations.serialized()) }
}
