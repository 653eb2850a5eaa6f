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
    /// - Parameters:
    ///   - obstacle: why they cannot be, beside what is known here.
    ///   - notice: what whoever looks should know although they can.
    func readiness(obstacle: String?, notice: String?) -> Response {
        if let obstacle { return .text(.serviceUnavailable, obstacle) }
        if isDraining.load(ordering: .relaxed) { return .text(.serviceUnavailable, "draining") }
        let isListening = listening.load(ordering: .relaxed) == Self.servers
        let text = notice.map { "ok; \($0)" } ?? "ok"
        return isListening ? .text(.ok, text) : .text(.serviceUnavailable, "not listening yet")
    }
}
