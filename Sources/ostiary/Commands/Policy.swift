internal import ArgumentParser
internal import Policies
internal import Primitives

/// `ostiary policy`
struct Policy: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at policies without asking any registry.", subcommands: [Explain.self, Lint.self, Convert.self])

    /// `ostiary policy explain`
    struct Explain: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell which policy entry decides on an image, and what it requires.",
            discussion: "Exit codes: 0 an entry matches, 1 none does, 2 the entry cannot be used or bad input.")

        @Argument(help: "Images, as a pod would name them.")
        var images: [String]

        @Option(name: [.short, .long], help: "The namespace of the workload.")
        var namespace = "default"

        @OptionGroup var policy: PolicyOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let store = try LocalPolicies.load(policy)
            let explanations = images.map {
                Explanation(image: $0, namespace: namespace, store.resolve(image: $0, in: namespace))
            }
            for explanation in explanations {
                output.format.show(json: explanation.json, text: explanation.lines)
            }
            try ExitStatus.exit(for: explanations.map(\.decision))
        }
    }
}
