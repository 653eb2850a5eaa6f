import Primitives
import Synchronization
import Testing

@testable import Transport

@Suite("Resolver", .timeLimit(.minutes(1)))
struct ResolverTests {
    private let resolver = Resolver(threads: BlockingThreads(threads: 2))

    @Test("a literal is its own address", arguments: ["127.0.0.1", "::1"])
    func literal(host: String) async throws {
        #expect(try await resolver.addresses(of: host, by: .after(.seconds(1))).map(\.description) == [host])
    }

    @Test("a name of /etc/hosts is found")
    func localhost() async throws {
        let addresses = try await resolver.addresses(of: "localhost", by: .after(.seconds(10)))
        #expect(!addresses.isEmpty)
        #expect(addresses.allSatisfy { ["127.0.0.1", "::1"].contains($0.description) })
    }

    @Test("a name that does not exist is an error that names it")
    func unknown() async throws {
        let error = await #expect(throws: TransportError.self) {
            _ = try await resolver.addresses(of: "no-such-host.invalid", by: .after(.seconds(20)))
        }
        #expect(error?.description.contains("no-such-host.invalid") == true)
    }
}

@Suite("BlockingThreads", .timeLimit(.minutes(1)))
struct BlockingThreadsTests {
    @Test("work that is too slow is not waited for")
    func deadline() async throws {
        let threads = BlockingThreads(threads: 1)
        let gate = Gate()
        await #expect(throws: TransportError.timedOut("blocking")) {
            try await threads.run("blocking", by: .after(.milliseconds(20))) { gate.wait() }
        }
        gate.open()
        #expect(try await threads.run("adding", by: .after(.seconds(5))) { 1 + 1 } == 2)
    }

    @Test("work that nobody waits for any more is not begun")
    func abandoned() async throws {
        let threads = BlockingThreads(threads: 1)
        let gate = Gate()
        let hasBegun = Atomic(false)
        await #expect(throws: TransportError.timedOut("blocking")) {
            try await threads.run("blocking", by: .after(.milliseconds(20))) { gate.wait() }
        }
        await #expect(throws: TransportError.timedOut("late")) {
            try await threads.run("late", by: .after(.milliseconds(20))) { hasBegun.store(true, ordering: .relaxed) }
        }
        gate.open()
        #expect(try await threads.run("adding", by: .after(.seconds(5))) { 1 + 1 } == 2)
        let begun = hasBegun.load(ordering: .relaxed)
        #expect(!begun)
    }

    @Test("a full queue refuses at once")
    func full() async throws {
        let threads = BlockingThreads(threads: 1, queue: 0)
        await #expect(throws: TransportError.self) {
            try await threads.run("adding", by: .after(.seconds(5))) { 1 + 1 }
        }
    }
}
