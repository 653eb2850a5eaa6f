import Primitives
import Testing

@testable import HTTP

@Suite("BodyParser")
struct BodyParserTests {
    @Test(
        "takes the body and nothing behind it, however the bytes are cut",
        arguments: [
            (BodyFraming.length(5), "hello", "GET", "hello"),
            (.length(0), "", "GET", ""),
            (.chunked, "5\r\nhello\r\n0\r\n\r\n", "GET", "hello"),
            (.chunked, "3\r\nhel\r\n002\r\nlo\r\n0\r\n\r\n", "GET", "hello"),
            (.chunked, "A\r\n0123456789\r\na\r\nabcdefghij\r\n0\r\n\r\n", "", "0123456789abcdefghij"),
            (.chunked, "5;a=b;c=\"d e\"\r\nhello\r\n0;x\r\n\r\n", "G", "hello"),
            (.chunked, "5\r\nhello\r\n0\r\nExpires: 0\r\nHost: evil\r\n\r\n", "GET", "hello"),
            (.chunked, "5\r\n\r\n\r\n\r\r\n0\r\n\r\n", "\r\n", "\r\n\r\n\r"),
            (.chunked, "0\r\n\r\n", "0\r\n\r\n", ""),
        ])
    func takes(framing: BodyFraming, wire: String, behind: String, expected: String) throws {
        let bytes = Array((wire + behind).utf8)
        for sizes in cuts(of: bytes.count) {
            let (parser, consumed) = try feed(bytes, in: sizes, framing: framing)
            #expect(parser.isComplete)
            #expect(String(decoding: parser.body, as: UTF8.self) == expected)
            #expect(consumed == wire.utf8.count)
        }
    }

    @Test("is complete at no prefix, and truncated when the connection ends there")
    func truncation() throws {
        for (framing, wire) in [(BodyFraming.length(5), "hello"), (.chunked, "5;x\r\nhello\r\n0\r\nA: b\r\n\r\n")] {
            for length in 0..<wire.utf8.count {
                var (parser, consumed) = try feed(Array(wire.utf8.prefix(length)), in: [length], framing: framing)
                #expect(!parser.isComplete)
                #expect(consumed == length)
                #expect(throws: HTTPError.truncated) { try parser.end() }
            }
        }
    }

    @Test("ends with the connection where nothing else ends it")
    func untilClose() throws {
        var parser = try BodyParser(framing: .untilClose, limit: 10)
        #expect(try parser.feed(Array("hello".utf8)[...]) == 5)
        #expect(!parser.isComplete)
        try parser.end()
        #expect(parser.isComplete)
        #expect(parser.body == Array("hello".utf8))
    }

    @Test(
        "refuses broken chunks, however the bytes are cut",
        arguments: [
            ("\r\n", HTTPError.malformed(.chunkSize)),
            ("x\r\n", .malformed(.chunkSize)),
            ("+5\r\nhello", .malformed(.chunkSize)),
            ("-5\r\n", .malformed(.chunkSize)),
            ("0x5\r\nhello", .malformed(.chunkSize)),
            (" 5\r\nhello", .malformed(.chunkSize)),
            ("5 \r\nhello", .malformed(.chunkSize)),
            ("5\nhello", .malformed(.chunkSize)),
            ("5\rhello", .malformed(.chunkSize)),
            (";a\r\n", .malformed(.chunkSize)),
            ("5;a\nhello", .malformed(.chunkSize)),
            ("5;a\rb\r\nhello", .malformed(.chunkSize)),
            ("00000000000000005\r\nhello\r\n", .malformed(.chunkSize)),
            ("5\r\nhello0\r\n", .malformed(.chunkEnd)),
            ("5\r\nhello\n0\r\n", .malformed(.chunkEnd)),
            ("5\r\nhello\r0\r\n", .malformed(.chunkEnd)),
            ("5\r\nhello!\r\n", .malformed(.chunkEnd)),
            ("0\r\nA: b\n\r\n", .malformed(.bareLineFeed)),
            ("0\r\nA: b\r\r\n", .malformed(.bareCarriageReturn)),
            ("0\r\n\n", .malformed(.bareLineFeed)),
            ("65\r\n", .bodyTooLarge(limit: 100)),
            ("5\r\nhello\r\n60\r\n", .bodyTooLarge(limit: 100)),
            ("FFFFFFFFFFFFFFFF\r\n", .bodyTooLarge(limit: 100)),
            ("8000000000000000\r\n", .bodyTooLarge(limit: 100)),
            ("10000000000000005\r\nhello", .bodyTooLarge(limit: 100)),
        ])
    func refuses(wire: String, expected: HTTPError) {
        for sizes in cuts(of: wire.utf8.count, seeds: 5) {
            #expect(throws: expected) {
                try feed(Array(wire.utf8), in: sizes, framing: .chunked, limit: 100)
            }
        }
    }

    @Test("refuses a body above the limit: a length before any byte, others with the byte that is too much")
    func limits() throws {
        #expect(throws: HTTPError.bodyTooLarge(limit: 4)) { try BodyParser(framing: .length(5), limit: 4) }
        #expect(throws: HTTPError.bodyTooLarge(limit: 4)) { try BodyParser(framing: .length(.max), limit: 4) }
        var open = try BodyParser(framing: .untilClose, limit: 4)
        #expect(try open.feed([1, 2, 3, 4]) == 4)
        #expect(throws: HTTPError.bodyTooLarge(limit: 4)) { try open.feed([5]) }
        #expect(try feed(Array("4\r\nabcd\r\n0\r\n\r\n".utf8), in: [14], framing: .chunked, limit: 4).0.isComplete)
    }

    @Test("bounds what it throws away (CVE-2023-39326)")
    func overhead() {
        let chunk = "1;\(String(repeating: "x", count: 1000))\r\na\r\n"
        #expect(throws: HTTPError.malformed(.chunkSize)) {
            try feed(Array(String(repeating: chunk, count: 10).utf8), in: [20_000], framing: .chunked)
        }
        let trailers = "0\r\n" + String(repeating: "A: b\r\n", count: 2000)
        #expect(throws: HTTPError.malformed(.trailers)) {
            try feed(Array(trailers.utf8), in: [20_000], framing: .chunked)
        }
    }

    /// Feeds pieces as a connection does: what was not consumed comes again with more behind it.
    @discardableResult
    private func feed(
        _ bytes: [UInt8], in sizes: [Int], framing: BodyFraming, limit: Int = 1 << 20
    ) throws -> (BodyParser, consumed: Int) {
        var parser = try BodyParser(framing: framing, limit: limit)
        var (buffer, rest, consumed) = ([UInt8](), bytes[...], 0)
        for size in sizes {
            buffer += rest.prefix(size)
            rest = rest.dropFirst(size)
            let count = try parser.feed(buffer[...])
            buffer.removeFirst(count)
            consumed += count
        }
        return (parser, consumed)
    }
}
