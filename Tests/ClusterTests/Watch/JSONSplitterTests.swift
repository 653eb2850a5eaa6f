import Primitives
import Testing

@testable import Cluster

@Suite struct JSONSplitterTests {
    private let text =
        Array(
            #"{"a":"}{\"\\","b":[{},{"c":[]}]}"#.utf8) + [0x0A] + Array(#"{"d":1}"#.utf8) + [0x0A]
        + Array(#"{"e":"ü"}"#.utf8)

    @Test("Objects come out whole, wherever the stream was cut", arguments: 1...45)
    func anyCut(size: Int) throws {
        var splitter = JSONSplitter(limit: 64)
        var found: [String] = []
        for start in stride(from: 0, to: text.count, by: size) {
            let piece = Array(text[start..<min(start + size, text.count)])
            found += try splitter.feed(piece).map { String(decoding: $0.text, as: UTF8.self) }
        }
        #expect(found == [#"{"a":"}{\"\\","b":[{},{"c":[]}]}"#, #"{"d":1}"#, #"{"e":"ü"}"#])
        #expect(splitter.isBetweenObjects)
    }

    @Test("The end of a stream in the middle of an object is noticed, at every byte")
    func truncation() throws {
        let object = Array(#"{"a":["}"]}"#.utf8)
        for length in 1..<object.count {
            var splitter = JSONSplitter(limit: 64)
            #expect(try splitter.feed(Array(object[..<length])).isEmpty)
            #expect(!splitter.isBetweenObjects)
        }
    }

    @Test(
        "What is no object, or no JSON, is refused",
        arguments: [
            "null", "[]", "<html>", "{]", #"{"a":1,"a":2}"#, #"{"a":}"#, "}", "\u{FEFF}{}", "{\"a\":\"\u{0}\"}",
        ])
    func refused(text: String) {
        #expect(throws: JSONError.self) {
            var splitter = JSONSplitter(limit: 64)
            _ = try splitter.feed(Array(text.utf8))
        }
    }

    @Test("An object that is longer than allowed is refused before it ends")
    func tooLong() throws {
        var splitter = JSONSplitter(limit: 16)
        _ = try splitter.feed(Array(#"{"a":"0123456"#.utf8))
        #expect(throws: JSONError(.tooLarge(limit: 16), at: 16)) { _ = try splitter.feed(Array("7890".utf8)) }
    }

    @Test("An event of many megabytes in small pieces is read once", .timeLimit(.minutes(1)))
    func large() throws {
        var splitter = JSONSplitter(limit: 8 << 20)
        let middle = [UInt8](repeating: UInt8(ascii: "x"), count: 4096)
        _ = try splitter.feed(Array(#"{"a":""#.utf8))
        for _ in 0..<1024 { #expect(try splitter.feed(middle).isEmpty) }
        #expect(try splitter.feed(Array(#""}"#.utf8)).first?["a"]?.text.count == 4 << 20)
    }
}
