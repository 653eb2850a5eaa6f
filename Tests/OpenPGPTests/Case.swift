import Testing

/// A row of a table: an input, and the answer that it gets (a part of its text, or `verified`).
struct Case<Input: Sendable>: Sendable, CustomTestStringConvertible {
    let name: String
    let expected: String
    let input: Input

    init(_ name: String, _ expected: String, _ input: Input) {
        self.name = name
        self.expected = expected
        self.input = input
    }

    var testDescription: String { name }

    func expect(_ answer: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(
            expected == "verified" ? answer == expected : answer.contains(expected),
            "\(name): \(answer)", sourceLocation: sourceLocation)
    }
}
