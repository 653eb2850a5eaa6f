internal import Kubernetes
internal import Manifests
internal import Policies
internal import Primitives

/// What `policy lint` prints.
struct LintReport {
    let findings: [LintLine]
    private let policyCount: Int

    init(_ lint: PolicyFileLint) {
        findings = lint.findings.map(LintLine.init)
        policyCount = lint.policyCount
    }

    var hasUnreadableFile: Bool { findings.contains { $0.finding.finding.code == .unreadableFile } }
    var hasError: Bool { count(.error) > 0 }

    /// `3 policies: 1 error, 2 warnings, 1 notice`.
    var summary: String {
        let counts = PolicyFinding.Severity.allCases.map { Self.counted(count($0), $0.rawValue, "\($0.rawValue)s") }
        return "\(Self.counted(policyCount, "policy", "policies")): \(counts.joined(separator: ", "))"
    }

    private func count(_ severity: PolicyFinding.Severity) -> Int {
        findings.count { $0.finding.severity == severity }
    }

    private static func counted(_ count: Int, _ one: String, _ many: String) -> String {
        "\(count) \(count == 1 ? one : many)"
    }
}

/// One finding of `policy lint`.
struct LintLine {
    let finding: LintFinding

    init(_ finding: LintFinding) {
        self.finding = finding
    }

    private var field: String? {
        finding.finding.path.steps.isEmpty ? nil : finding.finding.path.description
    }

    /// The members of the JSON form, in their documented order.
    var json: JSON {
        [
            "severity": .string(finding.severity.rawValue),
            "file": .string(finding.file),
            "line": finding.line.map { .integer(Int64($0)) } ?? .null,
            "field": .optional(field),
            "message": .string(finding.finding.message),
            "kind": .optional(finding.object?.kind),
            "namespace": .optional(finding.object.flatMap { $0.key.namespace.isEmpty ? nil : $0.key.namespace }),
            "name": .optional(finding.object?.key.name),
            "code": .string(finding.finding.code.rawValue),
        ]
    }

    /// `shop.yaml:12: error: ImagePolicy shop/default: spec.repositories[0].trust: message [misplaced-field]`.
    var line: String {
        let place = finding.file + (finding.line.map { ":\($0)" } ?? "")
        let severity = Terminal.styled(finding.severity.rawValue, style)
        let parts = [place, severity, finding.object?.description, field, finding.finding.message].compactMap { $0 }
        return parts.joined(separator: ": ") + Terminal.styled(" [\(finding.finding.code.rawValue)]", .faint)
    }

    private var style: Terminal.Style {
        switch finding.severity {
        case .error: .bad
        case .warning: .unsure
        case .notice: .strong
        }
    }
}
