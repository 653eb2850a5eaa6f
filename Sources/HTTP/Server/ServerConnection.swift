internal import Primitives
internal import Transport

/// One connection of a server: exchanges one after the other, each complete before the next is looked at. Bytes of a
/// next request that came early are kept.
struct ServerConnection: ~Copyable {
    /// Why there will be no further exchange.
    private enum Ending: Error {
        /// There is nobody to say anything to.
        case closed
        case refused(HTTPError)
        case tooSlow
        case overloaded
        /// There is no room for the body.
        case full
    }

    private var stream: ByteStream
    private let peer: SocketAddress?
    private let place: ConnectionTable.Place
    private let server: HTTPServer
    /// What has been read.
    private var input: [UInt8] = []
    /// How much of it has been used.
    private var used = 0
    /// The answer being written; kept for its capacity.
    private var output: [UInt8] = []

    init(_ stream: consuming ByteStream, peer: SocketAddress?, place: ConnectionTable.Place, server: HTTPServer) {
        self.stream = stream
        self.peer = peer
        self.place = place
        self.server = server
    }

    /// Serves until either side has had enough, and closes.
    consuming func run() async {
        do throws(Ending) {
            while try await exchange() {}
        } catch {
            await finish(error)
        }
        stream.close()
    }

    /// One request and its answer; whether another may follow.
    private mutating func exchange() async throws(Ending) -> Bool {
        let head = try await readHead()
        let arrival = Moment.now
        guard !place.isOverload else { throw .overloaded }
        var share = BodyRoom.Share(of: server.bodies, free: server.configuration.freeBodyBytes)
        let body = try await readBody(of: head, covering: &share)
        let request = Request(method: head.method, target: head.target, headers: head.headers, body: body)
        let response = try await answer(request, arrivedAt: arrival)
        let closes = !head.keepsAlive || server.isDraining
        try await write(response, closes: closes, omitsBody: head.method == .head)
        return !closes
    }

    // MARK: Receiving

    private mutating func readHead() async throws(Ending) -> RequestHead {
        dropUsedInput()
        if input.isEmpty { try await rest() }
        var deadline: Deadline?
        var parser = HeadParser<RequestHead>()
        while true {
            if let (head, length) = try orRefuse({ () throws(HTTPError) in try parser.parse(input) }) {
                dropInput(length)
                return head
            }
            try await readMore(within: server.configuration.headTimeout, until: &deadline)
        }
    }

    /// Waits for the first byte of a request.
    private mutating func rest() async throws(Ending) {
        place.gate.enter(.idle)
        defer { place.gate.enter(.busy) }
        let configuration = server.configuration
        let patience = place.isOverload ? configuration.headTimeout : configuration.idleTimeout
        let haste = isOneOfMany ? .zero : min(patience, Self.haste)
        if input.capacity > Self.mostKeptBytes { input = [] }
        if output.capacity > Self.mostKeptBytes { output = [] }
        if haste > .zero, try await isAsked(within: haste) { return }
        input = []
        output = []
        stream.releaseBuffers()
        guard try await isAsked(within: patience - haste) else { throw .closed }
    }

    /// Whether there are so many connections that none may keep buffers.
    private var isOneOfMany: Bool { server.connectionCount > Self.manyConnections }

    /// Whether something has come.
    private mutating func isAsked(within patience: Duration) async throws(Ending) -> Bool {
        do throws(TransportError) {
            guard try await stream.read(into: &input, atMost: Self.readSize, by: .after(patience)) > 0 else {
                throw TransportError.closedByPeer
            }
            return true
        } catch .timedOut {
            return false
        } catch {
            throw .closed
        }
    }

    private mutating func readBody(
        of head: RequestHead, covering share: inout BodyRoom.Share
    ) async throws(Ending) -> [UInt8] {
        var deadline: Deadline?
        let limit = server.configuration.bodyLimit
        var parser = try orRefuse { () throws(HTTPError) in try BodyParser(framing: head.framing, limit: limit) }
        if head.expectsContinue, !parser.isComplete, used == input.count { try await send(Self.continueResponse) }
        while true {
            dropInput(try orRefuse { () throws(HTTPError) in try parser.feed(input[used...]) })
            guard share.cover(parser.body.count) else { throw .full }
            if parser.isComplete { return parser.body }
            try await readMore(within: server.configuration.bodyTimeout, until: &deadline)
        }
    }

    /// Appends to the input what comes next.
    ///
    /// - Parameter end: the deadline of what is read, which begins with its first wait: most requests arrive whole.
    private mutating func readMore(within patience: Duration, until end: inout Deadline?) async throws(Ending) {
        let deadline = end ?? .after(patience)
        end = deadline
        // What comes in pieces may take its time.
        stream.releaseBuffers()
        do throws(TransportError) {
            guard try await stream.read(into: &input, atMost: Self.readSize, by: deadline) > 0 else {
                throw TransportError.closedByPeer
            }
        } catch .timedOut {
            throw .tooSlow
        } catch {
            throw .closed
        }
    }

    /// What the client sent, or the refusal of it.
    private func orRefuse<Value>(_ parse: () throws(HTTPError) -> Value) throws(Ending) -> Value {
        do throws(HTTPError) { return try parse() } catch { throw .refused(error) }
    }

    private mutating func dropInput(_ count: Int) {
        used += count
        if used == input.count { dropUsedInput() }
    }

    private mutating func dropUsedInput() {
        if used == input.count { input.removeAll(keepingCapacity: true) } else { input.removeFirst(used) }
        used = 0
    }

    // MARK: Answering

    private mutating func answer(
        _ request: Request, arrivedAt arrival: Moment
    ) async throws(Ending) -> Response {
        let limit = server.configuration.requestTimeout
        let deadline = Deadline(arrival + min(limit, request.timeout ?? limit))
        if isOneOfMany { stream.releaseBuffers() }
        place.gate.enter(.answering)
        let response = await server.handler.respond(to: request, by: deadline)
        place.gate.enter(.busy)
        guard !Task.isCancelled else { throw .closed }
        return response
    }

    private mutating func write(_ response: Response, closes: Bool, omitsBody: Bool) async throws(Ending) {
        output.removeAll(keepingCapacity: true)
        do throws(HTTPError) {
            try MessageWriter.append(
                response, date: server.dates.now, closes: closes, omitsBody: omitsBody, to: &output)
        } catch {
            server.report(.unwritable(error))
            throw .refused(error)
        }
        await stream.gather()
        try await send(output)
    }

    private mutating func send(_ bytes: [UInt8]) async throws(Ending) {
        do throws(TransportError) {
            try await stream.write(bytes, by: .after(server.configuration.writeTimeout))
        } catch {
            throw .closed
        }
    }

    // MARK: Refusing

    /// Says why there is no answer, if there is somebody to say it to.
    private mutating func finish(_ ending: Ending) async {
        switch ending {
        case .closed: return
        case .refused(let error):
            if error.status != .internalServerError { server.report(.refused(peer: peer, error)) }
            await refuse(.text(error.status, error.status == .internalServerError ? "internal error" : "\(error)"))
        case .tooSlow:
            server.report(.tooSlow(peer: peer))
            await refuse(.text(.requestTimeout, "the request did not arrive in time"))
        case .overloaded:
            server.report(.turnedAway(peer: peer))
            await refuse(Self.comeBack("too many connections are open"))
        case .full:
            server.report(.tooMuch(peer: peer))
            await refuse(Self.comeBack("too many long requests are open"))
        }
    }

    private static func comeBack(_ reason: String) -> Response {
        var response = Response.text(.serviceUnavailable, reason)
        // The API server tries again at once, with the same deadline, when it is told a number of seconds.
        response.headers.add("Retry-After", "1")
        return response
    }

    private mutating func refuse(_ response: Response) async {
        do throws(Ending) {
            try await write(response, closes: true, omitsBody: false)
            await linger()
        } catch {
            // Nobody is listening any more: that was the last word anyway.
        }
    }

    /// Reads and drops what the client is still sending, for a while and within bounds.
    private mutating func linger() async {
        let deadline = Deadline.after(server.configuration.lingerTimeout)
        var dropped = 0
        while dropped <= 2 * server.configuration.bodyLimit {
            input.removeAll(keepingCapacity: true)
            guard let count = try? await stream.read(into: &input, atMost: Self.readSize, by: deadline), count > 0
            else { return }
            dropped += count
        }
    }

    private static let readSize = 32 << 10
    /// For how long a connection that rests keeps its buffers: to make them anew for each review takes a thirtieth of it.
    private static let haste = Duration.seconds(1)
    /// What one of them may take meanwhile.
    private static let mostKeptBytes = 64 << 10
    /// More connections than API servers have.
    private static let manyConnections = 256
    private static let continueResponse = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
}

extension HTTPError {
    /// What a server answers to a request that it refuses for this reason.
    var status: Status {
        switch self {
        case .malformed: .badRequest
        case .headTooLarge: .headTooLarge
        case .bodyTooLarge: .contentTooLarge
        case .unsupportedVersion: .versionNotSupported
        case .unsupportedTransferCoding: .notImplemented
        case .unsupportedExpectation: .expectationFailed
        default: .internalServerError
        }
    }
}
