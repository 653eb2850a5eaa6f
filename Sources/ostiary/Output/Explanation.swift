internal import Admission
internal import Kubernetes
internal import Policies
internal import Primitives

/// What `policy explain` prints about one image.
struct Explanation {
    let image: String
    let namespace: String
    private let match: PolicyMatch?
    private let requirement: Requirement?
    /// Why the image is refused already; nil when an entry matches and can be used.
    private let problem: String?

    init(image: String, namespace: String, _ resolution: Resolution) {
        self.image = image
        self.namespace = namespace
        switch resolution {
        case .refused(_, let message): (match, requirement, problem) = (nil, nil, message)
        case .matched(let match):
            self.match = match
            do throws(PolicyError) {
                requirement = try match.requirement()
                problem = nil
            } catch {
                requirement = nil
                problem = error.description
            }
        }
    }

    /// No entry is a refusal; an entry that cannot be used leaves the image undecided.
    var decision: Verdict.Decision {
        if match == nil { return .refused }
        return requirement == nil ? .undecided : .admitted
    }

    /// The members of the JSON form, in their documented order.
    var json: JSON {
        [
            "image": .string(image),
            "namespace": .string(namespace),
            "matched": .boolean(match != nil),
            "kind": .optional(match?.policy.kind.rawValue),
            "policyNamespace": .optional(policyNamespace),
            "policy": .optional(match?.policy.key.name),
            "repository": .optional(match?.pattern.description),
            "mutateImage": requirement.map { .boolean($0.mutatesImage) } ?? .null,
            "requires": .array((requirement?.blocks ?? []).map(JSON.string)),
            "message": .optional(problem),
        ]
    }

    /// The form for people.
    var lines: [String] {
        let headline =
            "\(ImageReport.mark(decision)) \(Terminal.styled(Terminal.plain(image), .strong)) "
            + "in namespace \(Terminal.plain(namespace))"
        return [headline]
            + steps.map { name, text in "    " + Terminal.styled(name.padded(to: 12), .faint) + Terminal.plain(text) }
    }

    private static func text(of look: PolicyMatch.Look) -> String {
        switch look {
        case .written: "as written"
        case .normalised(let form): "as \(form), because nothing matches it as written"
        }
    }

    private var policyNamespace: String? {
        guard let match, match.policy.kind == .imagePolicy else { return nil }
        return match.policy.key.namespace
    }

    private var steps: [(String, String)] {
        var steps: [(String, String)] = []
        if let match {
            steps.append(("policy", match.policy.description))
            steps.append(("repository", match.pattern.description))
            steps.append(("matched", Self.text(of: match.look)))
        }
        if let requirement {
            steps.append(("requires", requirement.isEmpty ? "nothing" : requirement.blocks.joined(separator: ", ")))
            if !requirement.isEmpty {
                steps.append(("pinned", requirement.mutatesImage ? "as \(requirement.pinStyle.rawValue)" : "no"))
            }
        }
        if let problem { steps.append((match == nil ? "refused" : "unusable", problem)) }
        return steps
    }
}
