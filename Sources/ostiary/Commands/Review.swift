internal import Admission
internal import ArgumentParser
internal import Kubernetes
internal import Manifests
internal import Policies
internal import Primitives

/// `ostiary review`
struct Review: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Decide on a file as the webhook would: an AdmissionReview, or manifests.",
        discussion: """
            Manifests are YAML or JSON, one document or many. An AdmissionReview is answered with an AdmissionReview \
            when the output is json. Exit codes: 0 admitted, 1 refused, 2 undecided or bad input.
            """)

    @Argument(help: "The file; - for standard input.")
    var file: String

    @Option(name: [.short, .long], help: "The namespace of objects that name none.")
    var namespace = "default"

    @Flag(help: "Answer as /validate does: the same decision, never a patch.")
    var validate = false

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
        let documents = try ManifestReader.read(file)
        guard !documents.isEmpty else { throw ExitStatus.badInput("\(file): no object in it") }
        let store = try LocalPolicies.load(policy)
        let wiring = try Wiring(
            network: network, credentials: credentials, keyRule: policy.keyRule(), memory: patience.memory,
            refusal: { Terminal.printError("warning: \($0)") })
        wiring.ownCredentials?.value.problems.forEach { Terminal.printError("warning: \($0)") }
        let doorkeeper = Doorkeeper(examiner: wiring.examiner) { store }
        var decisions: [Verdict.Decision] = []
        for (position, document) in documents.enumerated() {
            Terminal.showProgress("reviewing \(position + 1) of \(documents.count)")
            let subject = ReviewSubject(document, defaultNamespace: namespace)
            let report = await subject.review(by: doorkeeper, at: endpoint, deadline: patience.deadline)
            Terminal.showProgress("")
            output.format.show(json: report.json, text: report.lines)
            decisions.append(report.decision)
        }
        return decisions
    }

    private var endpoint: Endpoint { validate ? .validate : .admit }
}
