internal import ArgumentParser

/// How a command prints its result.
struct OutputOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    @Option(help: "How results are printed; json is one object a line. (env OSTIARY_OUTPUT, default text)")
    var output: Format?

    /// The chosen format; a variable with another value is as good as none.
    var format: Format { output ?? Setting.value(nil, "OUTPUT").flatMap(Format.init) ?? .text }
}
