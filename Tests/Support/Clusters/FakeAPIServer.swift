import Primitives
import Synchronization
import Transport

/// An API server of a test's own: it keeps objects and their history, lists and streams them as the real one does, and
/// misbehaves when it is told to.
///
/// It answers one request a connection. It ends with the task that runs `serve`.
package final class FakeAPIServer: Sendable {
    /// A request, as far as it matters here.
    package struct Request: Sendable {
        package let method: String
        package let path: String
        package let query: [String: String]
        package let headers: [String: String]
        package let body: [UInt8]
    }

    private struct State {
        var history = History()
        var faults: [String: [Fault]] = [:]
        var requests: [Request] = []
        var token: String?
        var isDown = false
        var watchers: [Int: AsyncStream<Void>.Continuation] = [:]
        var lastWatcher = 0
        var tls: TLSContext?
        var holds: [String: Valve] = [:]
    }

    private let state = Mutex(State())
    private let listener: Mutex<Listener?>
    private let isSecure: Bool
    /// Shut while nothing it says arrives.
    private let voice = Valve()

    /// `127.0.0.1:PORT`, or `[::1]:PORT`.
    package let authority: String
    /// Where it listens, with the scheme.
    package var url: String { "\(isSecure ? "https" : "http")://\(authority)" }

    /// - Parameter tls: the context to serve with; nil for plain HTTP.
    package init(reactor: Reactor, tls: TLSContext? = nil) throws {
        guard let address = SocketAddress("127.0.0.1:0") else { preconditionFailure("an address") }
        let listener = try Listener(on: address, reactor: reactor)
        authority = "\(listener.localAddress)"
        self.listener = Mutex(listener)
        isSecure = tls != nil
        state.withLock { $0.tls = tls }
    }

    /// Everything that was asked, in order.
    package var requests: [Request] { state.withLock { $0.requests } }

    /// The only bearer token that is accepted; nil for none asked.
    package func accept(token: String?) { state.withLock { $0.token = token } }

    /// What the next requests for the path get instead of their answer, one each.
    package func misbehave(at path: String, _ faults: Fault...) {
        state.withLock { $0.faults[path, default: []] += faults }
    }

    /// From now on it behaves.
    package func heal() { state.withLock { $0.faults = [:] } }

    /// Puts an object at the path, in place of one of that name.
    ///
    /// - Parameter object: the members of the object beside apiVersion, kind and metadata.
    package func put(_ name: String, namespace: String = "", at kind: Kind, _ object: String) {
        change { $0.put(name, namespace: namespace, kind: kind, object) }
    }

    /// Puts any object at a path of its own, or takes it away.
    package func put(_ text: String?, at path: String) { state.withLock { $0.history.put(text, at: path) } }

    /// Removes an object, if there is one.
    package func remove(_ name: String, namespace: String = "", at kind: Kind) {
        change { $0.remove(name, namespace: namespace, kind: kind) }
    }

    /// Cuts every connection, and all that come, until it is up again.
    package func setDown(_ isDown: Bool) {
        state.withLock { $0.isDown = isDown }
        if isDown { breakStreams() }
    }

    /// Says nothing more on any connection, and closes none, as when packets are dropped on the way; or speaks again.
    package func setSilent(_ isSilent: Bool) { voice.set(open: !isSilent) }

    /// Takes requests for the path, and answers them when it is told to `release` them.
    package func hold(at path: String) {
        let valve = Valve()
        valve.set(open: false)
        state.withLock { $0.holds[path] = valve }
    }

    /// Answers what was held, and what comes from now on.
    package func release(at path: String) { state.withLock { $0.holds.removeValue(forKey: path) }?.set(open: true) }

    /// Shows another certificate on connections that come from now on.
    package func present(_ tls: TLSContext) { state.withLock { $0.tls = tls } }

    /// Cuts all watches that are open.
    package func breakStreams() {
        for watcher in state.withLock({ Array($0.watchers.values) }) { watcher.finish() }
    }

    /// Forgets what happened: watches that begin earlier are told that it is too long ago.
    package func forgetHistory() { state.withLock { $0.history.forget() } }

    /// Takes a kind away, or brings it back: its definition is or is not installed.
    package func serve(_ kind: Kind, _ isServed: Bool) { state.withLock { $0.history.serve(kind, isServed) } }

    /// What there is: the names, and behind each the object without its metadata.
    package func objects(at kind: Kind) -> [String: String] { state.withLock { $0.history.contents(of: kind) } }

    private func change(_ body: (inout History) -> Void) {
        let watchers = state.withLock { state in
            body(&state.history)
            return Array(state.watchers.values)
        }
        for watcher in watchers { watcher.yield() }
    }

    /// Answers until the task is cancelled.
    package func serve() async {
        guard let listener = listener.withLock({ $0.take() }) else { return }
        await withDiscardingTaskGroup { group in
            while let accepted = try? await listener.accept() {
                group.addTask {
                    await self.voice.pass()
                    let tls = self.state.withLock { $0.tls }
                    // What becomes of a connection is for the client to see.
                    guard var stream = try? await ByteStream.accept(accepted, tls: tls, by: .after(.seconds(30)))
                    else { return }
                    if (try? await self.answer(&stream)) == true { stream.close() }
                }
            }
        }
    }
}

// MARK: - Answers

extension FakeAPIServer {
    /// Answers one request; false when the connection is to be cut.
    private func answer(_ stream: inout ByteStream) async throws -> Bool {
        if state.withLock({ $0.isDown }) { return false }
        let request = try await RequestReader.read(&stream)
        let (fault, isKnown) = state.withLock { state in
            state.requests.append(request)
            let faults = state.faults[request.path] ?? []
            if !faults.isEmpty { state.faults[request.path] = Array(faults.dropFirst()) }
            let token = state.token.map { "Bearer \($0)" }
            return (faults.first, token == nil || request.headers["authorization"] == token)
        }
        await state.withLock { $0.holds[request.path] }?.pass()
        await voice.pass()
        var writer = AnswerWriter(fault: fault)
        switch fault {
        case .cut: return false
        case .raw(let bytes):
            try await stream.write(bytes, by: .after(.seconds(30)))
            return true
        case .status(let code, let reason, let headers):
            try await writer.write(status: code, reason: reason, headers: headers, to: &stream)
            return true
        case .stall:
            try await writer.beginStream(&stream)
            // Until the client has had enough.
            try? await stream.hangUp.wait(by: .after(.seconds(60)))
            return false
        default: break
        }
        guard isKnown else {
            try await writer.write(status: 401, reason: "Unauthorized", to: &stream)
            return true
        }
        if request.method != "GET" { return try await take(request, &writer, &stream) }
        guard let kind = Kind(path: request.path), state.withLock({ $0.history.isServed(kind) }) else {
            return try await answerOne(request, &writer, &stream)
        }
        if request.query["watch"] != nil { return try await watch(kind, request, &writer, &stream) }
        let list = state.withLock { $0.history.list(kind, request.query) }
        switch list {
        case .success(let text): return try await writer.write(text, to: &stream)
        case .failure(let status): try await writer.write(status: status.code, reason: status.reason, to: &stream)
        }
        return true
    }

    /// Takes a write: a merge patch of the status of a policy, or a whole object of any other kind.
    private func take(
        _ request: Request, _ writer: inout AnswerWriter, _ stream: inout ByteStream
    ) async throws -> Bool {
        let (outcome, watchers) = state.withLock { ($0.history.write(request), Array($0.watchers.values)) }
        switch outcome {
        case .success(let text):
            for watcher in watchers { watcher.yield() }
            return try await writer.write(text, to: &stream)
        case .failure(let refusal):
            try await writer.write(status: refusal.code, reason: refusal.reason, to: &stream)
            return true
        }
    }

    private func answerOne(
        _ request: Request, _ writer: inout AnswerWriter, _ stream: inout ByteStream
    ) async throws -> Bool {
        guard let text = state.withLock({ $0.history.object(at: request.path) }) else {
            try await writer.write(status: 404, reason: "NotFound", to: &stream)
            return true
        }
        return try await writer.write(text, to: &stream)
    }

    private func watch(
        _ kind: Kind, _ request: Request, _ writer: inout AnswerWriter, _ stream: inout ByteStream
    ) async throws -> Bool {
        let (changes, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.lastWatcher += 1
            state.watchers[state.lastWatcher] = continuation
            return state.lastWatcher
        }
        defer { state.withLock { $0.watchers[id] = nil } }
        try await writer.beginStream(&stream)
        var position: Int
        switch state.withLock({ $0.history.begin(kind, request.query) }) {
        case .success(let begin):
            position = begin.position
            for event in begin.events where try await !writer.send(event, to: &stream) { return writer.isOrderly }
        case .failure(let status):
            _ = try await writer.send(.error(status.code, status.reason), to: &stream)
            return try await writer.endStream(&stream)
        }
        let hangUp = stream.hangUp
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try? await hangUp.wait(by: .after(.seconds(120)))
                continuation.finish()
            }
            defer { group.cancelAll() }
            continuation.yield()
            for await _ in changes {
                let events = state.withLock { $0.history.events(of: kind, since: position) }
                for event in events {
                    await voice.pass()
                    position = event.version
                    guard try await writer.send(event, to: &stream) else { return writer.isOrderly }
                }
            }
            return false
        }
    }
}
