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
    private let maximumIdleInAll: Int
    private let idleTimeout: Duration

    /// - Parameters:
    ///   - maximumPerOrigin: exchanges with one origin at a time.
    ///   - maximumIdle: connections that are kept for one origin.
    ///   - maximumIdleInAll: connections that are kept for all of them. Users choose the origins: one with a thousand
    ///     names for one host must not get a thousand descriptors for it.
    init(maximumPerOrigin: Int, maximumIdle: Int, maximumIdleInAll: Int, idleTimeout: Duration) {
        self.maximumPerOrigin = maximumPerOrigin
        self.maximumIdle = maximumIdle
        self.maximumIdleInAll = maximumIdleInAll
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

    /// How many connections are kept.
    var idleCount: Int { lines.withLock { $0.values.reduce(0) { $0 + $1.kept.count } } }

    /// Keeps a connection for the next request; closes the oldest of the origin, or of all, if there are too many, and
    /// those of any origin that are too old.
    func keep(_ connection: consuming ClientConnection) {
        let origin = connection.origin
        let kept = Kept(connection: Carrier(connection), expiry: .after(idleTimeout))
        let surplus = lines.withLock { lines -> Kept? in
            lines[origin, default: Line()].kept.append(kept)
            guard let crowded = crowdedLine(origin, lines) else { return nil }
            defer { if lines[crowded]?.isUnused == true { lines[crowded] = nil } }
            return lines[crowded]?.kept.removeFirst()
        }
        close(surplus.map { [$0] } ?? [])
        closeExpired()
    }

    /// The line whose oldest connection must go: the one that was added to, or the one with the oldest of all.
    private func crowdedLine(_ origin: URL.Origin, _ lines: [URL.Origin: Line]) -> URL.Origin? {
        if let line = lines[origin], line.kept.count > maximumIdle { return origin }
        guard lines.values.reduce(0, { $0 + $1.kept.count }) > maximumIdleInAll else { return nil }
        let oldest = lines.compactMap { origin, line in line.kept.first.map { (origin, $0.expiry) } }
        return oldest.min { $0.1 < $1.1 }?.0
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
