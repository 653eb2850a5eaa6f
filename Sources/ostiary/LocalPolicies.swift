internal import Manifests
internal import Policies

/// Local mode: policies, Secrets and ServiceAccounts from files.
enum LocalPolicies {
    /// Reads them all.
    ///
    /// - Throws: `ExitCode` 2, after a line for each problem, when they cannot all be read: nothing may be decided by
    ///   half of the policies.
    static func load(_ options: PolicyOptions) throws -> PolicyStore {
        guard !options.paths.isEmpty else {
            throw ExitStatus.badInput("no policies: name their files or folder with --policies")
        }
        let manifests = PolicyManifests(reading: options.paths)
        for notice in manifests.notices { Terminal.printError(notice) }
        for problem in manifests.problems { Terminal.printError(problem.description) }
        guard manifests.problems.isEmpty else { throw ExitStatus.undecided }
        for flaw in manifests.policies.flatMap(\.flaws) { Terminal.printError("warning: \(flaw)") }
        return try manifests.store()
    }
}
