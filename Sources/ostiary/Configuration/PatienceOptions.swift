internal import ArgumentParser
internal import Primitives
internal import Verification

/// How long a command waits for registries and signature stores.
struct PatienceOptions: ParsableArguments {
    @Option(help: "Seconds after which what is not known yet is undecided.")
    var timeout = 30

    func validate() throws {
        guard (1...3600).contains(timeout) else {
            throw ValidationError("--timeout: \(timeout) is not a number of seconds from 1 to 3600")
        }
    }

    /// What is remembered while the command runs; a question may take as long as the command waits.
    var memory: MemorySettings {
        var memory = MemorySettings()
        memory.patience = .zero ... .seconds(timeout)
        return memory
    }

    /// For what begins now.
    var deadline: Deadline { .after(.seconds(timeout)) }
}
