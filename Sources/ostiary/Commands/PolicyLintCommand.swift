internal import ArgumentParser
internal import Manifests
internal import Policies
internal import Primitives
internal import Verification

extension Policy {
    /// `ostiary policy lint`
    struct Lint: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell what is wrong with policies, and what about them is probably not meant.",
            discussion: """
                Looks at policies and at the Secrets with keys that they name. A line a finding: file, line, severity, object, \
                field and code. Exit codes: 0 no error (there may be warnings), 1 errors, 2 a file that cannot be read.
                """)

        @Argument(help: "Manifest files, or folders of them; - for standard input.")
        var files: [String]

        @Option(
            help: ArgumentHelp(
                "Where cluster policies look for key secrets first. (env OSTIARY_OWN_NAMESPACE, default portieris)",
                valueName: "namespace"))
        var ownNamespace: String?

        @Flag(
            help:
                "A cluster policy without keySecretNamespace never takes a key from the workload's namespace. (env OSTIARY_STRICT_KEY_NAMESPACES)"
        )
        var strictKeyNamespaces = false

        @OptionGroup var output: OutputOptions

        func run() throws {
            let rule = KeyNamespaceRule(
                ownNamespace: Setting.value(ownNamespace, "OWN_NAMESPACE") ?? "portieris",
                isStrict: try Setting.isOn(strictKeyNamespaces, "STRICT_KEY_NAMESPACES"))
            let now = Timestamp.now
            let keys = KeyRingOpinion(
                findings: { KeyRingLint.findings(in: $0.revealBytes(), at: now) },
                signerCount: { KeyRingLint.signerCount(in: $0.map { $0.revealBytes() }, at: now) })
            let lint = PolicyFileLint(reading: files, rule: rule, keys: keys)
            let report = LintReport(lint)
            for finding in report.findings { output.format.show(json: finding.json, text: [finding.line]) }
            if output.format == .text { Terminal.printError(report.summary) }
            if report.hasUnreadableFile { throw ExitStatus.undecided }
            if report.hasError { throw ExitStatus.refused }
        }
    }
}
