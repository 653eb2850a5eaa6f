package import Primitives
package import Transport

/// A bounded HTTP/1.1 server on one listener, over TLS or in plain text.
package final class HTTPServer: Sendable {
    let configuration: Configuration
    let handler: any RequestHandler
    let dates = DateStamp()
    let bodies: BodyRoom
    private let tls: (@Sendable () -> TLSContext)?
    private let connections: ConnectionTable
    private let stopped = Signal()
    private let report: @Sendable (ConnectionFailure) -> Void

    /// - Parameters:
    ///   - tls: the context for the next connection, asked for each, so that a renewed certificate is shown at once;
    ///     nil for plain text.
    ///   - report: told of connections that failed through their peer's fault or ours. It must not block.
    package init(
        configuration: Configuration = Configuration(), tls: (@Sendable () -> TLSContext)?,
        handler: any RequestHandler, report: @escaping @Sendable (ConnectionFailure) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.tls = tls
        self.handler = handler
        self.report = report
        bodies = BodyRoom(capacity: configuration.bodyRoom)
        connections = ConnectionTable(
            capacity: configuration.maximumConnections, overload: configuration.maximumOverloadConnections)
    }

    /// How many connections are open.
    package var connectionCount: Int { connections.count }

    /// Accepts and serves until the server was drained or the task is cancelled; every connection is closed by then. Each
    /// is served on the thread of its reactor.
    ///
    /// - Throws: `.system` when the listening socket itself breaks.
    package func serve(on listener: consuming Listener) async throws(TransportError) {
        let reactor = listener.reactor
        let accepting = Carrier(listener)
        let failure = await withTaskExecutorPreference(reactor) {
            await withDiscardingTaskGroup(returning: TransportError?.self) { group in
                let failure = await acceptAll(from: accepting, into: &group)
                connections.closeEntrance()
                await connections.empty.wait()
                group.cancelAll()
                return failure
            }
        }
        if let failure, failure != .cancelled { throw failure }
    }

    /// From now on every answer closes its connection, so that clients, which never leave a connection by themselves,
    /// look for another server. New connections are still accepted and idle ones stay open: until the endpoint is gone
    /// everywhere they must be answered, and a review that is sent into a closing connection is not sent again.
    package func startDraining() {
        connections.startDraining()
    }

    /// Drains to the end: accepts nothing more, and returns when the last exchange is over; at the deadline those
    /// that are left are cut.
    package func drain(by deadline: Deadline) async {
        startDraining()
        stopped.fire()
        if await !connections.empty.wait(by: deadline) { connections.abandon() }
    }

    /// Whether answers close their connection.
    var isDraining: Bool { connections.isDraining }

    /// Tells the operator why a connection ended.
    func report(_ failure: ConnectionFailure) {
        report(failure)
    }
}

// MARK: - Accepting

extension HTTPServer {
    /// Accepts until the server is stopped; returns why it could not go on, if it could not.
    private func acceptAll(
        from carrier: Carrier<Listener>, into group: inout DiscardingTaskGroup
    ) async -> TransportError? {
        guard let listener = carrier.take() else { return nil }
        let entrance = Entrance(listener)
        do throws(TransportError) {
            while let accepted = try await entrance.next(unless: stopped) {
                if let place = connections.admit() {
                    group.addTask(executorPreference: accepted.reactor) { await self.serve(accepted, at: place) }
                } else {
                    await turnAway(accepted)
                }
            }
            return nil
        } catch {
            connections.startDraining()
            return error
        }
    }

    /// Closes a connection for which there is no place, not even to say so: a handshake would cost most of what an
    /// answer costs.
    private func turnAway(_ accepted: AcceptedConnection) async {
        _ = try? await ByteStream.accept(accepted, tls: nil, by: .after(.zero))
        report(.turnedAway(peer: accepted.peer))
    }

    /// Serves one connection, in its own task: a handshake that takes its time delays nobody else.
    private func serve(_ accepted: AcceptedConnection, at place: ConnectionTable.Place) async {
        defer { connections.leave(place) }
        do throws(TransportError) {
            let deadline = Deadline.after(configuration.handshakeTimeout)
            let stream = try await ByteStream.accept(accepted, tls: tls?(), by: deadline)
            await serve(stream, from: accepted.peer, at: place)
        } catch {
            report(.notSetUp(peer: accepted.peer, error))
        }
    }

    /// Runs the exchanges of a connection beside a watch for its end, until either is over or the server wants the
    /// connection to end.
    private func serve(_ stream: consuming ByteStream, from peer: SocketAddress?, at place: ConnectionTable.Place) async
    {
        let hangUp = stream.hangUp
        let carrier = Carrier(stream)
        await withTaskGroup { group in
            group.addTask {
                if let stream = carrier.take() {
                    let connection = ServerConnection(stream, peer: peer, place: place, server: self)
                    await connection.run()
                }
                place.gate.end()
            }
            group.addTask {
                if await hangUp.happens() { place.gate.peerHungUp() }
            }
            await place.gate.ended.wait()
            group.cancelAll()
        }
    }
}

/// The listener, in a form that a child task can share.
private final class Entrance: Sendable {
    private let listener: Listener

    init(_ listener: consuming Listener) {
        self.listener = listener
    }

    /// The next connection; nil once `signal` has fired.
    func next(unless signal: Signal) async throws(TransportError) -> AcceptedConnection? {
        let outcome = await withTaskGroup(of: Result<AcceptedConnection?, TransportError>.self) { group in
            group.addTask { await self.accept() }
            group.addTask {
                await signal.wait()
                return .success(nil)
            }
            // Both are waited for: a connection that came in the moment of the signal must not get lost.
            var outcome = await group.next() ?? .success(nil)
            group.cancelAll()
            for await other in group {
                if case .success(.some) = other { outcome = other }
            }
            return outcome
        }
        return try outcome.get()
    }

    private func accept() async -> Result<AcceptedConnection?, TransportError> {
        do throws(TransportError) {
            return .success(try await listener.accept())
        } catch {
            return .failure(error)
        }
    }
}

extension HangUpWatch {
    /// Suspends until the peer has gone; false when the task was cancelled before.
    fileprivate func happens() async -> Bool {
        while true {
            do throws(TransportError) {
                // In turns, because the reactor keeps a deadline for as long as it lies ahead, also of a closed
                // connection.
                try await wait(by: .after(.seconds(60)))
                return true
            } catch .timedOut {
                continue
            } catch {
                return false
            }
        }
    }
}
