import Testing

/// Lets only so many test cases of a suite run at a time. Each of them starts programs of its own, and a machine with
/// few cores would otherwise be so busy with starting them that those that run miss their deadlines.
struct Turnstile: SuiteTrait, TestTrait, TestScoping {
    let isRecursive = true
    private let places: Places

    init(places: Int) {
        self.places = Places(free: places)
    }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        await places.enter()
        defer { places.leave() }
        try await function()
    }
}

extension Trait where Self == Turnstile {
    /// Lets only so many test cases of a suite run at a time.
    static func atMost(_ places: Int) -> Self { Turnstile(places: places) }
}
