import Foundation
import Testing
import Transport

@Suite("CodePages", .serialized)
struct CodePagesTests {
    /// Resident memory that is mapped from files, in KiB.
    private func residentFiles() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("RssFile:") })
        return try #require(line.split(separator: " ").compactMap { Int($0) }.first)
    }

    @Test("leave the memory, and come back as they are needed")
    func forgets() throws {
        let before = try residentFiles()
        CodePages.forget()
        let after = try residentFiles()
        #expect(after < before)
        // Code that ran before, and code that did not.
        #expect((0..<1000).map(String.init).joined().utf8.count == 2890)
        #expect(try JSONSerialization.jsonObject(with: Data("[1]".utf8)) as? [Int] == [1])
    }
}
