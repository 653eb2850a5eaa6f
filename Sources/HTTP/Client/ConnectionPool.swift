internal import Primitives
internal import Synchronization

/// The connections of a client: how many are in use for each origin, and which are kept for another request.
final class ConnectionPool: Sendable {
    private struct Kept: Sendable {
        let connection: Carrier<ClientConnection>
        let expiry: Deadline
    }

    private struct Line: Sendable {
        /// Exchanges under way; each has at most one connection.
        var inUse = 0
        /// The last one put back is the first one used: its server is least likely to have closed it.
        var kept: [Kept] = []
        /// Who waits for an exchange to end, in order.
        var waiting: [Signal] = []

        var isUnused: Bool { inUse == 0 && kept.isEmpty }
    }

    private let lines = Mutex<[URL.Origin: Line]>([:])
    private let maximumPerOrigin: Int
    private let maximumIdle: Int
    private let idleTimeout: Duration

    init(maximumPerOrigin: Int, maximumIdle: Int, idleTimeout: Duration) {
        self.maximumPerOrigin = maximumPerOrigin
        self.maximumIdle = maximumIdle
        self.idleTimeout = idleTimeout
    }

    /// Begins an exchange with an origin, after others have ended if there are too many. Each one that begins must
    /// `leave`.
    ///
    /// - Throws: `.timedOut` or `.cancelled` if there was no room in time.
    func enter(_ origin: URL.Origin, by deadline: Deadline) async throws(HTTPError) {
        let turn = Signal()
        let isIn = lines.withLock { lines in
            if lines[origin, default: Line()].inUse < maximumPerOrigin {
                lines[origin, default: Line()].inUse += 1
                return true
            }
            lines[origin]?.waiting.append(turn)
            return false
        }
        if isIn { return }
        if await turn.wait(by: deadline) { return }
        giveUp(turn, origin)
        throw Task.isCancelled ? .cancelled : .timedOut(authority: origin.authority, .waiting)
    }

    /// Ends an exchange: its place goes to the one who has waited longest.
    func leave(_ origin: URL.Origin) {
        let next = lines.withLock { lines -> Signal? in
            guard var line = lines[origin] else { return nil }
            let next = line.waiting.isEmpty ? nil : line.waiting.removeFirst()
            if next == nil { line.inUse -= 1 }
            lines[origin] = line.isUnused ? nil : line
            return next
        }
        next?.fire()
    }

    /// A kept connection, which is the caller's then; nil if there is none young enough.
    func take(_ origin: URL.Origin) -> ClientConnection? {
        while let kept = lines.withLock({ $0[origin]?.kept.popLast() }) {
            guard let connection = kept.connection.take(), !kept.expiry.hasPassed else { continue }
            return connection
        }
        return nil
    }

    /// Keeps a connection for the next request; closes the oldest of the origin if there are too many, and those of
    /// any origin that are too old.
    func keep(_ connection: consuming ClientConnection) {
        let origin = connection.origin
        let kept = Kept(connection: Carrier(connection), expiry: .after(idleTimeout))
        let surplus = lines.withLock { lines -> Kept? in
            lines[origin, default: Line()].kept.append(kept)
            guard let line = lines[origin], line.kept.count > maximumIdle else { return nil }
            return lines[origin]?.kept.removeFirst()
        }
        close(surplus.map { [$0] } ?? [])
        closeExpired()
    }

    /// Closes kept connections that are too old.
    func closeExpired() {
        let expired = lines.withLock { lines -> [Kept] in
            var expired: [Kept] = []
            for (origin, line) in lines where line.kept.contains(where: \.expiry.hasPassed) {
                expired += line.kept.filter(\.expiry.hasPassed)
                lines[origin]?.kept.removeAll(where: \.expiry.hasPassed)
                if lines[origin]?.isUnused == true { lines[origin] = nil }
            }
            return expired
        }
        close(expired)
    }

    /// Says goodbye, outside of the lock.
    private func close(_ connections: [Kept]) {
        for kept in connections { kept.connection.take()?.close() }
    }

    /// Leaves the line. If the turn came in the same moment it is passed on.
    private func giveUp(_ turn: Signal, _ origin: URL.Origin) {
        let hadTurn = lines.withLock { lines in
            guard let index = lines[origin]?.waiting.firstIndex(where: { $0 === turn }) else { return true }
            lines[origin]?.waiting.remove(at: index)
            return false
        }
        if hadTurn { leave(origin) }
    }
}
