internal import HTTP
internal import Primitives
internal import Synchronization

/// How a registry let somebody read a repository.
struct Admittance: Sendable {
    /// What was shown.
    enum Way: Sendable {
        /// A password, by Basic.
        case basic
        /// A token for what this challenge asks, from the service that it names.
        case bearer(Challenge)
        /// The credential's own token.
        case ownToken
    }

    let way: Way
    /// The place of the credential among those that were at hand; nil if none had to be shown.
    let place: Int?
}

/// The ways that led in last, so that the next question does not begin with a refusal.
///
/// Whoever has other credentials, or the same in another order, begins from the start: without any.
final class AdmittanceMemory: Sendable {
    /// Who asks whom for what.
    struct Key: Hashable, Sendable {
        let registry: URL.Origin
        let repository: String
        let credentials: CredentialMark
        /// Whether asking without any of them is allowed: a way that led in without one is no way where it is not.
        let isAnonymous: Bool
    }

    private let ways = Mutex(RecentValues<Key, Admittance>(bound: Limits.rememberedAdmittances))

    /// How it was let in last; nil if that is not known, or nothing had to be shown.
    func admittance(for key: Key) -> Admittance? {
        ways.withLock { $0.value(for: key) }
    }

    /// Remembers the way that led in; nil forgets it.
    func keep(_ admittance: Admittance?, for key: Key) {
        ways.withLock { ways in
            if let admittance { ways.keep(admittance, for: key) } else { ways.forget(key) }
        }
    }
}
