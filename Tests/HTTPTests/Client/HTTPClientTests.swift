import Primitives
import Synchronization
import Testing
import Transport

@testable import HTTP

@Suite("HTTPClient", .timeLimit(.minutes(5)))
struct HTTPClientTests {
    private var soon: Deadline { .after(.seconds(20)) }
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    @Test("asks, reads the answer and uses the connection again", arguments: [true, false])
    func reuse(tls: Bool) async throws {
        try await withServer(tls: tls) { server, place in
            let client = try await place.client()
            for number in 0..<5 {
                let request = ClientRequest(
                    method: .post, url: try place.url("/echo"), body: Array("\(number)".utf8), bodyLimit: 10)
                let response = try await client.send(request, by: soon)
                #expect(response.status == .ok)
                #expect(response.body == Array("\(number)".utf8))
            }
            #expect(server.connectionCount == 1)
        }
    }

    @Test("keeps few connections, and uses no more than it may at a time")
    func bounds() async throws {
        let load = Load()
        var router = Router()
        router.add(.get, "/") { _, _ in
            load.begin()
            for _ in 0..<50 { await Task.yield() }
            load.end()
            return .text(.ok, "hello")
        }
        try await withServer(router) { server, place in
            let client = try await place.client {
                $0.maximumConnectionsPerOrigin = 4
                $0.maximumIdlePerOrigin = 2
            }
            let url = try place.url("/")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<40 {
                    group.addTask {
                        _ = try await client.send(ClientRequest(url: url, bodyLimit: 100), by: .after(.seconds(20)))
                    }
                }
                try await group.waitForAll()
            }
            #expect(load.peak <= 4)
            while server.connectionCount > 2 { await Task.yield() }
        }
    }

    @Test("waits for a free connection until the deadline, and not longer")
    func waiting() async throws {
        let (started, release) = (Signal(), Signal())
        try await withScript { stream, _ in
            _ = try await stream.readRequest()
            started.fire()
            await release.wait()
            try await stream.send(Self.ok)
        } body: { place in
            let client = try await place.client { $0.maximumConnectionsPerOrigin = 1 }
            let url = try place.url("/")
            async let first = client.send(ClientRequest(url: url, bodyLimit: 10), by: soon)
            #expect(await started.wait())
            await #expect(throws: HTTPError.timedOut(authority: url.authority, .waiting)) {
                try await client.send(ClientRequest(url: url, bodyLimit: 10), by: .after(.milliseconds(100)))
            }
            release.fire()
            #expect(try await first.status == .ok)
        }
    }

    @Test("does not use a connection that rested too long")
    func expiry() async throws {
        let connections = Counter()
        try await withScript { stream, _ in
            connections.increment()
            while true {
                _ = try await stream.readRequest()
                try await stream.send(Self.ok)
            }
        } body: { place in
            let client = try await place.client { $0.idleTimeout = .zero }
            for _ in 0..<2 {
                _ = try await client.send(ClientRequest(url: try place.url("/"), bodyLimit: 10), by: soon)
            }
            #expect(connections.count == 2)
            client.closeIdleConnections()
        }
    }

    /// The script answers the first request of the first connection and closes at the second.
    private static func stale(_ stream: inout ByteStream, _ number: Int) async throws {
        _ = try await stream.readRequest()
        try await stream.send(ok)
        _ = try await stream.readRequest()
        if number > 0 { try await stream.send(ok) }
    }

    @Test("asks again on a new connection when a kept one was closed before the answer began")
    func retry() async throws {
        let connections = Counter()
        try await withScript { stream, number in
            connections.increment()
            try await Self.stale(&stream, number)
        } body: { place in
            let client = try await place.client()
            let request = ClientRequest(url: try place.url("/"), bodyLimit: 10)
            _ = try await client.send(request, by: soon)
            #expect(try await client.send(request, by: soon).status == .ok)
            #expect(connections.count == 2)
        }
    }

    @Test("does not ask again with POST, nor when the answer had begun")
    func noRetry() async throws {
        try await withScript(Self.stale) { place in
            let client = try await place.client()
            _ = try await client.send(ClientRequest(url: try place.url("/"), bodyLimit: 10), by: soon)
            let post = ClientRequest(method: .post, url: try place.url("/"), bodyLimit: 10)
            await #expect(throws: HTTPError.connectionFailed(authority: post.url.authority, .closedByPeer)) {
                try await client.send(post, by: soon)
            }
        }
        try await withScript { stream, _ in
            _ = try await stream.readRequest()
            try await stream.send(Self.ok)
            _ = try await stream.readRequest()
            try await stream.send("HTTP/1.1 200 OK\r\nContent-Len")
        } body: { place in
            let client = try await place.client()
            let request = ClientRequest(url: try place.url("/"), bodyLimit: 10)
            _ = try await client.send(request, by: soon)
            await #expect(throws: HTTPError.unusableAnswer(authority: request.url.authority, .truncated)) {
                try await client.send(request, by: soon)
            }
        }
    }

    @Test("knows that a kept connection was closed, so that not even a POST is sent into it")
    func closedWhileKept() async throws {
        let served = Signal()
        try await withScript { stream, _ in
            await served.wait()
        } body: { place in
            let stream = try await place.connect()
            let hangUp = stream.hangUp
            var connection = ClientConnection(stream, to: try place.url("/").origin)
            let isUsable = connection.isUsable()
            #expect(isUsable)
            served.fire()
            try await hangUp.wait(by: soon)
            let isStillUsable = connection.isUsable()
            #expect(!isStillUsable)
        }
    }

    @Test("does not take for an answer what a server sent before it was asked", arguments: ["now", "later"])
    func unsolicited(moment: String) async throws {
        let connections = Counter()
        let sent = Signal()
        try await withScript { stream, number in
            connections.increment()
            _ = try await stream.readRequest()
            let stray = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray"
            try await stream.send(moment == "now" ? Self.ok + stray : Self.ok)
            if number == 0, moment == "later" { try await stream.send(stray) }
            sent.fire()
            _ = try? await stream.readRequest()
        } body: { place in
            let client = try await place.client()
            let request = ClientRequest(url: try place.url("/"), bodyLimit: 10)
            let first = try await client.send(request, by: soon)
            await sent.wait()
            try await Task.sleep(for: .milliseconds(50))
            #expect(try await client.send(request, by: soon).body == first.body)
            #expect(connections.count == 2)
        }
    }

    @Test(
        "refuses answers that cannot be used, and says whose they are",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", HTTPError.truncated),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", .truncated),
            ("HTTP/1.1 200 OK\r\n", .truncated),
            ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", .malformed(.contentLength)),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                .malformed(.ambiguousLength)
            ),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", .unsupportedTransferCoding),
            ("HTTP/1.1 200 OK\r\nX: \0\r\n\r\n", .malformed(.fieldValue)),
            ("SSH-2.0-OpenSSH_9.2\r\n", .malformed(.startLine)),
            ("HTTP/2 200\r\n\r\n", .malformed(.version)),
            ("HTTP/1.1 101 Switching Protocols\r\n\r\n", .malformed(.statusCode)),
            (String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 20), .malformed(.interimResponses)),
            ("HTTP/1.1 200 OK\r\n" + String(repeating: "X: y\r\n", count: 5000), .headTooLarge),
        ])
    func unusable(answer: String, reason: HTTPError) async throws {
        try await withScript { stream, _ in
            _ = try await stream.readRequest()
            try await stream.send(answer)
        } body: { place in
            let client = try await place.client()
            let url = try place.url("/")
            await #expect(throws: HTTPError.unusableAnswer(authority: url.authority, reason)) {
                try await client.send(ClientRequest(url: url, bodyLimit: 10), by: soon)
            }
        }
    }

    @Test(
        "caps the body however its length is told",
        arguments: [
            "Content-Length: 11\r\n\r\n12345678901", "Transfer-Encoding: chunked\r\n\r\nB\r\n12345678901\r\n0\r\n\r\n",
            "\r\n12345678901",
        ])
    func bodyLimit(answer: String) async throws {
        try await withScript { stream, _ in
            _ = try await stream.readRequest()
            try await stream.send("HTTP/1.1 200 OK\r\n\(answer)")
        } body: { place in
            let client = try await place.client()
            await #expect(throws: HTTPError.bodyTooLarge(limit: 10)) {
                try await client.send(ClientRequest(url: try place.url("/"), bodyLimit: 10), by: soon)
            }
        }
    }

    @Test("skips interim answers, and reads bodies of every framing")
    func framings() async throws {
        let answers = [
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + Self.ok,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;x=y\r\no\r\n1\r\nk\r\n0\r\nA: b\r\n\r\n",
            "HTTP/1.1 200 OK\r\n\r\nok", "HTTP/1.0 200 OK\r\n\r\nok",
        ]
        try await withScript { stream, number in
            _ = try await stream.readRequest()
            try await stream.send(answers[number])
        } body: { place in
            for _ in answers {
                let client = try await place.client()
                let response = try await client.send(
                    ClientRequest(url: try place.url("/"), bodyLimit: 10), by: soon)
                #expect(response.body == Array("ok".utf8))
            }
        }
    }

    @Test("takes a TLS stream without a goodbye for cut, also where the connection's end would be the body's")
    func cutTLS() async throws {
        try await withScript(tls: true) { stream, number in
            _ = try await stream.readRequest()
            try await stream.send("HTTP/1.1 200 OK\r\n\r\nallow all")
            if number == 1 { throw HTTPError.truncated }
        } body: { place in
            let client = try await place.client()
            let request = ClientRequest(url: try place.url("/"), bodyLimit: 10)
            #expect(try await client.send(request, by: soon).body == Array("allow all".utf8))
            await #expect(throws: HTTPError.connectionFailed(authority: request.url.authority, .closedByPeer)) {
                try await client.send(request, by: soon)
            }
        }
    }

    @Test("ends at the deadline, whatever the server does", arguments: ["", "HTTP/1.1 200 OK\r\n\r\n"])
    func endless(beginning: String) async throws {
        try await withScript { stream, _ in
            _ = try await stream.readRequest()
            try await stream.send(beginning)
            // Endless, byte after byte; or silent.
            while !beginning.isEmpty { try await stream.send("x") }
            _ = try await stream.readToEnd()
        } body: { place in
            let client = try await place.client()
            let url = try place.url("/")
            await #expect(throws: HTTPError.timedOut(authority: url.authority, .receiving)) {
                try await client.send(ClientRequest(url: url, bodyLimit: .max), by: .after(.milliseconds(200)))
            }
        }
    }

    @Test("ends when its task is cancelled, and closes the connection")
    func cancellation() async throws {
        let (started, closed) = (Signal(), Signal())
        try await withScript { stream, _ in
            _ = try await stream.readRequest()
            started.fire()
            _ = try await stream.readToEnd()
            closed.fire()
        } body: { place in
            let client = try await place.client()
            let url = try place.url("/")
            let error = await withTaskGroup(of: HTTPError?.self) { group in
                group.addTask {
                    do throws(HTTPError) {
                        _ = try await client.send(ClientRequest(url: url, bodyLimit: 10), by: .after(.seconds(20)))
                        return nil
                    } catch {
                        return error
                    }
                }
                #expect(await started.wait())
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(error == .cancelled)
            #expect(await closed.wait())
        }
    }

    @Test("asks in plain text only where that is allowed, and names the flag")
    func plainText() async throws {
        try await withServer(tls: false) { _, place in
            let url = try place.url("/")
            let strict = try await place.client { $0.insecureHosts = ["127.0.0.1", "localhost:\(place.address.port)"] }
            let refusal = HTTPError.plainTextRefused(authority: url.authority)
            await #expect(throws: refusal) {
                try await strict.send(ClientRequest(url: url, bodyLimit: 10), by: soon)
            }
            #expect(refusal.description.contains("--insecure-registry \(url.authority)"))
        }
    }

    @Test("does not believe a certificate of another name or authority")
    func trust() async throws {
        try await withServer { _, place in
            let client = try await place.client()
            let url = try HTTP.URL(parsing: "https://127.0.0.2:\(place.address.port)/")
            await #expect(throws: HTTPError.self) {
                try await client.send(ClientRequest(url: url, bodyLimit: 10), by: soon)
            }
        }
    }

    @Test("says where nothing listens")
    func unreachable() async throws {
        let port = try Loopback.listen().localAddress.port
        try await withServer { _, place in
            let client = try await place.client()
            let url = try HTTP.URL(parsing: "https://127.0.0.1:\(port)/")
            do throws(HTTPError) {
                _ = try await client.send(ClientRequest(url: url, bodyLimit: 10), by: soon)
                Issue.record("there was an answer")
            } catch {
                guard case .connectionFailed(let authority, _) = error else { throw error }
                #expect(authority == "127.0.0.1:\(port)")
            }
        }
    }

    @Test("follows redirects and gives credentials to nobody else")
    func redirects() async throws {
        let seen = Record()
        var other = Router()
        other.add(.get, "/blob") { request, _ in
            seen.add(request.headers["Authorization"] ?? "none")
            return .text(.ok, "blob")
        }
        try await withServer(other) { _, elsewhere in
            let target = try elsewhere.url("/blob").description
            var router = Router()
            router.add(.get, "/here") { request, _ in
                seen.add(request.headers["Authorization"] ?? "none")
                return Response(status: .found, headers: ["Location": "/there"])
            }
            router.add(.get, "/there") { request, _ in
                seen.add(request.headers["Authorization"] ?? "none")
                return Response(status: .temporaryRedirect, headers: ["Location": target])
            }
            try await withServer(router) { _, place in
                let client = try await place.client()
                let request = ClientRequest(
                    url: try place.url("/here"), authorization: Secret("Bearer t"), bodyLimit: 100)
                let response = try await client.send(request, by: soon)
                #expect(response.body == Array("blob\n".utf8))
                #expect(response.url.description == target)
            }
        }
        #expect(seen.lines == ["Bearer t", "Bearer t", "none"])
    }

    @Test("never goes from https to http, not even where plain text is allowed")
    func downgrade() async throws {
        try await withServer(tls: false) { _, plain in
            let target = try plain.url("/").description
            var router = Router()
            router.add(.get, "/") { _, _ in Response(status: .found, headers: ["Location": target]) }
            try await withServer(router) { _, place in
                let client = try await place.client { $0.insecureHosts = ["\(plain.address)"] }
                let request = ClientRequest(url: try place.url("/"), bodyLimit: 100)
                let refusal = HTTPError.redirectRefused(
                    from: request.url.authority, .leavesTLS(to: "\(plain.address)"))
                await #expect(throws: refusal) { try await client.send(request, by: soon) }
            }
        }
    }

    @Test("does not run in circles")
    func circle() async throws {
        let asked = Counter()
        var router = Router()
        router.add(.get, "/") { _, _ in
            asked.increment()
            return Response(status: .found, headers: ["Location": "/"])
        }
        try await withServer(router) { _, place in
            let client = try await place.client()
            await #expect(throws: HTTPError.self) {
                try await client.send(ClientRequest(url: try place.url("/"), bodyLimit: 100), by: soon)
            }
            #expect(asked.count == Limits.redirects + 1)
        }
    }
}

/// How many exchanges run at a time.
private final class Load: Sendable {
    private let state = Mutex((now: 0, peak: 0))

    var peak: Int { state.withLock { $0.peak } }

    func begin() {
        state.withLock { state in
            state.now += 1
            state.peak = max(state.peak, state.now)
        }
    }

    func end() {
        state.withLock { $0.now -= 1 }
    }
}

/// What happened, in order.
private final class Record: Sendable {
    private let state = Mutex<[String]>([])

    var lines: [String] { state.withLock { $0 } }

    func add(_ line: String) {
        state.withLock { $0.append(line) }
    }
}
