import Primitives
import Testing

@testable import HTTP

@Suite("URL")
struct URLTests {
    @Test(
        "reads http and https, and prints them in one spelling",
        arguments: [
            ("https://a", "https://a/", 443),
            ("HTTPS://Registry.EXAMPLE/v2/", "https://registry.example/v2/", 443),
            ("https://a:443/", "https://a/", 443),
            ("http://a:443/", "http://a:443/", 443),
            ("http://a:80", "http://a/", 80),
            ("https://a:1/?", "https://a:1/?", 1),
            ("https://a:65535?x=1", "https://a:65535/?x=1", 65535),
            ("https://127.0.0.1:5000/a%20b", "https://127.0.0.1:5000/a%20b", 5000),
            ("https://[::1]:5000/", "https://[::1]:5000/", 5000),
            ("https://[2001:DB8:0:0::1]", "https://[2001:db8::1]/", 443),
            ("https://my_registry-1.local/a/../b?c=d/e?f", "https://my_registry-1.local/a/../b?c=d/e?f", 443),
        ])
    func reads(text: String, printed: String, port: Int) throws {
        let url = try URL(parsing: text)
        #expect(url.port == port)
        #expect(url.description == printed)
        #expect(try URL(parsing: url.description) == url)
    }

    @Test(
        "refuses everything else and says what is wrong",
        arguments: [
            ("", URLFault.scheme), ("a", .scheme), ("ftp://a/", .scheme), ("http:/x", .scheme), ("https:a", .scheme),
            ("//a/", .scheme), (" https://a/", .scheme), ("file:///etc/passwd", .scheme), ("unix:///s", .scheme),
            ("https://user@a/", .userInformation), ("https://user:pw@a/", .userInformation),
            ("https://a@b@c/", .userInformation), ("https://@a/", .userInformation),
            ("https://", .host), ("https:///x", .host), ("https://:443/", .host), ("https://a..b/", .host),
            ("https://.a/", .host), ("https://a./", .host), ("https://a b/", .host), ("https://a%2eb/", .host),
            ("https://ä/", .host), ("https://a\\b/", .host), ("https://a\0/", .host), ("https://127.0.0.1\0/", .host),
            ("https://1.2.3/", .host), ("https://1.2.3.4.5/", .host), ("https://256.1.1.1/", .host),
            ("https://0177.0.0.1/", .host), ("https://2130706433/", .host), ("https://0x7f.0x1/", .host),
            ("https://127.1/", .host), ("https://[::1/", .host), ("https://::1/", .host), ("https://[1.2.3.4]/", .host),
            ("https://[::1%25lo]/", .host), ("https://[::g]/", .host), ("https://[]/", .host), ("https://[a]/", .host),
            ("https://[::1]x/", .port), ("https://\(String(repeating: "a", count: 64))/", .host),
            ("https://\(String(repeating: "a.", count: 127))a/", .host),
            ("https://a:/", .port), ("https://a:0/", .port), ("https://a:65536/", .port), ("https://a:080/", .port),
            ("https://a:+80/", .port), ("https://a:8 /", .port), ("https://a:99999999999999999999/", .port),
            ("https://a:٨٠/", .port),
            ("https://a/ b", .path), ("https://a/\r\nHost: b", .path), ("https://a/é", .path), ("https://a/%", .path),
            ("https://a/%4", .path), ("https://a/%zz", .path), ("https://a/\\", .path), ("https://a/\"", .path),
            ("https://a/?a b", .query), ("https://a/?%g0", .query), ("https://a/?\n", .query),
            ("https://a/#b", .fragment), ("https://a#b", .fragment),
            ("https://a/\(String(repeating: "a", count: Limits.urlBytes))", .tooLong),
        ])
    func refuses(text: String, fault: URLFault) {
        #expect(throws: HTTPError.invalidURL(fault)) { try URL(parsing: text) }
    }

    @Test("reads or refuses every prefix")
    func prefixes() {
        let text = "https://[2001:db8::1]:5000/v2/a%20b?c=d%26"
        for length in 0...text.utf8.count { _ = try? URL(parsing: text.prefix(length)) }
    }

    @Test(
        "resolves references as RFC 3986 §5.4 does",
        arguments: [
            ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"), ("/g", "http://a/g"),
            ("//g", "http://g/"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"),
            ("#s", "http://a/b/c/d;p?q"), ("g#s", "http://a/b/c/g"), (";x", "http://a/b/c/;x"),
            ("g;x=1/../y", "http://a/b/c/y"), ("", "http://a/b/c/d;p?q"), (".", "http://a/b/c/"),
            ("./", "http://a/b/c/"), ("..", "http://a/b/"), ("../g", "http://a/b/g"), ("../..", "http://a/"),
            ("../../g", "http://a/g"), ("../../../g", "http://a/g"), ("/./g", "http://a/g"), ("/../g", "http://a/g"),
            ("g.", "http://a/b/c/g."), ("..g", "http://a/b/c/..g"), ("g?y/./x", "http://a/b/c/g?y/./x"),
            ("https://other:8443/x#y", "https://other:8443/x"), ("g:h", nil), ("http:/x", nil), ("http:g", nil),
            ("javascript:alert(1)", nil), ("//u:p@g/", nil), ("/a b", nil), ("/\r\nX: y", nil), ("é", nil),
        ] as [(String, String?)])
    func resolves(reference: String, expected: String?) throws {
        let base = try URL(parsing: "http://a/b/c/d;p?q")
        if let expected {
            #expect(try base.resolving(reference).description == expected)
        } else {
            #expect(throws: HTTPError.self) { try base.resolving(reference) }
        }
    }

    @Test("encodes what it appends")
    func appends() throws {
        let base = try URL(parsing: "https://a/store/?x=y")
        #expect(base.appending(path: "lib/x@sha256=00/signature-1").target == "/store/lib/x@sha256=00/signature-1")
        #expect(base.appending(path: "/a b?c#d%é").target == "/store/a%20b%3Fc%23d%25%C3%A9")
        #expect(try URL(parsing: "https://a").appending(path: "v2/").target == "/v2/")
        let query = base.with(query: [("scope", "repository:a/b:pull"), ("a b", "&=+")])
        #expect(query.target == "/store/?scope=repository%3Aa%2Fb%3Apull&a%20b=%26%3D%2B")
    }

    @Test("has one origin for one server")
    func origins() throws {
        let origin = try URL(parsing: "https://a/x").origin
        #expect(try URL(parsing: "https://A:443/y?z").origin == origin)
        for other in ["http://a/", "https://a:444/", "https://b/", "http://a:443/"] {
            #expect(try URL(parsing: other).origin != origin)
        }
        #expect(try URL(parsing: "https://[::1]:5000/").authority == "[::1]:5000")
    }
}
