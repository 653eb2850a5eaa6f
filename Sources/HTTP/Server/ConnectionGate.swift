internal import Synchronization

/// Where one connection is in its life, so that events from outside end it only when that is right.
final class ConnectionGate: Sendable {
    enum Phase: Sendable {
        /// A request is being received, an answer sent, or the connection set up.
        case busy
        /// Nothing of a next request has arrived.
        case idle
        /// A handler is at work.
        case answering
    }

    /// Fires when the connection shall be cut or has ended.
    let ended = Signal()
    private let phase = Mutex(Phase.busy)

    func enter(_ next: Phase) {
        phase.withLock { $0 = next }
    }

    /// The exchanges are over.
    func end() {
        ended.fire()
    }

    /// Ends the connection while a handler works for a client that is not there any more. At other times the next
    /// read or write finds out, and a client that only closed its sending side still gets its answer.
    func peerHungUp() {
        if phase.withLock({ $0 == .answering }) { ended.fire() }
    }

    /// Ends a connection that rests.
    func endIfIdle() {
        if phase.withLock({ $0 == .idle }) { ended.fire() }
    }
}
