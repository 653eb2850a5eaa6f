internal import ArgumentParser
internal import Primitives

/// `ostiary version`
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    @OptionGroup var output: OutputOptions

    func run() {
        switch output.format {
        case .text: Terminal.printLine(Version.text)
        case .json:
            let object: JSON = ["name": "ostiary", "version": .string(Version.number)]
            Terminal.printLine(String(decoding: object.serialized(), as: UTF8.self))
        }
    }
}
