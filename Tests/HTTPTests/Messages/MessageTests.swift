import Testing

@testable import HTTP

@Suite("Headers")
struct HeadersTests {
    @Test("gives the only value of a name and none of several")
    func values() {
        var headers: Headers = ["Accept": "a", "X": "1", "ACCEPT": "b"]
        #expect(headers["x"] == "1")
        #expect(headers["Accept"] == nil)
        #expect(headers["absent"] == nil)
        #expect(headers.values(of: "accept") == ["a", "b"])
        headers.set("accept", "c")
        #expect(headers.fields.map(\.name) == ["X", "accept"])
        headers.remove("x")
        #expect(!headers.contains("X"))
    }

    @Test("compares names as bytes, with the case of ASCII letters only")
    func caseFolding() {
        let headers: Headers = ["K": "1"]
        #expect(headers["k"] == "1")
        #expect(headers["\u{212A}"] == nil)  // the Kelvin sign, which Unicode folds to k
    }
}

@Suite("Request")
struct RequestTests {
    @Test("separates path and query")
    func target() {
        let request = Request(method: .post, target: "/a%20b?c=d&e&f=%26=g&%zz=1&%ff=2&=h")
        #expect(request.path == "/a%20b")
        #expect(request.queryItems.map(\.name) == ["c", "e", "f", ""])
        #expect(request.queryItems.map(\.value) == ["d", "", "&=g", "h"])
        #expect(Request(method: .get, target: "/").path == "/")
        #expect(Request(method: .get, target: "/").queryItems.isEmpty)
    }

    @Test(
        "knows how long the caller waits",
        arguments: [
            ("/admit?timeout=10s", Duration.seconds(10)), ("/admit?x=y&timeout=1m30s", .seconds(90)),
            ("/admit", nil), ("/admit?timeout=", nil), ("/admit?timeout=10", nil), ("/admit?timeout=-10s", nil),
            ("/admit?timeout=0s", nil), ("/admit?timeout=10s&timeout=20s", nil), ("/admit?Timeout=10s", nil),
        ] as [(String, Duration?)])
    func timeout(target: String, expected: Duration?) {
        #expect(Request(method: .post, target: target).timeout == expected)
    }
}

@Suite("GoDuration")
struct GoDurationTests {
    @Test(
        "reads whole numbers with units, and nothing else",
        arguments: [
            ("10s", .seconds(10)), ("1m30s", .seconds(90)), ("500ms", .milliseconds(500)), ("0s", .zero),
            ("2h", .seconds(7200)), ("1h1m1s1ms1us1ns", .nanoseconds(3_661_001_001_001)), ("007s", .seconds(7)),
            ("", nil), ("s", nil), ("10", nil), ("0", nil), ("10 s", nil), ("-1s", nil), ("+1s", nil), ("1.5s", nil),
            ("1S", nil), ("1d", nil), ("1sm", nil), ("s1", nil), ("1s1", nil), ("٣s", nil), ("1e3s", nil),
            ("9223372036s", .seconds(9_223_372_036)), ("9223372037s", nil), ("9223372036854775808ns", nil),
            ("9223372036s9223372036s", nil), ("10\0s", nil), ("1\0\0\0\0m", nil), ("1\0", nil),
        ] as [(String, Duration?)])
    func parses(text: String, expected: Duration?) {
        #expect(GoDuration.parse(text.utf8.span) == expected)
    }
}
