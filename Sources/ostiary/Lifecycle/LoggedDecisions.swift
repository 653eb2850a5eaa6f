internal import Admission
internal import Kubernetes
internal import Logging
internal import Policies
internal import Primitives
internal import Registry
internal import Verification

/// Writes a line for each decision: refusals at `notice`, the rest at `info`.
///
/// Everything in it that somebody else wrote is cut and made plain; no content of a Secret ever comes here.
struct LoggedDecisions: DecisionLog {
    let logger: Logger

    /// Images of one line. Those that may not run come first when there are more.
    static let imageLimit = 64

    func record(_ decision: DecisionRecord) {
        let level: Logger.Level = decision.decision == .admitted ? .info : .notice
        // Building the fields costs more than deciding whether anybody wants them.
        guard logger.logLevel <= level else { return }
        logger.log(level: level, "review \(decision.decision.rawValue)", metadata: Self.fields(of: decision))
    }

    private static func fields(of decision: DecisionRecord) -> Logger.Metadata {
        var fields: Logger.Metadata = [
            "uid": plain(decision.uid),
            "endpoint": "\(decision.endpoint.rawValue)",
            "decision": "\(decision.decision.rawValue)",
            "duration_ms": .json(.thousandths(decision.duration.microseconds)),
        ]
        if let request = decision.request { add(request, to: &fields) }
        if let fault = decision.fault {
            fields["reason"] = "\(fault.rawValue)"
            fields["message"] = plain(decision.message, limit: 900)
        }
        add(decision.findings, to: &fields)
        return fields
    }

    private static func add(_ request: AdmissionRequest, to fields: inout Logger.Metadata) {
        fields["user"] = plain(request.userName)
        fields["operation"] = "\(request.operation.rawValue)"
        fields["kind"] = plain(request.kind.kind)
        fields["namespace"] = plain(request.namespace)
        fields["dry_run"] = .json(.boolean(request.isDryRun))
        if let subResource = request.subResource { fields["subresource"] = plain(subResource) }
        if request.name.isEmpty {
            fields["generate_name"] = plain(request.generateName)
        } else {
            fields["name"] = plain(request.name)
        }
    }

    private static func add(_ findings: [Verdict.Finding], to fields: inout Logger.Metadata) {
        guard !findings.isEmpty else { return }
        var examinations = findings.map(\.examination)
        if examinations.count > imageLimit {
            fields["images_left_out"] = .json(.integer(Int64(examinations.count - imageLimit)))
            examinations = examinations.filter { !$0.isAdmitted } + examinations.filter(\.isAdmitted)
        }
        fields["images"] = .json(.array(examinations.prefix(imageLimit).map(image)))
    }

    private static func image(_ examination: Examination) -> JSON {
        var members: [(key: String, value: JSON)] = [
            (key: "image", value: .string(PlainText.make(from: examination.image, limit: 400))),
            (key: "decision", value: .string(examination.decision.rawValue)),
        ]
        if let policy = examination.policy?.policyName { members.append((key: "policy", value: .string(policy))) }
        if let digest = examination.digest { members.append((key: "digest", value: .string("\(digest)"))) }
        if let objection = examination.objection {
            members.append((key: "reason", value: .string(objection.code.rawValue)))
            members.append((key: "message", value: .string(PlainText.make(from: objection.text, limit: 900))))
        }
        if case .verified(let verified, _) = examination.outcome, let reason = verified.unavailability {
            members.append((key: "admitted_despite", value: .string(PlainText.make(from: "\(reason)", limit: 900))))
        }
        return .object(members)
    }

    /// Names have at most 253 characters; what is longer is none.
    private static func plain(_ text: String, limit: Int = 253) -> Logger.MetadataValue {
        .string(PlainText.make(from: text, limit: limit))
    }
}

extension Duration {
    fileprivate var microseconds: Int64 { Int64(self / .microseconds(1)) }
}
