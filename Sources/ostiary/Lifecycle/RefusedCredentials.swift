internal import Logging
internal import Primitives
internal import Registry
internal import Synchronization

/// Reports credentials that registries refuse: each is counted, and logged once until `forget`.
///
/// A stale pull secret is shown again by each review that needs it, and a line for each would bury the rest of the log.
final class RefusedCredentials: Sendable {
    private let logger: Logger
    private let count: Counter
    private let known = Mutex<Set<RefusedCredential>>([])

    /// Lines that are written until `forget`.
    private static let capacity = 256

    init(_ metrics: Metrics, logger: Logger) {
        self.logger = logger
        count = metrics.counter(
            "ostiary_credentials_refused_total", help: "Credentials that a registry or its token service refused.")
    }

    /// Reports one.
    func note(_ refusal: RefusedCredential) {
        count.add()
        let isNew = known.withLock { $0.count < Self.capacity && $0.insert(refusal).inserted }
        guard isNew else { return }
        logger.warning(
            "credential refused",
            metadata: ["registry": "\(refusal.registry.authority)", "credential": "\(refusal.origin)"])
    }

    /// From now on each is logged again.
    func forget() { known.withLock { $0.removeAll() } }
}
