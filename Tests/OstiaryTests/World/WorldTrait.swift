import Support
import Testing

/// Builds the world before the first test of a suite and takes it down behind the last, when all that the program
/// said in between is searched for secrets.
struct WorldTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let world = try await World()
        try await World.$shared.withValue(world) { try await function() }
        #expect(Transcript.shared.size > 0, "nothing that the program said was kept")
        let leaks = Transcript.shared.leaks(of: try world.secrets)
        #expect(leaks.isEmpty, "the program said a secret: \(leaks.first ?? "")")
    }
}
