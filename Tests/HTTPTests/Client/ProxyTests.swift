import Cryptography
import Primitives
import Support
import Testing
import Transport

@testable import HTTP

/// The client behind Debian's tinyproxy, and behind proxies that misbehave.
@Suite("HTTPClient and proxies", .timeLimit(.minutes(5)))
struct ProxyTests {
    private var soon: Deadline { .after(.seconds(30)) }
    private static let account = (text: "puller hunter2", userInformation: "puller:hunter2")

    private func client(_ place: Place, through proxy: String) async throws -> HTTPClient {
        let proxy = try Proxy(parsing: proxy)
        return try await place.client { $0.proxy = { _ in proxy } }
    }

    @Test(
        "Asks through a real proxy, with TLS from end to end or without, and with its password",
        arguments: [true, false])
    func real(tls: Bool) async throws {
        let proxy = try await TinyProxy.start(account: Self.account.text)
        try await withServer(tls: tls) { server, place in
            let client = try await client(place, through: "http://\(Self.account.userInformation)@\(proxy.address)")
            for _ in 0..<3 {
                let response = try await client.send(ClientRequest(url: try place.url("/"), bodyLimit: 100), by: soon)
                #expect(response.status == .ok)
                #expect(response.body == Array("hello\n".utf8))
            }
            if tls { #expect(server.connectionCount == 1) }
        }
        #expect(proxy.requests.allSatisfy { $0.hasPrefix(tls ? "CONNECT 127.0.0.1:" : "GET http://127.0.0.1:") })
        #expect(!proxy.requests.isEmpty)
    }

    @Test("A wrong password is the proxy's refusal, and is not repeated", arguments: [true, false])
    func wrongPassword(tls: Bool) async throws {
        let proxy = try await TinyProxy.start(account: Self.account.text)
        try await withServer(tls: tls) { server, place in
            // Without TLS the answer to a wrong password, which tinyproxy gives as 401, could be the server's.
            for user in tls ? ["", "puller:planted-secret@"] : [""] {
                let client = try await client(place, through: "\(user)\(proxy.address)")
                let error = await #expect(throws: HTTPError.self) {
                    try await client.send(ClientRequest(url: try place.url("/"), bodyLimit: 100_000), by: soon)
                }
                #expect(
                    error?.description.contains("the proxy \(proxy.address) does not lead to \(place.address)") == true)
                #expect(error?.description.contains("another user name and password (40") == true)
                #expect(error?.description.contains("planted") == false)
            }
            #expect(server.connectionCount == 0)
        }
    }

    @Test("A server that the proxy does not reach, and a proxy that is not there, are told apart")
    func unreachable() async throws {
        let proxy = try await TinyProxy.start()
        let contexts = try await Loopback.contexts.value
        let closed = try #require(SocketAddress("127.0.0.1:\(try LoopbackPort.free())"))
        let place = Place(address: closed, contexts: contexts)
        let request = ClientRequest(url: try place.url("/"), bodyLimit: 100)
        let first = await #expect(throws: HTTPError.self) {
            try await client(place, through: proxy.address).send(request, by: soon)
        }
        #expect(first?.description.contains("it answered 500") == true, "\(String(describing: first))")
        let second = await #expect(throws: HTTPError.self) {
            try await client(place, through: "\(closed)").send(request, by: soon)
        }
        #expect(second?.description.contains("no connection to \(closed)") == true, "\(String(describing: second))")
    }

    @Test("The certificate must be the server's, whatever the proxy says")
    func otherCertificate() async throws {
        let proxy = try await TinyProxy.start()
        let stranger = try await CertificateFactory(commonName: "Somebody in the middle")
        let server = try await SignatureStoreServer.start(pair: stranger.issue(for: ["127.0.0.1"]))
        let url = try URL(parsing: server.url)
        let place = Place(
            address: try #require(SocketAddress(url.authority)), contexts: try await Loopback.contexts.value)
        let error = await #expect(throws: HTTPError.self) {
            try await client(place, through: proxy.address).send(
                ClientRequest(url: place.url("/"), bodyLimit: 100), by: soon)
        }
        #expect(error?.description.contains("Somebody in the middle") == true, "\(String(describing: error))")
    }

    @Test(
        "What is no answer to CONNECT is refused",
        arguments: [
            "HTTP/1.1 200 OK\r\n\r\nfrom the middle", "SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 403 Forbidden\r\n\r\n",
            "HTTP/1.1 302 Found\r\nLocation: https://evil.test/\r\n\r\n", "HTTP/1.1 200", "", "HTTP/2.0 200 OK\r\n\r\n",
        ])
    func misbehaving(answer: String) async throws {
        try await withScript { stream, _ in
            _ = try await stream.readConnect()
            try await stream.send(answer)
        } body: { place in
            let target = Place(
                address: try #require(SocketAddress("127.0.0.1:1")), contexts: try await Loopback.contexts.value)
            let error = await #expect(throws: HTTPError.self) {
                try await client(target, through: "\(place.address)").send(
                    ClientRequest(url: target.url("/"), bodyLimit: 100), by: soon)
            }
            #expect(error?.description.contains("the proxy \(place.address)") == true, "\(String(describing: error))")
        }
    }

    @Test("The proxy is asked for the host by name and with its port, and its password goes to nobody else")
    func request() async throws {
        try await withScript { stream, _ in
            let text = try await stream.readConnect()
            #expect(text.hasPrefix("CONNECT registry.test:443 HTTP/1.1\r\nHost: registry.test:443\r\n"))
            #expect(text.contains("\r\nProxy-Authorization: Basic cHVsbGVyOmh1bnRlcjI=\r\n"))
            #expect(!text.contains("Bearer"))
            try await stream.send("HTTP/1.1 503 Service Unavailable\r\n\r\n")
        } body: { place in
            let client = try await client(place, through: "\(Self.account.userInformation)@\(place.address)")
            let request = ClientRequest(
                url: try URL(parsing: "https://registry.test/v2/"), authorization: Secret("Bearer x"), bodyLimit: 100)
            await #expect(throws: HTTPError.self) { try await client.send(request, by: soon) }
        }
    }

    @Test("An address that is never asked is not asked through a proxy either")
    func guarded() async throws {
        try await withScript { _, _ in
            Issue.record("the proxy was asked")
        } body: { place in
            let client = try await client(place, through: "\(place.address)")
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

    @Test("A proxy that never answers is waited for until the deadline, and named")
    func silent() async throws {
        let release = Signal()
        try await withScript { _, _ in
            await release.wait()
        } body: { place in
            let target = Place(
                address: try #require(SocketAddress("127.0.0.1:1")), contexts: try await Loopback.contexts.value)
            let error = await #expect(throws: HTTPError.self) {
                try await client(target, through: "\(place.address)").send(
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
    /// All of a request's head, which has no body.
    fileprivate mutating func readConnect() async throws -> String {
        var bytes: [UInt8] = []
        while bytes.firstRange(of: Array("\r\n\r\n".utf8)) == nil {
            guard try await read(into: &bytes, atMost: 4096, by: .after(.seconds(20))) > 0 else {
                throw HTTPError.truncated
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
