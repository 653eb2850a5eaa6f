import Primitives
import Testing

@testable import HTTP

@Suite("ProxySettings") struct ProxySettingsTests {
    private static func proxy(for url: String, except exceptions: String) throws -> String? {
        let settings = try ProxySettings(secure: "secure.test:1", plain: "plain.test:2", exceptions: exceptions)
        return settings.proxy(for: try URL(parsing: url).origin)?.authority
    }

    @Test("Each scheme has its proxy; without exceptions only this machine is asked directly")
    func schemes() throws {
        #expect(try Self.proxy(for: "https://e.com/", except: "") == "secure.test:1")
        #expect(try Self.proxy(for: "http://e.com/", except: "") == "plain.test:2")
        for host in ["localhost", "127.0.0.1:5000", "[::1]", "[::ffff:127.0.0.1]", "127.1.2.3"] {
            #expect(try Self.proxy(for: "https://\(host)/", except: "") == nil)
        }
        let none = try ProxySettings(secure: "", plain: nil, exceptions: "*")
        #expect(none.proxy(for: try URL(parsing: "https://e.com/").origin) == nil)
    }

    @Test(
        "Exceptions are addresses, ranges, names and what is below them, with a port or without",
        arguments: [
            ("*", "https://e.com", true), ("e.com", "https://e.com", true), ("E.com", "https://a.b.e.com", true),
            ("e.com", "https://ee.com", false), ("e.com", "https://com", false), (".e.com", "https://e.com", false),
            (".e.com", "https://a.e.com", true), ("*.e.com", "https://a.e.com", true),
            ("*.e.com", "https://e.com", false),
            ("e.com:443", "https://e.com", true), ("e.com:8443", "https://e.com", false),
            ("e.com:5000", "https://a.e.com:5000", true), ("e.com", "https://e.com:5000", true),
            ("10.0.0.0/8", "https://10.1.2.3:5000", true), ("10.0.0.0/8", "https://11.0.0.1", false),
            ("10.0.0.0/8", "https://10.e.com", false), ("fd00::/8", "https://[fd12::1]", true),
            ("10.0.0.1", "https://10.0.0.1:5000", true), ("10.0.0.1:443", "https://10.0.0.1:5000", false),
            ("10.0.0.1:5000", "https://10.0.0.1:5000", true), ("[fd00::1]:443", "https://[fd00::1]", true),
            ("fd00::1", "https://[fd00::1]:5000", true), ("[fd00::1]", "https://[fd00::1]", true),
            (" a.com , e.com ", "https://e.com", true), ("a.com e.com", "https://e.com", false),
            ("e.com:", "https://e.com:5000", true), ("\t\n , \te.com\n", "https://e.com", true),
            (",,e.com:x,10.0.0.0/99,.,:80", "https://e.com", false), ("svc,cluster.local", "https://a.b.svc", true),
        ])
    func exceptions(text: String, url: String, isDirect: Bool) throws {
        #expect(try (Self.proxy(for: url, except: text) == nil) == isDirect)
    }

    @Test(
        "A proxy is a host with an optional scheme, user, password and port",
        arguments: [
            ("proxy.test:3128", "proxy.test:3128", false), ("http://proxy.test", "proxy.test:80", false),
            ("HTTP://Proxy.test:8080/", "proxy.test:8080", false), ("http://[fd00::1]:3128", "[fd00::1]:3128", false),
            ("http://user:pass@proxy.test:3128", "proxy.test:3128", true), ("user@proxy.test", "proxy.test:80", true),
            ("http://u%40x:p%3A%2F@proxy.test:1", "proxy.test:1", true),
            ("http://u:p@ss@proxy.test:1", "proxy.test:1", true), ("https://proxy.test", "proxy.test:443", false),
            ("https://proxy.test:80", "proxy.test:80", false), ("socks5://proxy.test", "proxy.test:1080", false),
            ("SOCKS5H://u%3Ax:@proxy.test:80", "proxy.test:80", true), ("socks5://[fd00::1]", "[fd00::1]:1080", false),
        ])
    func proxies(text: String, authority: String, hasPassword: Bool) throws {
        let proxy = try Proxy(parsing: text)
        #expect(proxy.authority == authority)
        #expect((proxy.authorization != nil) == hasPassword)
        #expect(!"\(proxy)".contains("dXNlcjpwYXNz"))
    }

    @Test("A scheme says how a proxy is spoken to; without one it is http")
    func kinds() throws {
        let kinds = try ["p.test", "http://p.test", "https://p.test", "socks5://p.test", "socks5h://p.test"]
            .map { try Proxy(parsing: $0).kind }
        #expect(kinds == [.http, .http, .https, .socks5, .socks5])
    }

    @Test("User name and password are decoded before they are sent")
    func password() throws {
        let proxy = try Proxy(parsing: "http://u%40x:p%3A%2F@proxy.test:1")
        #expect(proxy.authorization?.revealText() == "Basic dUB4OnA6Lw==")
    }

    @Test(
        "Anything else is no proxy, and the text is not repeated",
        arguments: [
            "", "socks4://planted.test", "ftp://planted.test:1080", "http://", "socks5://", "socks5://:planted@e.com",
            "http://planted.test/path",
            "http://planted.test?x", "http://planted.test:0", "http://planted.test:65536", "http://planted test",
            "http://@planted.test", "http://%zz:planted@e.com", "http://:planted@e.com", "http://a%3Ab:planted@e.com",
            "http://planted.test#x", "http://127.1", "http://planted:1:2", "https://a%3Ab:planted@e.com",
            "socks5://planted:\(String(repeating: "x", count: 256))@e.com",
        ])
    func bad(text: String) throws {
        let problem = #expect(throws: ProxyProblem.self) { try Proxy(parsing: text) }
        #expect(problem?.description.contains("planted") == false)
        if !text.isEmpty {
            #expect(throws: ProxyProblem.self) { try ProxySettings(secure: text, plain: nil, exceptions: nil) }
        }
    }
}
