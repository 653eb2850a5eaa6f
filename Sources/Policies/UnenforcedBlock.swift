internal import Kubernetes

/// Something that a policy may ask for and that this version does not enforce. An entry that asks for it cannot be used.
package enum UnenforcedBlock: String, CaseIterable, Sendable {
    case trust
    case vulnerability

    /// The first such thing that a requirement asks for; nil when all of it is enforced.
    package static func first(in requirement: Requirement) -> UnenforcedBlock? {
        if requirement.trust != nil { return .trust }
        return requirement.vulnerability.map { _ in .vulnerability }
    }

    /// Where it stands below `policy`.
    func path(below policy: FieldPath) -> FieldPath {
        policy.appending(rawValue)
    }

    /// One clause for a message.
    package var explanation: String {
        switch self {
        case .trust: "trust (Notary v1) is not enforced by this version, so the entry cannot be used"
        case .vulnerability: "vulnerability checks are not enforced by this version, so the entry cannot be used"
        }
    }
}
