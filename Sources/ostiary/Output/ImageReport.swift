internal import Admission
internal import Kubernetes
internal import OpenPGP
internal import Policies
internal import Primitives
internal import Registry
internal import Verification

/// What the commands print about one image.
struct ImageReport {
    let examination: Examination
    let namespace: String

    var decision: Verdict.Decision { examination.decision }

    /// The members of the JSON form, in their documented order.
    var json: JSON {
        [
            "image": .string(examination.image),
            "namespace": .string(namespace),
            "decision": .string(decision.rawValue),
            "digest": .optional(examination.digest?.description),
            "replacement": .optional(replacement),
            "reasons": .array(reasons.map(JSON.string)),
            "policy": .optional(examination.policy?.policyName),
        ]
    }

    /// The form for people: the decision first, then each step that led to it.
    var lines: [String] {
        let headline =
            "\(Self.mark(decision)) \(Terminal.styled(Terminal.plain(examination.image), .strong)) \(decision.rawValue)"
        let steps = policySteps + signatureSteps + outcomeSteps + examination.warnings.map { ("warning", $0) }
        return [headline]
            + steps.map { name, text in
                "    " + Terminal.styled(name.padded(to: 12), .faint) + Terminal.plain(text)
            }
    }

    static func mark(_ decision: Verdict.Decision) -> String {
        switch decision {
        case .admitted: Terminal.styled("✓", .good)
        case .refused: Terminal.styled("✗", .bad)
        case .undecided: Terminal.styled("?", .unsure)
        }
    }

    private var replacement: String? {
        guard case .verified(_, let pin?) = examination.outcome, pin != examination.image else { return nil }
        return pin
    }

    private var reasons: [String] { examination.complaint.map { [$0] } ?? [] }

    private var policySteps: [(String, String)] {
        guard let match = examination.policy else { return [] }
        return [("policy", "\(match.policy), repository \"\(match.pattern)\"")]
    }

    private var signatureSteps: [(String, String)] {
        guard case .verified(let image, _) = examination.outcome else { return [] }
        return [("manifest", "\(image.digest)")]
            + image.signatures.map { signature in
                ("signed by", "\(signature.primaryFingerprint) as \(signature.reference) at \(signature.created)")
            }
    }

    private var outcomeSteps: [(String, String)] {
        switch examination.outcome {
        case .notRequired: [("requires", "nothing: admitted as it is written")]
        case .verified(_, let pin): [("runs as", pin ?? "\(examination.image) (mutateImage is false)")]
        case .refused(let objection):
            (objection.digest.map { [("manifest", "\($0)")] } ?? []) + [("refused", objection.text)]
        case .undecided(let objection): [("undecided", objection.text)]
        }
    }
}

extension String {
    /// With blanks behind it up to a width.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
