import Primitives
import Testing

@testable import HTTP

@Suite("MessageWriter")
struct MessageWriterTests {
    @Test("writes a response in one piece, its framing by itself")
    func response() throws {
        var response = Response.json(.ok, Array("{}".utf8))
        response.headers.add("Content-Length", "7")
        response.headers.add("transfer-encoding", "chunked")
        #expect(
            try written(response, closes: false) == """
                HTTP/1.1 200 OK\r\nDate: D\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}
                """)
        #expect(try written(response, closes: true).contains("\r\nConnection: close\r\n"))
    }

    @Test("gives HEAD the length and not the body, and 204 neither")
    func bodies() throws {
        let head = try written(.text(.ok, "hello"), closes: false, omitsBody: true)
        #expect(head.hasSuffix("Content-Length: 6\r\n\r\n"))
        #expect(!(try written(Response(status: .noContent), closes: false)).contains("Content-Length"))
    }

    @Test("writes a request, the credentials once and no Accept-Encoding")
    func request() throws {
        let url = try URL(parsing: "https://registry.example:5000/v2/a/manifests/b?c=d")
        let request = ClientRequest(
            url: url, headers: ["Accept": "x", "Accept": "y", "authorization": "stolen", "Host": "evil"],
            authorization: Secret("Bearer t"), bodyLimit: 1)
        #expect(
            try written(request) == """
                GET /v2/a/manifests/b?c=d HTTP/1.1\r\nHost: registry.example:5000\r\nUser-Agent: ostiary/1\r
                Authorization: Bearer t\r\nAccept: x\r\nAccept: y\r\n\r\n
                """)
    }

    @Test("gives a POST a length even when it is empty")
    func post() throws {
        let url = try URL(parsing: "https://a/")
        #expect(try written(ClientRequest(method: .post, url: url, bodyLimit: 1)).contains("Content-Length: 0\r\n"))
        let form = ClientRequest(method: .post, url: url, body: Array("a=b".utf8), bodyLimit: 1)
        #expect(try written(form).hasSuffix("Content-Length: 3\r\n\r\na=b"))
    }

    @Test(
        "refuses a field that would break out of its line",
        arguments: [
            ("X", "a\r\nSet-Cookie: b"), ("X", "a\nb"), ("X", "a\rb"), ("X", "a\0"), ("X", "é"), ("X", "\u{7F}"),
            ("X\r\nY", "a"), ("X:", "a"), ("X ", "a"), ("", "a"),
        ])
    func injection(name: String, value: String) throws {
        let url = try URL(parsing: "https://a/")
        let illegal = HTTPError.illegalField(name: name)
        #expect(throws: illegal) {
            try written(Response(status: .ok, headers: Headers([(name, value)])), closes: false)
        }
        #expect(throws: illegal) {
            try written(ClientRequest(url: url, headers: Headers([(name, value)]), bodyLimit: 1))
        }
    }

    @Test("refuses a credential that would break out of its line")
    func secretInjection() throws {
        let request = ClientRequest(
            url: try URL(parsing: "https://a/"), authorization: Secret("Bearer a\r\nX: y"), bodyLimit: 1)
        #expect(throws: HTTPError.illegalField(name: "Authorization")) { try written(request) }
    }

    private func written(_ response: Response, closes: Bool, omitsBody: Bool = false) throws -> String {
        var bytes: [UInt8] = []
        try MessageWriter.append(response, date: "D", closes: closes, omitsBody: omitsBody, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func written(_ request: ClientRequest) throws -> String {
        var bytes: [UInt8] = []
        try MessageWriter.append(request, userAgent: "ostiary/1", to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
