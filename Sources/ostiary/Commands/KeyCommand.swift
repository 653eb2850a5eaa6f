internal import ArgumentParser
internal import OpenPGP
internal import Primitives

/// `ostiary key`
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Look at key rings.", subcommands: [InspectKey.self])
}

/// `ostiary key inspect`
struct InspectKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show the keys of a ring: what they are, what they may do, and whether what they sign counts now.",
        discussion: """
            Exit codes: 0 a key of the ring may sign, 1 none may, 2 the file cannot be read or is no key ring.
            """)

    @Argument(help: "The key ring, armored or binary; - for standard input.")
    var file: String

    @OptionGroup var output: OutputOptions

    func run() throws {
        let report = try inspect()
        output.format.show(json: report.json, text: report.lines)
        if !report.isAccepted { throw ExitStatus.refused }
    }

    private func inspect() throws -> KeyRingReport {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try FileReader.read(file, limit: Limits.keyRingBytes)
        } catch {
            throw ExitStatus.badInput(error)
        }
        do throws(OpenPGPError) {
            return KeyRingReport(file: file, try KeyRing(parsing: bytes), at: .now)
        } catch .noUsableKey(let problems) where !problems.isEmpty {
            // It is a ring all the same, and what is wrong with it is the answer.
            return KeyRingReport(file: file, problems: problems)
        } catch {
            throw ExitStatus.badInput("\(file): \(error)")
        }
    }
}
