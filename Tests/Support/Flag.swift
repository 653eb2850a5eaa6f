import Synchronization

/// A flag that is raised once, from any thread.
package final class Flag: Sendable {
    private let state = Atomic(false)

    package init() {}

    /// Raises it; it stays up.
    package func raise() { state.store(true, ordering: .sequentiallyConsistent) }
    /// Whether anybody raised it.
    package var isRaised: Bool { state.load(ordering: .sequentiallyConsistent) }
}
