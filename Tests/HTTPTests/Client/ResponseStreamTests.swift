import Primitives
import Support
import Testing

@testable import HTTP

@Suite(.timeLimit(.minutes(5))) struct ResponseStreamTests {
    private let soon = Deadline.after(.seconds(30))

    private func request(_ place: Place, limit: Int = 100) throws -> ClientRequest {
        ClientRequest(url: try place.url("/"), bodyLimit: limit)
    }

    @Test("The head is there before the body, and each piece when it comes", arguments: [true, false])
    func pieces(tls: Bool) async throws {
        let (gate, opened) = AsyncStream.makeStream(of: Void.self)
        try await withScript(tls: tls) { stream, _ in
            _ = try await stream.readRequest()
            try await stream.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
            for await _ in gate { break }
            try await stream.send("3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n")
        } body: { place in
            var stream = try await place.client().open(request(place), by: soon)
            #expect(stream.status == .ok)
            #expect(try await stream.next(by: soon) == Array("first".utf8))
            opened.yield()
            var rest: [UInt8] = []
            while let piece = try await stream.next(by: soon) { rest += piece }
            #expect(rest == Array("onetwo".utf8))
            #expect(try await stream.next(by: soon) == nil)
        }
    }

    @Test(
        "A body that ends early, or is none, is an error and not an end",
        arguments: [
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfir",
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfirst",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\nx\r\n",
        ])
    func broken(answer: String) async throws {
        try await withScript { stream, _ in
            _ = try await stream.readRequest()
            try await stream.send(answer)
        } body: { place in
            var stream = try await place.client().open(request(place), by: soon)
            await #expect(throws: HTTPError.self) {
                while try await stream.next(by: soon) != nil {}
            }
        }
    }

    @Test("More than was allowed is refused, in all and at once")
    func tooMuch() async throws {
        try await withScript { stream, _ in
            _ = try await stream.readRequest()
            try await stream.send(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n012345\r\n6\r\n012345\r\n0\r\n\r\n")
        } body: { place in
            var small = try await place.client().open(request(place, limit: 11), by: soon)
            await #expect(throws: HTTPError.bodyTooLarge(limit: 11)) { while try await small.next(by: soon) != nil {} }
            var large = try await place.client().open(request(place), by: soon)
            await #expect(throws: HTTPError.bodyTooLarge(limit: 11)) {
                _ = try await large.readAll(limit: 11, by: soon)
            }
        }
    }

    @Test("A silent server is given up at the deadline of the piece")
    func silence() async throws {
        try await withScript { stream, _ in
            _ = try await stream.readRequest()
            try await stream.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            _ = try await stream.readToEnd()
        } body: { place in
            var stream = try await place.client().open(request(place), by: soon)
            let error = await #expect(throws: HTTPError.self) {
                _ = try await stream.next(by: .after(.milliseconds(20)))
            }
            guard case .timedOut(_, .receiving)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test("Plain HTTP is refused here as anywhere")
    func plainText() async throws {
        try await withScript { _, _ in
        } body: { place in
            let client = try await place.client { $0.insecureHosts = [] }
            await #expect(throws: HTTPError.plainTextRefused(authority: "\(place.address)")) {
                _ = try await client.open(request(place), by: soon)
            }
        }
    }
}
