import Cryptography
import Primitives
import Support
import Synchronization
import Testing
import Transport

@testable import HTTP

/// The client behind Debian's proxies, and behind proxies that misbehave.
@Suite("HTTPClient and proxies", .timeLimit(.minutes(5)))
struct ProxyTests {
    private var soon: Deadline { .after(.seconds(30)) }

    private func client(
        _ place: Place, through proxy: String, configure: (inout HTTPClient.Configuration) -> Void = { _ in }
    ) async throws -> HTTPClient {
        let proxy = try Proxy(parsing: proxy)
        return try await place.client {
            $0.proxy = { _ in proxy }
            configure(&$0)
        }
    }

    /// What asking a place, where nobody need be, comes to.
    private func failure(_ place: Place, through proxy: String) async throws -> String {
        let client = try await client(place, through: proxy)
        let error = await #expect(throws: HTTPError.self) {
            try await client.send(ClientRequest(url: try place.url("/"), bodyLimit: 100_000), by: soon)
        }
        return error?.description ?? ""
    }

    /// A place that is only named.
    private func place(_ address: String) async throws -> Place {
        Place(address: try #require(SocketAddress(address)), contexts: try await Loopback.contexts.value)
    }

    @Test(
        "Asks through a real proxy, with TLS from end to end or without, and with its password",
        arguments: RealProxy.all, [true, false])
    func real(kind: Proxy.Kind, tls: Bool) async throws {
        let proxy = try await RealProxy.start(kind)
        try await withServer(tls: tls) { server, place in
            let client = try await client(place, through: proxy.url)
            for _ in 0..<3 {
                let response = try await client.send(ClientRequest(url: try place.url("/"), bodyLimit: 100), by: soon)
                #expect(response.status == .ok)
                #expect(response.body == Array("hello\n".utf8))
            }
            if tls || kind == .socks5 { #expect(server.connectionCount == 1) }
            let target = kind == .socks5 ? "" : tls ? "CONNECT " : "GET http://"
            #expect(proxy.requests.allSatisfy { $0.hasPrefix("\(target)\(place.address)") }, "\(proxy.requests)")
        }
        #expect(!proxy.requests.isEmpty)
    }

    @Test("Long bodies go both ways, through TLS inside of TLS too", arguments: RealProxy.all)
    func long(kind: Proxy.Kind) async throws {
        let proxy = try await RealProxy.start(kind)
        let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await withServer(configure: { $0.bodyLimit = 1 << 22 }) { _, place in
            let client = try await client(place, through: proxy.url)
            let request = ClientRequest(method: .post, url: try place.url("/echo"), body: body, bodyLimit: 1 << 22)
            #expect(try await client.send(request, by: soon).body == body)
        }
    }

    @Test("The proxy gets the name of the server, and resolves it", arguments: RealProxy.all)
    func named(kind: Proxy.Kind) async throws {
        let proxy = try await RealProxy.start(kind)
        try await withServer { _, place in
            let client = try await client(place, through: proxy.url)
            let url = try URL(parsing: "https://localhost:\(place.address.port)/")
            #expect(try await client.send(ClientRequest(url: url, bodyLimit: 100), by: soon).status == .ok)
            #expect(proxy.requests.first?.contains("localhost:\(place.address.port)") == true, "\(proxy.requests)")
        }
    }

    @Test("A wrong password is the proxy's refusal, and is not repeated", arguments: RealProxy.all, [true, false])
    func wrongPassword(kind: Proxy.Kind, tls: Bool) async throws {
        let proxy = try await RealProxy.start(kind)
        try await withServer(tls: tls) { server, place in
            // Without TLS the answer to a wrong password, which tinyproxy gives as 401, could be the server's.
            for user in tls || kind == .socks5 ? ["", "puller:planted-secret@"] : [""] {
                let error = try await failure(place, through: proxy.url(as: user))
                #expect(error.contains("the proxy \(proxy.address) does not lead to \(place.address)"), "\(error)")
                #expect(error.contains("user name and password"), "\(error)")
                #expect(!error.contains("planted"))
            }
            #expect(server.connectionCount == 0)
        }
    }

    @Test(
        "A server that the proxy does not reach, and a proxy that is not there, are told apart",
        arguments: RealProxy.all)
    func unreachable(kind: Proxy.Kind) async throws {
        let proxy = try await RealProxy.start(kind)
        let closed = try await place("127.0.0.1:\(try LoopbackPort.free())")
        let first = try await failure(closed, through: proxy.url)
        #expect(
            first.contains(kind == .socks5 ? "it answered that the host refuses connections" : "it answered 500"),
            "\(first)")
        let second = try await failure(closed, through: "\(RealProxy.scheme(of: kind))://\(closed.address)")
        #expect(second.contains("the proxy \(closed.address) does not lead to"), "\(second)")
        #expect(second.contains("no connection to \(closed.address)"), "\(second)")
    }

    @Test("The certificate must be the server's, whatever the proxy says", arguments: RealProxy.all)
    func otherCertificate(kind: Proxy.Kind) async throws {
        let proxy = try await RealProxy.start(kind)
        let stranger = try await CertificateFactory(commonName: "Somebody in the middle")
        let server = try await SignatureStoreServer.start(pair: stranger.issue(for: ["127.0.0.1"]))
        let place = try await place(URL(parsing: server.url).authority)
        let error = try await failure(place, through: proxy.url)
        #expect(error.hasPrefix("\(place.address) through the proxy \(proxy.address) could not be asked"), "\(error)")
        #expect(error.contains("Somebody in the middle"), "\(error)")
    }

    @Test("A proxy that speaks TLS must be who it says, and gets no password before")
    func untrustedProxy() async throws {
        let stranger = try await CertificateFactory(commonName: "Somebody in the middle")
        let proxy = try await TinyProxy.start()
        for names in [["127.0.0.1"], ["other.test"]] {
            let authority = names == ["127.0.0.1"] ? stranger : try await Loopback.contexts.value.factory
            let front = try await TLSFront.start(before: proxy.address, pair: authority.issue(for: names))
            let error = try await failure(
                place("127.0.0.1:1"), through: "https://puller:planted-secret@\(front.address)")
            #expect(
                error.hasPrefix("the proxy \(front.address) does not lead to 127.0.0.1:1: the certificate"), "\(error)")
            #expect(error.contains("is not trusted"), "\(error)")
            #expect(!error.contains("planted"))
        }
        #expect(proxy.requests.isEmpty)
    }

    // Others wait for the end of what is no line to them, which is a proxy that never answers.
    @Test("A proxy that is spoken to in the wrong way is named")
    func otherKind() async throws {
        let socks = try await MicroSocks.start()
        let front = try await TLSFront.start(before: socks.address, pair: Loopback.contexts.value.pair)
        for text in ["http://\(socks.address)", "https://\(socks.address)", "http://\(front.address)"] {
            let address = text.drop { $0 != "1" }
            let error = try await failure(place("127.0.0.1:1"), through: text)
            #expect(error.hasPrefix("the proxy \(address) does not lead to 127.0.0.1:1: "), "\(error)")
        }
    }

    @Test("A connection to a proxy that was believed by other roots is not used again")
    func renewedRoots() async throws {
        let connections = Mutex<Set<Int>>([])
        try await withScript(tls: true) { stream, number in
            while true {
                _ = try await stream.readHead()
                connections.withLock { _ = $0.insert(number) }
                try await stream.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            }
        } body: { proxy in
            let (old, renewed) = (try await Loopback.trusting(), try await Loopback.trusting())
            let current = Mutex(old)
            let plain = Place(address: try #require(SocketAddress("127.0.0.1:1")), contexts: nil)
            let client = try await client(plain, through: "https://\(proxy.address)") {
                $0.proxyTLS = { current.withLock { $0 } }
            }
            let request = ClientRequest(url: try plain.url("/"), bodyLimit: 100)
            for _ in 0..<2 { _ = try await client.send(request, by: soon) }
            #expect(connections.withLock { $0.count } == 1)
            current.withLock { $0 = renewed }
            _ = try await client.send(request, by: soon)
            #expect(connections.withLock { $0.count } == 2)
        }
    }

    @Test(
        "What is no answer of a SOCKS proxy is refused",
        arguments: [
            [], [5], [5, 0, 5], [4, 0x5A], [5, 1], [5, 0xFF], Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8),
        ] as [[UInt8]])
    func misbehavingSOCKS(answer: [UInt8]) async throws {
        try await withScript { stream, _ in
            var greeting: [UInt8] = []
            _ = try await stream.read(into: &greeting, atMost: 512, by: .after(.seconds(20)))
            #expect(greeting == [5, 1, 0])
            try await stream.write(answer, by: .after(.seconds(20)))
        } body: { proxy in
            let error = try await failure(place("127.0.0.1:1"), through: "socks5://\(proxy.address)")
            #expect(error.hasPrefix("the proxy \(proxy.address) does not lead to 127.0.0.1:1: "), "\(error)")
        }
    }

    @Test(
        "What is no answer to CONNECT is refused",
        arguments: [
            "HTTP/1.1 200 OK\r\n\r\nfrom the middle", "SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 403 Forbidden\r\n\r\n",
            "HTTP/1.1 302 Found\r\nLocation: https://evil.test/\r\n\r\n", "HTTP/1.1 200", "", "HTTP/2.0 200 OK\r\n\r\n",
        ])
    func misbehaving(answer: String) async throws {
        try await withScript { stream, _ in
            _ = try await stream.readHead()
            try await stream.send(answer)
        } body: { place in
            let error = try await failure(self.place("127.0.0.1:1"), through: "\(place.address)")
            #expect(error.contains("the proxy \(place.address)"), "\(error)")
        }
    }

    @Test("Interim answers before that to CONNECT are skipped, but not without end")
    func interim() async throws {
        for (count, reason) in [(3, "it answered 418"), (Limits.interimResponses + 1, "it answered 100")] {
            try await withScript { stream, _ in
                _ = try await stream.readHead()
                let interim = String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: count)
                try await stream.send(interim + "HTTP/1.1 418 Teapot\r\n\r\n")
            } body: { place in
                let error = try await failure(self.place("127.0.0.1:1"), through: "\(place.address)")
                #expect(error.contains(reason), "\(error)")
            }
        }
    }

    @Test("The proxy is asked for the host by name and with its port, and its password goes to nobody else")
    func request() async throws {
        try await withScript { stream, _ in
            let text = try await stream.readHead()
            #expect(text.hasPrefix("CONNECT registry.test:443 HTTP/1.1\r\nHost: registry.test:443\r\n"))
            #expect(text.contains("\r\nProxy-Authorization: Basic cHVsbGVyOmh1bnRlcjI=\r\n"))
            #expect(!text.contains("Bearer"))
            try await stream.send("HTTP/1.1 503 Service Unavailable\r\n\r\n")
        } body: { place in
            let client = try await client(place, through: "puller:hunter2@\(place.address)")
            let request = ClientRequest(
                url: try URL(parsing: "https://registry.test/v2/"), authorization: Secret("Bearer x"), bodyLimit: 100)
            await #expect(throws: HTTPError.self) { try await client.send(request, by: soon) }
        }
    }

    @Test("An address that is never asked is not asked through a proxy either", arguments: ["http", "socks5"])
    func guarded(scheme: String) async throws {
        try await withScript { _, _ in
            Issue.record("the proxy was asked")
        } body: { place in
            let client = try await client(place, through: "\(scheme)://\(place.address)")
            for host in ["169.254.169.254", "[::ffff:a9fe:a9fe]"] {
                let request = ClientRequest(url: try URL(parsing: "https://\(host)/"), bodyLimit: 100)
                let error = await #expect(throws: HTTPError.self) { try await client.send(request, by: soon) }
                guard case .addressRefused = error else {
                    Issue.record("\(String(describing: error))")
                    continue
                }
            }
        }
    }

    @Test("A proxy that never answers is waited for until the deadline, and named", arguments: RealProxy.all)
    func silent(kind: Proxy.Kind) async throws {
        let release = Signal()
        try await withScript { _, _ in
            await release.wait()
        } body: { place in
            let target = try await self.place("127.0.0.1:1")
            let error = await #expect(throws: HTTPError.self) {
                try await client(target, through: "\(RealProxy.scheme(of: kind))://\(place.address)").send(
                    ClientRequest(url: target.url("/"), bodyLimit: 100), by: .after(.milliseconds(100)))
            }
            release.fire()
            #expect(
                error == .timedOut(authority: "127.0.0.1:1 through the proxy \(place.address)", .connecting),
                "\(String(describing: error))")
        }
    }
}

extension ByteStream {
    /// All of the head of a request that has no body.
    fileprivate mutating func readHead() async throws -> String {
        var bytes: [UInt8] = []
        while bytes.firstRange(of: Array("\r\n\r\n".utf8)) == nil {
            guard try await read(into: &bytes, atMost: 4096, by: .after(.seconds(20))) > 0 else {
                throw HTTPError.truncated
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
