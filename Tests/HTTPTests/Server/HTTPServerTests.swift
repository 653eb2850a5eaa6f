import Primitives
import Synchronization
import Testing
import Transport

@testable import HTTP

@Suite("HTTPServer", .timeLimit(.minutes(5)))
struct HTTPServerTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test("answers request after request on one connection", arguments: [true, false])
    func keepAlive(tls: Bool) async throws {
        try await withServer(tls: tls) { server, place in
            var stream = try await place.connect()
            for number in 0..<5 {
                try await stream.send(
                    "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nbody \(number)")
                let (head, body) = try await stream.readResponse()
                #expect(head.status == .ok)
                #expect(body == "body \(number)")
                #expect(head.keepsAlive)
                #expect(head.headers["Date"]?.hasSuffix(" GMT") == true)
            }
            #expect(server.connectionCount == 1)
        }
    }

    @Test("keeps what was sent early and answers in order")
    func pipelining() async throws {
        try await withServer { _, place in
            var stream = try await place.connect()
            try await stream.send(
                Self.get + "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3\r\nabc\r\n0\r\n\r\n" + "GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let all = try await stream.readToEnd()
            #expect(all.matches(of: /HTTP\/1.1 ([0-9]+)/).map(\.1) == ["200", "200", "404"])
            #expect(all.contains("\r\n\r\nhello\nHTTP/1.1"))
            #expect(all.contains("\r\n\r\nabcHTTP/1.1"))
        }
    }

    @Test("closes after HTTP/1.0 and Connection: close, and says so")
    func closing() async throws {
        try await withServer { _, place in
            for request in ["GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"] {
                var stream = try await place.connect()
                try await stream.send(request)
                let answer = try await stream.readToEnd()
                #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(answer.contains("\r\nConnection: close\r\n"))
            }
        }
    }

    @Test("answers HEAD without a body, 404 and 405")
    func routes() async throws {
        try await withServer { _, place in
            var stream = try await place.connect()
            try await stream.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await stream.readResponse(to: .head).head.headers["Content-Length"] == "6")
            try await stream.send("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await stream.readResponse().head.status == .notFound)
            try await stream.send("DELETE /?x=y HTTP/1.1\r\nHost: a\r\n\r\n")
            let refused = try await stream.readResponse()
            #expect(refused.head.status == .methodNotAllowed)
            #expect(refused.head.headers["Allow"] == "GET, HEAD")
        }
    }

    @Test("says 100 Continue to a client that waits for it")
    func expectContinue() async throws {
        try await withServer { _, place in
            var stream = try await place.connect()
            try await stream.send(
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
            #expect(try await stream.readResponse().head.status == .continue)
            try await stream.send("abc")
            #expect(try await stream.readResponse().body == "abc")
        }
    }

    @Test(
        "refuses bad requests, says why and closes",
        arguments: [
            ("GET / HTTP/1.1\r\n\r\n", 400), ("\u{16}\u{03}\u{01}\r\n", 400),
            ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
            ("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx", 400),
            ("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
            ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n", 413),
            ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\nExpect: 100-continue\r\n\r\n", 413),
            ("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n", 413),
            ("GET / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n", 417),
            ("GET /\(String(repeating: "a", count: Limits.headBytes)) HTTP/1.1\r\n", 431),
            ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        ])
    func refuses(request: String, status: Int) async throws {
        let reported = Signal()
        try await withServer(
            configure: { configuration in
                configuration.bodyLimit = 100
                configuration.lingerTimeout = .milliseconds(50)
            },
            report: { failure in
                if case .refused = failure { reported.fire() }
            }
        ) { _, place in
            var stream = try await place.connect()
            try await stream.send(request)
            let answer = try await stream.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
            #expect(answer.contains("\r\nConnection: close\r\n"))
            #expect(await reported.wait())
        }
    }

    @Test("lets a client finish sending what it refuses, so that the client sees why")
    func lingers() async throws {
        try await withServer { _, place in
            var stream = try await place.connect()
            let size = 8 << 20
            try await stream.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n")
            try await stream.write(Array(repeating: 0x20, count: size), by: .after(.seconds(20)))
            #expect(try await stream.readResponse().head.status == .contentTooLarge)
        }
    }

    @Test("takes a body of exactly the limit, and one in pieces")
    func bodies() async throws {
        try await withServer(configure: { $0.bodyLimit = 300_000 }) { _, place in
            var stream = try await place.connect()
            let body = String(repeating: "x", count: 300_000)
            try await stream.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n" + body)
            #expect(try await stream.readResponse().body == body)
            for byte in "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc" {
                try await stream.send(String(byte))
            }
            #expect(try await stream.readResponse().body == "abc")
        }
    }

    @Test("gives up on a head or body that does not come (slowloris)")
    func slow() async throws {
        let quick = Duration.milliseconds(150)
        try await withServer(configure: {
            $0.headTimeout = quick
            $0.bodyTimeout = quick
            $0.lingerTimeout = quick
        }) { _, place in
            for part in [
                "G", "GET / HTTP/1.1\r\nHost: a\r\n", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhell",
            ] {
                var stream = try await place.connect()
                try await stream.send(part)
                #expect(try await stream.readToEnd().hasPrefix("HTTP/1.1 408 "))
            }
        }
    }

    @Test("closes a connection that rests too long, without a word")
    func idle() async throws {
        try await withServer(configure: { $0.idleTimeout = .milliseconds(150) }) { _, place in
            var fresh = try await place.connect()
            #expect(try await fresh.readToEnd() == "")
            var used = try await place.connect()
            try await used.send(Self.get)
            #expect(try await used.readResponse().head.keepsAlive)
            #expect(try await used.readToEnd() == "")
        }
    }

    @Test("goes on with a connection that has rested for longer than its buffers are kept", arguments: [true, false])
    func rested(tls: Bool) async throws {
        try await withServer(tls: tls) { _, place in
            var stream = try await place.connect()
            for rest in [0, 1200, 0, 1200] {
                try await Task.sleep(for: .milliseconds(rest))
                try await stream.send(Self.get)
                #expect(try await stream.readResponse().head.status == .ok)
            }
        }
    }

    @Test("accepts others while a handshake does not go on, and ends that")
    func slowHandshake() async throws {
        let reported = Signal()
        try await withServer(
            configure: { $0.handshakeTimeout = .seconds(2) },
            report: { failure in
                if case .notSetUp(_, .timedOut) = failure { reported.fire() }
            }
        ) { _, place in
            var silent = try await place.connectPlain()
            var quick = try await place.connect()
            try await quick.send(Self.get)
            #expect(try await quick.readResponse().head.status == .ok)
            #expect(await reported.wait())
            #expect(try await silent.readToEnd() == "")
        }
    }

    @Test("tells connections beyond the limit to come back, and closes those beyond these")
    func overload() async throws {
        try await withServer(configure: {
            $0.maximumConnections = 2
            $0.maximumOverloadConnections = 1
        }) { server, place in
            var served = [try await Exchange(place), try await Exchange(place)]
            #expect(server.connectionCount == 2)
            var third = try await place.connect()
            try await third.send(Self.get)
            let refused = try await third.readResponse()
            #expect(refused.head.status == .serviceUnavailable)
            #expect(refused.head.headers["Retry-After"] == "1")
            #expect(!refused.head.keepsAlive)
            // The third still lingers, so there is no place for a fourth.
            await #expect(throws: TransportError.self) { _ = try await Exchange(place) }
            served.removeAll()
        }
    }

    @Test(
        "bodies that never end do not take all memory, and keep short requests from nobody", arguments: [true, false])
    func bodyRoom(isChunked: Bool) async throws {
        try await withServer(configure: {
            $0.bodyLimit = 4000
            $0.bodyRoom = 7000
            $0.freeBodyBytes = 1000
        }) { server, place in
            let framing = isChunked ? "Transfer-Encoding: chunked\r\n\r\nfa0\r\n" : "Content-Length: 4000\r\n\r\n"
            let long = "POST /echo HTTP/1.1\r\nHost: a\r\n\(framing)" + String(repeating: "x", count: 3999)
            var held = [try await Exchange(place, leaving: long), try await Exchange(place, leaving: long)]
            while server.bodies.usedBytes < 2 * 2999 { await Task.yield() }
            var third = try await place.connect()
            try await third.send(long)
            let refused = try await third.readResponse()
            #expect(refused.head.status == .serviceUnavailable)
            #expect(refused.head.headers["Retry-After"] == "1")
            var short = try await place.connect()
            try await short.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
            #expect(try await short.readResponse().body == "hello")
            held.removeAll()
            while server.bodies.usedBytes > 0 { await Task.yield() }
        }
    }

    @Test("cancels the handler when the client hangs up")
    func hangUp() async throws {
        let (started, cancelled) = (Signal(), Signal())
        var router = Router()
        router.add(.post, "/") { _, deadline in
            started.fire()
            do { try await Task.sleep(until: deadline.instant, clock: .continuous) } catch { cancelled.fire() }
            return .text(.ok, "too late")
        }
        for tls in [true, false] {
            try await withServer(tls: tls, router) { _, place in
                var stream = try await place.connect()
                try await stream.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
                #expect(await started.wait())
                stream.close()
                #expect(await cancelled.wait())
            }
        }
    }

    @Test("gives the handler the client's deadline, or its own if that is sooner")
    func deadlines() async throws {
        var router = Router()
        router.add(.get, "/") { _, deadline in .text(.ok, "\(deadline.remaining.components.seconds)") }
        try await withServer(router, configure: { $0.requestTimeout = .seconds(20) }) { _, place in
            var stream = try await place.connect()
            for (query, range) in [("?timeout=10s", 8...9), ("", 18...19), ("?timeout=1h", 18...19)] {
                try await stream.send("GET /\(query) HTTP/1.1\r\nHost: a\r\n\r\n")
                let seconds = try await stream.readResponse().body.dropLast()
                #expect(range.contains(try #require(Int(seconds))))
            }
        }
    }

    @Test("answers 500 for a response that cannot be written, and goes on serving")
    func unwritable() async throws {
        var router = Router()
        router.add(.get, "/") { _, _ in Response(status: .ok, headers: ["X": "a\r\nY: b"]) }
        try await withServer(router) { _, place in
            for _ in 0..<2 {
                var stream = try await place.connect()
                try await stream.send(Self.get)
                let answer = try await stream.readResponse()
                #expect(answer.head.status == .internalServerError)
                #expect(!answer.head.headers.contains("Y"))
            }
        }
    }

    @Test("answers on idle and on new connections while it drains, and closes each after its answer")
    func startsDraining() async throws {
        try await withServer { server, place in
            var idle = try await place.connect()
            try await idle.send(Self.get)
            _ = try await idle.readResponse()
            server.startDraining()
            try await idle.send(Self.get)
            let last = try await idle.readResponse()
            #expect(last.head.status == .ok)
            #expect(!last.head.keepsAlive)
            #expect(try await idle.readToEnd() == "")

            var late = try await place.connect()
            try await late.send(Self.get)
            let answer = try await late.readResponse()
            #expect(answer.head.status == .ok)
            #expect(!answer.head.keepsAlive)
            #expect(try await late.readToEnd() == "")
        }
    }

    @Test("finishes what is under way when it drains, and accepts nothing new")
    func drains() async throws {
        let (arrived, release) = (Counter(), Signal())
        var router = Router()
        router.add(.get, "/") { _, _ in
            arrived.increment()
            await release.wait()
            return .text(.ok, "done")
        }
        try await withServer(router) { server, place in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        var stream = try await place.connect()
                        try await stream.send(Self.get)
                        let answer = try await stream.readResponse()
                        #expect(answer.body == "done\n")
                        #expect(!answer.head.keepsAlive)
                    }
                }
                await arrived.wait(until: 20)
                group.addTask {
                    await server.drain(by: .after(.seconds(20)))
                    #expect(server.connectionCount == 0)
                }
                while (try? await place.connectPlain()) != nil { await Task.yield() }
                // The last of those that came to see whether it still listens may not have been seen to leave.
                while server.connectionCount > 20 { await Task.yield() }
                #expect(server.connectionCount == 20)
                release.fire()
                try await group.waitForAll()
            }
        }
    }

    @Test("cuts what is left when the time for draining is up")
    func drainDeadline() async throws {
        let (started, cancelled) = (Signal(), Signal())
        var router = Router()
        router.add(.get, "/") { _, _ in
            started.fire()
            do { try await Task.sleep(for: .seconds(600)) } catch { cancelled.fire() }
            return .text(.ok, "too late")
        }
        try await withServer(router) { server, place in
            var stream = try await place.connect()
            try await stream.send(Self.get)
            #expect(await started.wait())
            await server.drain(by: .after(.milliseconds(100)))
            #expect(await cancelled.wait())
        }
    }

    @Test("answers beside a thousand idle connections and fifty slow ones")
    func crowd() async throws {
        // On a busy machine it takes minutes until all are there.
        let patience = { (limits: inout HTTPServer.Configuration) in
            limits.handshakeTimeout = .seconds(120)
            limits.idleTimeout = .seconds(600)
        }
        try await withServer(configure: patience) { server, place in
            var crowd: [Exchange] = []
            for _ in 0..<1000 { crowd.append(try await Exchange(place)) }
            for _ in 0..<50 { crowd.append(try await Exchange(place, leaving: "GET / HT")) }
            #expect(server.connectionCount == 1050)
            var stream = try await place.connect()
            for _ in 0..<20 {
                try await stream.send(Self.get)
                #expect(try await stream.readResponse().head.status == .ok)
            }
            crowd.removeAll()
        }
    }

    @Test("leaves nothing behind after ten thousand connections")
    func leaks() async throws {
        try await withServer(tls: false) { server, place in
            for number in 0..<10_000 {
                var stream = try await place.connect()
                // Every third sends nothing, every third half a request.
                if number % 3 == 1 { try await stream.send("GET / HT") }
                if number % 3 == 2 {
                    try await stream.send(Self.get)
                    _ = try await stream.readResponse()
                }
                stream.close()
            }
            while server.connectionCount > 0 { await Task.yield() }
        }
    }
}

/// A connection that has seen one answer, in a form that can be collected.
private final class Exchange: Sendable {
    private let stream: Carrier<ByteStream>

    /// - Parameter leaving: the beginning of a request, sent after the first exchange.
    init(_ place: Place, leaving beginning: String = "") async throws {
        var stream = try await place.connect()
        try await stream.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try await stream.readResponse()
        try await stream.send(beginning)
        self.stream = Carrier(stream)
    }
}

/// A number that tests wait for.
final class Counter: Sendable {
    private let state = Mutex((count: 0, goals: [(Int, Signal)]()))

    var count: Int { state.withLock { $0.count } }

    func increment() {
        let reached = state.withLock { state in
            state.count += 1
            return state.goals.filter { $0.0 <= state.count }
        }
        for goal in reached { goal.1.fire() }
    }

    func wait(until count: Int) async {
        let signal = Signal()
        let isReached = state.withLock { state in
            state.goals.append((count, signal))
            return state.count >= count
        }
        if !isReached { await signal.wait() }
    }
}
