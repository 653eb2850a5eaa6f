/// A key that is looked for in objects, with what tells it from nearly all others at a glance.
package struct JSONKey: Hashable, Sendable, ExpressibleByStringLiteral {
    /// The decoded key.
    package let text: String
    let sample: JSONKeys.Sample

    package init(_ text: String) {
        self.text = text
        sample = JSONKeys.Sample(text.utf8.span)
    }

    package init(stringLiteral text: String) {
        self.init(text)
    }
}
