internal import Admission
internal import Kubernetes
internal import Logging
internal import Registry
internal import Verification

/// Writes a line for each decision: refusals at `notice`, the rest at `info`.
struct LoggedDecisions: DecisionLog {
    let logger: Logger

    func record(_ decision: DecisionRecord) {
        let level: Logger.Level = decision.decision == .admitted ? .info : .notice
        // Building the fields costs more than deciding whether anybody wants them.
        guard logger.logLevel <= level else { return }
        logger.log(level: level, "review \(decision.decision.rawValue)", metadata: fields(of: decision))
    }

    private func fields(of decision: DecisionRecord) -> Logger.Metadata {
        var fields: Logger.Metadata = [
            "uid": "\(decision.uid)",
            "endpoint": "\(decision.endpoint.rawValue)",
            "duration_ms": "\(Int64(decision.duration / .milliseconds(1)))",
        ]
        if let request = decision.request {
            fields["namespace"] = "\(request.namespace)"
            fields["name"] = "\(request.name)"
            fields["kind"] = "\(request.kind.kind)"
            fields["operation"] = "\(request.operation.rawValue)"
            if request.isDryRun { fields["dry_run"] = "true" }
        }
        if !decision.message.isEmpty { fields["message"] = "\(decision.message)" }
        let pins = decision.findings.compactMap { finding -> String? in
            guard case .verified(let image, _) = finding.examination.outcome else { return nil }
            return "\(finding.use.image) \(image.digest)"
        }
        if !pins.isEmpty { fields["verified"] = "\(pins.joined(separator: ", "))" }
        return fields
    }
}
