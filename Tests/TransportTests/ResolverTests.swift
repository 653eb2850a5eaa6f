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

/// A system that answers as a test wants it to, and a clock.
private final class Names: Sendable {
    typealias Answer = Result<[IPAddress], LookUpFailure>

    private struct State {
        var answer: Answer
        var questions: [String] = []
        var time = ContinuousClock.now
    }

    private let state: Mutex<State>
    /// Holds back answers until it is opened; nil where they come at once.
    private let gate = Mutex<Gate?>(nil)

    init(_ address: String) {
        state = Mutex(State(answer: .success([IPAddress(address)].compactMap(\.self))))
    }

    var questions: [String] { state.withLock { $0.questions } }

    func set(_ address: String) { state.withLock { $0.answer = .success([IPAddress(address)].compactMap(\.self)) } }

    func fail(isTemporary: Bool) {
        let error = TransportError.unresolvable(host: "e.com", reason: "test")
        state.withLock { $0.answer = .failure(LookUpFailure(error: error, isTemporary: isTemporary)) }
    }

    func hold(_ gate: Gate) { self.gate.withLock { $0 = gate } }

    func advance(by time: Duration) { state.withLock { $0.time += time } }

    func resolver(threads: Int = 2) -> Resolver {
        Resolver(
            threads: BlockingThreads(threads: threads), now: { self.state.withLock { $0.time } },
            lookUp: { host in
                self.state.withLock { $0.questions.append(host) }
                self.gate.withLock { $0 }?.wait()
                return self.state.withLock { $0.answer }
            })
    }
}

@Suite("Resolver, and what it remembers", .timeLimit(.minutes(1)))
struct RememberedNamesTests {
    private let names = Names("192.0.2.1")

    private func address(_ resolver: Resolver, _ host: String = "e.com", within time: Duration = .seconds(50))
        async throws(TransportError) -> String?
    {
        try await resolver.addresses(of: host, by: .after(time)).first?.description
    }

    @Test("whoever asks for a name at the same time waits for one answer")
    func together() async throws {
        let (resolver, gate) = (names.resolver(), Gate())
        names.hold(gate)
        try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<20 { group.addTask { try await address(resolver) } }
            while resolver.waiterCount < 20 { await Task.yield() }
            gate.open()
            for try await address in group { #expect(address == "192.0.2.1") }
        }
        #expect(names.questions == ["e.com"])
    }

    @Test("an answer is used for ten seconds, and then asked for again")
    func freshness() async throws {
        let resolver = names.resolver()
        #expect(try await address(resolver) == "192.0.2.1")
        names.set("192.0.2.2")
        names.advance(by: .seconds(9))
        #expect(try await address(resolver) == "192.0.2.1")
        #expect(try await address(resolver, "f.com") == "192.0.2.2")
        names.advance(by: .seconds(1))
        #expect(try await address(resolver) == "192.0.2.2")
        #expect(names.questions == ["e.com", "f.com", "e.com"])
    }

    @Test("a name that is known goes on while no answer comes, whatever keeps the threads busy; others wait")
    func flooded() async throws {
        let (resolver, gate) = (names.resolver(threads: 1), Gate())
        defer { gate.open() }
        #expect(try await address(resolver) == "192.0.2.1")
        names.advance(by: .seconds(599))
        names.hold(gate)
        let flood = Task { try await resolver.addresses(of: "slow.test", by: .after(.seconds(50))) }
        defer { flood.cancel() }
        while !names.questions.contains("slow.test") { await Task.yield() }
        #expect(try await address(resolver) == "192.0.2.1")
        await #expect(throws: TransportError.timedOut("resolving f.com")) {
            try await address(resolver, "f.com", within: .milliseconds(20))
        }
        names.advance(by: .seconds(1))
        await #expect(throws: TransportError.timedOut("resolving e.com")) {
            try await address(resolver, within: .milliseconds(20))
        }
    }

    @Test("a name server that fails is gone on without; one that says that there is no such name is heard")
    func failures() async throws {
        let resolver = names.resolver()
        #expect(try await address(resolver) == "192.0.2.1")
        names.advance(by: .seconds(60))
        names.fail(isTemporary: true)
        #expect(try await address(resolver) == "192.0.2.1")
        await #expect(throws: TransportError.self) { try await address(resolver, "f.com") }
        names.fail(isTemporary: false)
        await #expect(throws: TransportError.self) { try await address(resolver) }
        names.fail(isTemporary: true)
        await #expect(throws: TransportError.self) { try await address(resolver) }
    }

    @Test("an answer that nobody waits for any more is remembered all the same")
    func late() async throws {
        let (resolver, gate) = (names.resolver(threads: 1), Gate())
        names.hold(gate)
        let first = Task { try await resolver.addresses(of: "e.com", by: .after(.seconds(50))) }
        while names.questions.isEmpty { await Task.yield() }
        first.cancel()
        await #expect(throws: TransportError.cancelled) { try await first.value }
        gate.open()
        // It comes to the thread behind the other.
        #expect(try await address(resolver, "f.com") == "192.0.2.1")
        names.set("192.0.2.2")
        #expect(try await address(resolver) == "192.0.2.1")
        #expect(names.questions == ["e.com", "f.com"])
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
