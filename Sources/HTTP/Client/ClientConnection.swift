internal import Primitives
internal import Transport

/// One connection of a client: one exchange at a time.
struct ClientConnection: ~Copyable, Sendable {
    /// Why there was no answer.
    struct Failure: Error {
        let reason: HTTPError
        /// Whether the server had closed a kept connection before it could see the request: nothing of an answer had
        /// arrived.
        let isStale: Bool
    }

    let origin: URL.Origin
    /// What the server is called in errors.
    private let name: String
    /// What the server was believed by, or a proxy before one without TLS; nil without either.
    let context: TLSContext?
    /// Whether another request may be sent: the server leaves the connection open, and nothing came that was not
    /// asked for.
    private(set) var isReusable = false
    private var stream: ByteStream
    private var input: [UInt8] = []
    private var hasServed = false

    init(
        _ stream: consuming ByteStream, to origin: URL.Origin, name: String? = nil, context: TLSContext? = nil
    ) {
        self.stream = stream
        self.name = name ?? origin.authority
        self.context = context
        self.origin = origin
    }

    /// Whether the server has neither closed it since nor sent anything. (That would become the answer to what is asked
    /// next.)
    mutating func isUsable() -> Bool { stream.isQuiet() }

    /// Sends a request that is written already, and reads the whole answer to it.
    mutating func exchange(
        _ request: [UInt8], for message: ClientRequest, by deadline: Deadline
    ) async throws(Failure) -> (head: ResponseHead, body: [UInt8]) {
        isReusable = false
        let head = try await sendAndReadHead(request, by: deadline)
        do throws(HTTPError) {
            let framing = head.framing(answering: message.method)
            let body = try await readBody(framing, limit: message.bodyLimit, by: deadline)
            isReusable = head.keepsAlive && framing != .untilClose && input.isEmpty
            if !hasServed { stream.keepSession() }
            hasServed = true
            return (head, body)
        } catch {
            throw Failure(reason: error, isStale: false)
        }
    }

    /// Says goodbye and closes.
    consuming func close() {
        stream.close()
    }

    /// Sends a request that is written already, and reads the head of the answer.
    mutating func sendAndReadHead(
        _ request: [UInt8], by deadline: Deadline
    ) async throws(Failure) -> ResponseHead {
        do throws(HTTPError) {
            try await send(request, by: deadline)
            return try await readHead(by: deadline)
        } catch {
            throw Failure(reason: error, isStale: hasServed && input.isEmpty && Self.isClosing(error))
        }
    }

    private mutating func send(_ request: [UInt8], by deadline: Deadline) async throws(HTTPError) {
        do throws(TransportError) {
            try await stream.write(request, by: deadline)
        } catch {
            throw HTTPError(error, authority: name, while: .sending)
        }
    }

    /// The head of the final response; interim ones before it (RFC 9110 §15.2) are skipped.
    private mutating func readHead(by deadline: Deadline) async throws(HTTPError) -> ResponseHead {
        for _ in 0...Limits.interimResponses {
            let head = try await readOneHead(by: deadline)
            // A switch of protocols was not asked for: what follows would not be HTTP.
            guard head.status != .switchingProtocols else { throw unusable(.malformed(.statusCode)) }
            if !head.status.isInterim { return head }
        }
        throw unusable(.malformed(.interimResponses))
    }

    private mutating func readOneHead(by deadline: Deadline) async throws(HTTPError) -> ResponseHead {
        var parser = HeadParser<ResponseHead>()
        while true {
            let parsed = try orUnusable { () throws(HTTPError) in try parser.parse(input) }
            if let (head, length) = parsed {
                input.removeFirst(length)
                return head
            }
            guard try await readMore(by: deadline) else {
                throw input.isEmpty
                    ? HTTPError(.closedByPeer, authority: name, while: .receiving) : unusable(.truncated)
            }
        }
    }

    /// What has come of a body since the last time, at least one byte, as soon as there is some; nil at its end.
    mutating func readPiece(of parser: inout BodyParser, by deadline: Deadline) async throws(HTTPError) -> [UInt8]? {
        while true {
            let count = try orUnusable { () throws(HTTPError) in try parser.feed(input[...]) }
            input.removeFirst(count)
            let piece = parser.takeBody()
            if !piece.isEmpty { return piece }
            if parser.isComplete { return nil }
            if try await !readMore(by: deadline) {
                try orUnusable { () throws(HTTPError) in try parser.end() }
            }
        }
    }

    private mutating func readBody(
        _ framing: BodyFraming, limit: Int, by deadline: Deadline
    ) async throws(HTTPError) -> [UInt8] {
        var parser = try BodyParser(framing: framing, limit: limit)
        while true {
            let count = try orUnusable { () throws(HTTPError) in try parser.feed(input[...]) }
            input.removeFirst(count)
            if parser.isComplete { return parser.body }
            if try await !readMore(by: deadline) {
                try orUnusable { () throws(HTTPError) in try parser.end() }
            }
        }
    }

    /// Appends to the input what comes next; false at the end of the stream.
    private mutating func readMore(by deadline: Deadline) async throws(HTTPError) -> Bool {
        do throws(TransportError) {
            return try await stream.read(into: &input, atMost: 32 << 10, by: deadline) > 0
        } catch {
            throw HTTPError(error, authority: name, while: .receiving)
        }
    }

    /// What the server sent, or whose answer it is that cannot be used.
    private func orUnusable<Value>(_ parse: () throws(HTTPError) -> Value) throws(HTTPError) -> Value {
        do throws(HTTPError) { return try parse() } catch { throw unusable(error) }
    }

    private func unusable(_ reason: HTTPError) -> HTTPError {
        if case .bodyTooLarge = reason { return reason }
        return .unusableAnswer(authority: name, reason)
    }

    private static func isClosing(_ error: HTTPError) -> Bool {
        switch error {
        case .connectionFailed(_, .closedByPeer), .connectionFailed(_, .tls(.broken)): true
        default: false
        }
    }
}

extension HTTPError {
    /// What a failure of the connection means for the exchange on it.
    init(_ error: TransportError, authority: String, while phase: ExchangePhase) {
        switch error {
        case .timedOut: self = .timedOut(authority: authority, phase)
        case .cancelled: self = .cancelled
        case .addressRefused: self = .addressRefused(authority: authority, reason: error.description)
        default: self = .connectionFailed(authority: authority, error)
        }
    }
}
