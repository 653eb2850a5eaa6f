import Primitives
import Testing

@testable import HTTP

@Suite("Redirects")
struct RedirectsTests {
    @Test(
        "asks with the method that the status wants",
        arguments: [
            (Status.movedPermanently, Method.post, Method.get, false), (.found, .post, .get, false),
            (.found, .put, .put, true), (.seeOther, .post, .get, false), (.seeOther, .put, .get, false),
            (.seeOther, .head, .head, true), (.temporaryRedirect, .post, .post, true),
            (.permanentRedirect, .post, .post, true), (.found, .get, .get, true), (.found, .head, .head, true),
        ])
    func methods(status: Status, method: Method, expected: Method, keepsBody: Bool) throws {
        var request = try request("https://a/x", method: method)
        request.body = [1]
        request.headers.add("Content-Type", "x")
        let next = try #require(try Redirects.next(after: status, ["Location": "/y"], for: request, taken: 0))
        #expect(next.method == expected)
        #expect(next.body.isEmpty == !keepsBody)
        #expect(next.headers.contains("Content-Type") == keepsBody)
        #expect(next.url.description == "https://a/y")
    }

    @Test("hands back what is not a redirect")
    func others() throws {
        let request = try request("https://a/x")
        for status in [Status.ok, .notModified, .badRequest, Status(code: 300), Status(code: 305)].compactMap({ $0 }) {
            #expect(try Redirects.next(after: status, ["Location": "/y"], for: request, taken: 0) == nil)
        }
        #expect(try Redirects.next(after: .found, [:], for: request, taken: 0) == nil)
        let twice: Headers = ["Location": "/y", "Location": "/z"]
        #expect(try Redirects.next(after: .found, twice, for: request, taken: 0) == nil)
    }

    @Test(
        "keeps credentials with their origin",
        arguments: [
            ("/y", true), ("https://a/y", true), ("https://A:443/y", true), ("https://b/y", false),
            ("https://a:8443/y", false), ("//b/y", false), ("https://a.b/y", false),
        ])
    func credentials(location: String, keeps: Bool) throws {
        var request = try request("https://a/x")
        request.headers = ["Cookie": "c", "Accept": "x", "authorization": "a", "Proxy-Authorization": "p"]
        let next = try #require(try Redirects.next(after: .found, ["Location": location], for: request, taken: 0))
        #expect((next.authorization != nil) == keeps)
        #expect(next.headers.fields.count == (keeps ? 4 : 1))
    }

    @Test("does not give credentials back when a redirect returns")
    func returning() throws {
        let there = try Redirects.next(
            after: .found, ["Location": "https://b/"], for: try request("https://a/x"), taken: 0)
        let back = try Redirects.next(
            after: .found, ["Location": "https://a/x"], for: try #require(there), taken: 1)
        #expect(back?.authorization == nil)
    }

    @Test("takes credentials from http to https of the same host for another origin")
    func upgrade() throws {
        let next = try Redirects.next(
            after: .found, ["Location": "https://a/x"], for: try request("http://a/x"), taken: 0)
        #expect(next?.url.scheme == .https)
        #expect(next?.authorization == nil)
    }

    @Test(
        "refuses where it must not go",
        arguments: [
            ("http://a/y", RedirectFault.leavesTLS(to: "a")),
            ("http://b:8080/y", .leavesTLS(to: "b:8080")),
            ("ftp://b/", .invalidLocation(.scheme)), ("https://u:p@b/", .invalidLocation(.userInformation)),
            ("file:///etc/shadow", .invalidLocation(.scheme)), ("https://b:0/", .invalidLocation(.port)),
            ("/a b", .invalidLocation(.path)),
        ])
    func refuses(location: String, fault: RedirectFault) throws {
        let request = try request("https://a/x")
        #expect(throws: HTTPError.redirectRefused(from: "a", fault)) {
            try Redirects.next(after: .found, ["Location": location], for: request, taken: 0)
        }
    }

    @Test("does not carry a body, which may hold a token, to another origin")
    func bodyElsewhere() throws {
        var request = try request("https://a/token", method: .post)
        request.body = Array("refresh_token=secret".utf8)
        #expect(throws: HTTPError.redirectRefused(from: "a", .carriesBodyElsewhere(to: "b"))) {
            try Redirects.next(after: .temporaryRedirect, ["Location": "https://b/"], for: request, taken: 0)
        }
        let next = try Redirects.next(after: .seeOther, ["Location": "https://b/"], for: request, taken: 0)
        #expect(next?.body.isEmpty == true)
    }

    @Test("stops at the limit")
    func limit() throws {
        let request = try request("https://a/x")
        let last = Limits.redirects - 1
        #expect(try Redirects.next(after: .found, ["Location": "/y"], for: request, taken: last) != nil)
        #expect(throws: HTTPError.redirectRefused(from: "a", .tooMany(limit: Limits.redirects))) {
            try Redirects.next(after: .found, ["Location": "/y"], for: request, taken: Limits.redirects)
        }
    }

    private func request(_ url: String, method: Method = .get) throws -> ClientRequest {
        ClientRequest(method: method, url: try URL(parsing: url), authorization: Secret("Bearer t"), bodyLimit: 1)
    }
}
