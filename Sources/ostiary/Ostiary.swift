internal import ArgumentParser

/// The command line: one subcommand a file, in `Commands`.
@main
struct Ostiary: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ostiary",
        abstract: "A Kubernetes admission webhook that lets an image in only when policy proves it.",
        discussion: """
            Every option may also be given by its environment variable, named in its help. \
            Exit codes: 0 admitted or done, 1 refused, 2 undecided or bad input, 64 wrong usage.
            """,
        version: Version.text,
        subcommands: [
            Serve.self, Review.self, Verify.self, Policy.self, SignatureCommand.self, KeyCommand.self,
            VersionCommand.self,
        ])
}
