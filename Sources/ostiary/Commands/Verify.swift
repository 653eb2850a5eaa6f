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

    @Option(help: "Seconds after which what is not known yet is undecided.")
    var timeout = 30

    @OptionGroup var policy: PolicyOptions
    @OptionGroup var network: NetworkOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let store = try LocalPolicies.load(policy)
        let wiring = try Wiring(network: network, keyRule: policy.keyRule)
        let secrets = PullSecrets(
            of: [PullSource(serviceAccount: serviceAccount)], namespace: namespace, in: store)
        var decisions: [Verdict.Decision] = []
        for (position, image) in images.enumerated() {
            Terminal.showProgress("verifying \(position + 1) of \(images.count): \(image)")
            let examination = await wiring.examiner.examine(
                image, pulling: secrets, under: store, by: .after(.seconds(timeout)))
            Terminal.showProgress("")
            let report = ImageReport(examination: examination, namespace: namespace)
            output.format.show(json: report.json, text: report.lines)
            decisions.append(report.decision)
        }
        try ExitStatus.exit(for: decisions)
    }
}
