internal import HTTP
internal import Primitives
internal import Synchronization

/// Whether the process should get traffic, and the pages that tell.
final class ProcessHealth: Sendable {
    private static let servers = 2

    private let listening = Atomic(0)
    private let isDraining = Atomic(false)

    /// One of the two servers listens.
    func noteListening() {
        listening.wrappingAdd(1, ordering: .relaxed)
    }

    /// From now on the process wants no new traffic.
    func startDraining() {
        isDraining.store(true, ordering: .relaxed)
    }

    /// 200 when reviews can be answered; 503 before that, and while the process drains.
    ///
    /// - Parameter obstacle: why they cannot be, beside what is known here.
    func readiness(obstacle: String?) -> Response {
        if let obstacle { return .text(.serviceUnavailable, obstacle) }
        if isDraining.load(ordering: .relaxed) { return .text(.serviceUnavailable, "draining") }
        let isListening = listening.load(ordering: .relaxed) == Self.servers
        return isListening ? .text(.ok, "ok") : .text(.serviceUnavailable, "not listening yet")
    }
}
