import Primitives
import Testing

@testable import HTTP

@Suite("HeadParser")
struct HeadParserTests {
    private static let review = """
        POST /admit?timeout=10s HTTP/1.1\r\nHost: ostiary.ostiary.svc:443\r\nUser-Agent: kube-apiserver-admission\r
        Content-Length: 5\r\nAccept: application/json, */*\r\nContent-Type: application/json\r
        Accept-Encoding: gzip\r\n\r\n
        """

    @Test("reads the head that the API server sends")
    func apiServer() throws {
        let parsed = try #require(try parse(Self.review + "{...}"))
        #expect(parsed.length == Self.review.utf8.count)
        #expect(parsed.head.method == .post)
        #expect(parsed.head.target == "/admit?timeout=10s")
        #expect(parsed.head.framing == .length(5))
        #expect(parsed.head.keepsAlive)
        #expect(!parsed.head.expectsContinue)
        #expect(parsed.head.headers["content-TYPE"] == "application/json")
        #expect(parsed.head.headers.fields.map(\.name).first == "Host")
    }

    @Test("comes to the same result however the bytes are cut")
    func pieces() throws {
        for sizes in cuts(of: Self.review.utf8.count) {
            let parsed = try #require(try feed(Self.review, in: sizes))
            #expect(parsed.head.headers.fields.count == 6)
            #expect(parsed.head.headers["Accept"] == "application/json, */*")
            #expect(parsed.length == Self.review.utf8.count)
        }
    }

    @Test("asks for more at every prefix")
    func truncation() throws {
        for length in 0..<Self.review.utf8.count {
            let prefix = Array(Self.review.utf8.prefix(length))
            var parser = HeadParser<RequestHead>()
            #expect(try parser.parse(prefix) == nil)
        }
    }

    static let bad: [(String, HTTPError)] = [
        ("GET /\r\nHost: a\r\n\r\n", .malformed(.startLine)),
        ("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.startLine)),
        ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.startLine)),
        ("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", .malformed(.startLine)),
        (" GET / HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.startLine)),
        ("G(T / HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.method)),
        ("GÉT / HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.method)),
        ("\(String(repeating: "G", count: 33)) / HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.method)),
        ("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.startLine)),
        ("GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("GET /%2 HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("GET /\u{7F} HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("GET /é HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", .unsupportedVersion),
        ("GET / HTTP/1.2\r\nHost: a\r\n\r\n", .unsupportedVersion),
        ("GET / http/1.1\r\nHost: a\r\n\r\n", .malformed(.version)),
        ("GET / HTTP/1\r\nHost: a\r\n\r\n", .malformed(.version)),
        ("GET / HTTP/01.1\r\nHost: a\r\n\r\n", .malformed(.version)),
        ("GET / HTTP/1x1\r\nHost: a\r\n\r\n", .malformed(.version)),
        ("GET / ICAP/1.1\r\nHost: a\r\n\r\n", .malformed(.version)),
        ("GET / HTTP/1.1\nHost: a\r\n\r\n", .malformed(.bareLineFeed)),
        ("GET / HTTP/1.1\r\nHost: a\n\n", .malformed(.bareLineFeed)),
        ("GET / HTTP/1.1\r\nHost: a\r\n\n", .malformed(.bareLineFeed)),
        ("\n", .malformed(.bareLineFeed)),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", .malformed(.bareCarriageReturn)),
        ("GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", .malformed(.bareCarriageReturn)),
        ("GET / HTTP/1.1\r\n Host: a\r\n\r\n", .malformed(.lineFolding)),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", .malformed(.lineFolding)),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n\tb\r\n\r\n", .malformed(.lineFolding)),
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", .malformed(.fieldName)),
        ("GET / HTTP/1.1\r\nHost\r\n\r\n", .malformed(.fieldName)),
        ("GET / HTTP/1.1\r\nHost: a\r\n: a\r\n\r\n", .malformed(.fieldName)),
        ("GET / HTTP/1.1\r\nHost: a\r\nX[: a\r\n\r\n", .malformed(.fieldName)),
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length\0: 1\r\n\r\n", .malformed(.fieldName)),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", .malformed(.fieldValue)),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: \u{7F}\r\n\r\n", .malformed(.fieldValue)),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: \u{0B}\r\n\r\n", .malformed(.fieldValue)),
        ("GET / HTTP/1.1\r\n\r\n", .malformed(.host)),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", .malformed(.host)),
        ("GET / HTTP/1.1\r\nHost:\r\n\r\n", .malformed(.host)),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", .malformed(.host)),
        ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", .malformed(.host)),
        ("GET / HTTP/1.1\r\nHost: user@a\r\n\r\n", .malformed(.host)),
        ("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", .malformed(.host)),
        ("GET / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n", .unsupportedExpectation),
        ("GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nExpect: 100-continue\r\n\r\n", .unsupportedExpectation),
    ]

    @Test("refuses what is not strictly HTTP/1.1, however the bytes are cut", arguments: bad)
    func refuses(text: String, expected: HTTPError) {
        for sizes in cuts(of: text.utf8.count, seeds: 5) {
            #expect(throws: expected) { try feed(text, in: sizes) }
        }
    }

    static let badFraming: [([String], HTTPError)] = [
        (["Content-Length: +5"], .malformed(.contentLength)),
        (["Content-Length: -5"], .malformed(.contentLength)),
        (["Content-Length: 0x5"], .malformed(.contentLength)),
        (["Content-Length: 5,5"], .malformed(.contentLength)),
        (["Content-Length: 5 5"], .malformed(.contentLength)),
        (["Content-Length: "], .malformed(.contentLength)),
        (["Content-Length: ٥"], .malformed(.contentLength)),
        (["Content-Length: 9223372036854775808"], .malformed(.contentLength)),
        (["Content-Length: 18446744073709551621"], .malformed(.contentLength)),
        (["Content-Length: 5", "Content-Length: 5"], .malformed(.contentLength)),
        (["Content-Length: 5", "content-length: 6"], .malformed(.contentLength)),
        (["Content-Length: 5", "Transfer-Encoding: chunked"], .malformed(.ambiguousLength)),
        (["Transfer-Encoding: chunked", "Content-Length: 5"], .malformed(.ambiguousLength)),
        (["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], .malformed(.transferEncoding)),
        (["Transfer-Encoding: identity", "Transfer-Encoding: chunked"], .malformed(.transferEncoding)),
        (["Transfer-Encoding: gzip, chunked"], .unsupportedTransferCoding),
        (["Transfer-Encoding: chunked, chunked"], .unsupportedTransferCoding),
        (["Transfer-Encoding: chunked, identity"], .unsupportedTransferCoding),
        (["Transfer-Encoding: identity"], .unsupportedTransferCoding),
        (["Transfer-Encoding: xchunked"], .unsupportedTransferCoding),
        (["Transfer-Encoding: chunked;q=1"], .unsupportedTransferCoding),
        (["Transfer-Encoding: \u{000B}chunked"], .malformed(.fieldValue)),
        (["Transfer-Encoding:"], .unsupportedTransferCoding),
    ]

    @Test("refuses every length that two readers could read differently", arguments: badFraming)
    func framing(fields: [String], expected: HTTPError) {
        let lines = fields.joined(separator: "\r\n")
        #expect(throws: expected) { try parse("POST / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\r\n") }
        #expect(throws: expected) {
            var parser = HeadParser<ResponseHead>()
            _ = try parser.parse(Array("HTTP/1.1 200 OK\r\n\(lines)\r\n\r\n".utf8))
        }
    }

    @Test("refuses chunks in HTTP/1.0")
    func chunkedOneZero() {
        #expect(throws: HTTPError.malformed(.transferEncoding)) {
            try parse("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n")
        }
    }

    @Test("refuses a head that is too long as soon as that is known")
    func tooLong() throws {
        let start = "GET / HTTP/1.1\r\nHost: a\r\nX: "
        let fitting = start + String(repeating: "x", count: Limits.headBytes - start.utf8.count - 4) + "\r\n\r\n"
        #expect(fitting.utf8.count == Limits.headBytes)
        #expect(try parse(fitting)?.length == Limits.headBytes)

        let longer = start + String(repeating: "x", count: Limits.headBytes - start.utf8.count - 3) + "\r\n\r\n"
        #expect(throws: HTTPError.headTooLarge) { try parse(longer) }
        #expect(throws: HTTPError.headTooLarge) { try parse(String(repeating: "x", count: Limits.headBytes)) }
        #expect(try parse(String(repeating: "x", count: Limits.headBytes - 1)) == nil)
        for sizes in cuts(of: longer.utf8.count, seeds: 1).dropFirst(2) {
            #expect(throws: HTTPError.headTooLarge) { try feed(longer, in: sizes) }
        }
    }

    @Test("refuses one field more than the limit")
    func tooManyFields() throws {
        let head = "GET / HTTP/1.1\r\nHost: a\r\n"
        let fitting = head + String(repeating: "X: y\r\n", count: Limits.headFields - 1)
        #expect(try parse(fitting + "\r\n") != nil)
        #expect(throws: HTTPError.headTooLarge) { try parse(fitting + "X: y\r\n") }
    }

    @Test("knows who keeps the connection")
    func keepAlive() throws {
        let cases: [(String, Bool)] = [
            ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", true),
            ("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n", true),
            ("GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n", false),
            ("GET / HTTP/1.1\r\nHost: a\r\nConnection: x ,\tclose\r\n\r\n", false),
            ("GET / HTTP/1.1\r\nHost: a\r\nConnection: x\r\nConnection: close\r\n\r\n", false),
            ("GET / HTTP/1.1\r\nHost: a\r\nConnection: closed\r\n\r\n", true),
            ("GET / HTTP/1.0\r\n\r\n", false),
            ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", false),
        ]
        for (text, expected) in cases { #expect(try parse(text)?.head.keepsAlive == expected, "\(text)") }
    }

    @Test("keeps bytes without meaning in values as ISO 8859-1")
    func obsoleteText() throws {
        var parser = HeadParser<RequestHead>()
        let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\nX: caf".utf8) + [0xE9] + Array("\r\n\r\n".utf8)
        #expect(try parser.parse(bytes)?.head.headers["X"] == "café")
    }

    @Test("reads responses")
    func responses() throws {
        let head = try #require(try parseResponse("HTTP/1.1 307 Temporary Redirect\r\nLocation: /x\r\n\r\n"))
        #expect(head.status == .temporaryRedirect)
        #expect(head.framing(answering: .get) == .untilClose)
        #expect(try parseResponse("HTTP/1.1 200 \r\n\r\n")?.status == .ok)
        #expect(try parseResponse("HTTP/1.1 200\r\n\r\n")?.status == .ok)
        let sized = try #require(try parseResponse("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n"))
        #expect(sized.framing(answering: .get) == .length(7))
        #expect(sized.framing(answering: .head) == .length(0))
        let unchanged = try #require(try parseResponse("HTTP/1.1 304 x\r\nContent-Length: 7\r\n\r\n"))
        #expect(unchanged.framing(answering: .get) == .length(0))
    }

    @Test(
        "refuses broken status lines",
        arguments: [
            ("HTTP/1.1\r\n\r\n", HTTPError.malformed(.startLine)),
            ("HTTP/1.1 20 OK\r\n\r\n", .malformed(.statusCode)),
            ("HTTP/1.1 2000 OK\r\n\r\n", .malformed(.statusCode)),
            ("HTTP/1.1 +20 OK\r\n\r\n", .malformed(.statusCode)),
            ("HTTP/1.1 099 OK\r\n\r\n", .malformed(.statusCode)),
            ("HTTP/1.1 600 OK\r\n\r\n", .malformed(.statusCode)),
            ("HTTP/1.1  200 OK\r\n\r\n", .malformed(.statusCode)),
            ("HTTP/1.1 200 O\u{1}K\r\n\r\n", .malformed(.startLine)),
            ("HTTP/2.0 200 OK\r\n\r\n", .unsupportedVersion),
            ("ICY 200 OK\r\n\r\n", .malformed(.version)),
        ])
    func badStatusLines(text: String, expected: HTTPError) {
        #expect(throws: expected) { try parseResponse(text) }
    }

    private func parse(_ text: String) throws -> (head: RequestHead, length: Int)? {
        var parser = HeadParser<RequestHead>()
        return try parser.parse(Array(text.utf8))
    }

    private func parseResponse(_ text: String) throws -> ResponseHead? {
        var parser = HeadParser<ResponseHead>()
        return try parser.parse(Array(text.utf8))?.head
    }

    private func feed(_ text: String, in sizes: [Int]) throws -> (head: RequestHead, length: Int)? {
        var parser = HeadParser<RequestHead>()
        var (seen, rest) = ([UInt8](), Array(text.utf8)[...])
        for size in sizes {
            seen += rest.prefix(size)
            rest = rest.dropFirst(size)
            if let parsed = try parser.parse(seen) { return parsed }
        }
        return nil
    }
}
