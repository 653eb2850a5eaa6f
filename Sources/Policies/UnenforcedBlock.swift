internal import Kubernetes

/// Something that a policy may ask for and that this version does not enforce. An entry that asks for it cannot be used.
package enum UnenforcedBlock: String, CaseIterable, Sendable {
    case trust
    case vulnerability
    case storeSecret

    /// The first such thing that a requirement asks for; nil when all of it is enforced.
    package static func first(in requirement: Requirement) -> UnenforcedBlock? {
        if requirement.trust != nil { return .trust }
        if requirement.vulnerability != nil { return .vulnerability }
        return requirement.simple?.storeSecret.map { _ in .storeSecret }
    }

    /// Where it stands below `policy`.
    func path(below policy: FieldPath) -> FieldPath {
        switch self {
        case .trust, .vulnerability: policy.appending(rawValue)
        case .storeSecret: policy.appending("simple").appending(rawValue)
        }
    }

    /// One clause for a message.
    package var explanation: String {
        switch self {
        case .trust: "trust (Notary v1) is not enforced by this version, so the entry cannot be used"
        case .vulnerability: "vulnerability checks are not enforced by this version, so the entry cannot be used"
        case .storeSecret: "a store with a password is not supported by this version, so the entry cannot be used"
        }
    }
}
