internal import Admission
internal import ArgumentParser
internal import Kubernetes
internal import Primitives

/// `ostiary verify`
struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Decide on image references as the webhook would, and explain each step.",
        discussion: "Exit codes: 0 all admitted, 1 one refused, 2 one undecided or bad input.")

    @Argument(help: "Images, as a pod would name them.")
    var images: [String]

    @Option(name: [.short, .long], help: "The namespace of the workload.")
    var namespace = "default"

    @Option(help: "The workload's ServiceAccount, for its pull secrets.")
    var serviceAccount: String?

    @OptionGroup var patience: PatienceOptions
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var network: NetworkOptions
    @OptionGroup var credentials: CredentialOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        do {
            try ExitStatus.exit(for: await decide())
        } catch {
            throw ExitStatus.ending(for: error)
        }
    }

    private func decide() async throws -> [Verdict.Decision] {
        let store = try LocalPolicies.load(policy)
        let wiring = try Wiring(
            network: network, credentials: credentials, keyRule: policy.keyRule(), memory: patience.memory,
            refusal: { Terminal.printError("warning: \($0)") })
        wiring.ownCredentials?.value.problems.forEach { Terminal.printError("warning: \($0)") }
        let secrets = PullSecrets(
            of: [PullSource(serviceAccount: serviceAccount)], namespace: namespace, in: store)
        var decisions: [Verdict.Decision] = []
        for (position, image) in images.enumerated() {
            Terminal.showProgress("verifying \(position + 1) of \(images.count): \(image)")
            let examination = await wiring.examiner.examine(
                image, pulling: secrets, under: store, at: .admit, by: patience.deadline)
            Terminal.showProgress("")
            let report = ImageReport(examination: examination, namespace: namespace)
            output.format.show(json: report.json, text: report.lines)
            decisions.append(report.decision)
        }
        return decisions
    }
}
