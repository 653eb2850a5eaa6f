import Support
import Testing

/// The tests of the program as it was built, with real peers. They share one world.
@Suite("The real program", .world, .atMost(6))
enum RealProgram {
    /// Runs a command to its end.
    static func run(
        _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:]
    ) async throws -> CommandLineTool.Output {
        let program = try CommandLineTool(built: "ostiary")
        let output = try await program.attempt(arguments, input: input, environment: environment)
        Transcript.shared.add(output.standardOutput)
        Transcript.shared.add(output.standardError)
        return output
    }
}

extension Trait where Self == WorldTrait {
    /// Builds the world before the first test of a suite and takes it down behind the last.
    static var world: Self { WorldTrait() }
}
