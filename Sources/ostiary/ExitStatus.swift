internal import Admission
internal import ArgumentParser

/// The exit codes that scripts can rely on.
enum ExitStatus {
    static let refused = ExitCode(1)
    /// Undecided, or the input could not be used.
    static let undecided = ExitCode(2)

    /// Ends the command: a refusal counts before what could not be told, as in a review.
    static func exit(for decisions: [Verdict.Decision]) throws {
        if decisions.contains(.refused) { throw refused }
        if decisions.contains(.undecided) { throw undecided }
    }

    /// What an error ends the command with: itself if it says how, otherwise bad input. Without this the parser would
    /// end it with 1, which means refused.
    static func ending(for error: any Error) -> any Error {
        error is ExitCode || error is ValidationError ? error : badInput("\(error)")
    }

    /// Ends the command because of its input, with a message for the person.
    static func badInput(_ problem: some CustomStringConvertible) -> ExitCode {
        Terminal.printError(problem.description)
        return undecided
    }
}
