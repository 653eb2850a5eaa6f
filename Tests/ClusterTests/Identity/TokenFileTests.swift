import Foundation
import Primitives
import Support
import Synchronization
import Testing

@testable import Cluster

@Suite struct TokenFileTests {
    /// A clock that only the test moves.
    private final class Clock: Sendable {
        private let time = Mutex(ContinuousClock.now)
        var now: ContinuousClock.Instant { time.withLock { $0 } }
        func advance(_ duration: Duration) { time.withLock { $0 += duration } }
    }

    @Test("A token is read again after a minute, and after it was refused")
    func renewal() throws {
        let folder = try TemporaryFolder()
        let clock = Clock()
        let file = TokenFile(path: try folder.write(" one\n", to: "token")) { clock.now }
        #expect(file.current == nil)
        #expect(try file.read() == Secret("one"))
        try folder.write("two", to: "token")
        clock.advance(.seconds(59))
        #expect(file.current == Secret("one"))
        clock.advance(.seconds(1))
        #expect(file.current == nil)
        #expect(try file.read() == Secret("two"))
        file.forget()
        #expect(file.current == nil)
    }

    @Test(
        "A file that is gone or empty leaves the old token in use, unless it was refused", arguments: [nil, "", " \n"])
    func makeshift(content: String?) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("one", to: "token")
        let file = TokenFile(path: path)
        _ = try file.read()
        if let content {
            try folder.write(content, to: "token")
        } else {
            try FileManager.default.removeItem(atPath: path)
        }
        #expect(try file.read() == Secret("one"))
        file.forget()
        let error = try #require(throws: ClusterError.self) { try file.read() }
        #expect(error.description.contains(path))
    }
}
