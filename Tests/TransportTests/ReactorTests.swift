import Glibc
import Primitives
import Synchronization
import Testing

@testable import Transport

@Suite("Reactor", .timeLimit(.minutes(1)))
struct ReactorTests {
    @Test("A task that prefers a reactor runs on its thread, with its children, and comes back to it after a wait")
    func staysOnThread() async throws {
        let (reactor, other) = (try Reactor(), try Reactor())
        defer { for reactor in [reactor, other] { reactor.shutDown() } }
        let threads = await withTaskExecutorPreference(reactor) {
            var threads = [Self.thread]
            threads.append(await withTaskExecutorPreference(other) { Self.thread })
            threads.append(Self.thread)
            await withTaskGroup(of: pthread_t.self) { group in
                for _ in 0..<3 { group.addTask { Self.thread } }
                for await thread in group { threads.append(thread) }
            }
            return threads
        }
        #expect(threads[1] != threads[0])
        #expect(Set(threads[0...0] + threads[2...]).count == 1)
    }

    @Test("A sleeping thread is woken by whatever is enqueued, from many threads at once")
    func wakes() async throws {
        let reactor = try Reactor()
        defer { reactor.shutDown() }
        let runs = Tally()
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<200 {
                        await withTaskExecutorPreference(reactor) { runs.add() }
                    }
                }
            }
        }
        #expect(runs.count == 1600)
    }

    @Test("A task that always goes on keeps neither the descriptors nor a deadline of others waiting")
    func fairness() async throws {
        let reactor = try Reactor()
        defer { reactor.shutDown() }
        let listener = try Listener(on: try #require(SocketAddress("127.0.0.1:0")), reactor: reactor)
        let address = listener.localAddress
        let ends = Tally()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: reactor) {
                while ends.count == 0 { await Task.yield() }
            }
            defer { ends.add() }
            let accepted = try await withTaskExecutorPreference(reactor) {
                let client = try await ByteStream.connect(
                    to: address, reactor: reactor, tls: nil, by: .after(.seconds(30)))
                let accepted = try await listener.accept()
                client.close()
                return accepted
            }
            var server = try await ByteStream.accept(accepted, tls: nil, by: .after(.seconds(30)))
            var bytes: [UInt8] = []
            #expect(try await server.read(into: &bytes, atMost: 1, by: .after(.seconds(30))) == 0)
        }
    }

    private static var thread: pthread_t { pthread_self() }
}

/// Counts what happens on several threads.
private final class Tally: Sendable {
    private let value = Atomic(0)

    var count: Int { value.load(ordering: .relaxed) }

    func add() { value.wrappingAdd(1, ordering: .relaxed) }
}

@Suite("ReactorPool", .timeLimit(.minutes(1)))
struct ReactorPoolTests {
    @Test("Reactors take connections in turns")
    func turns() async throws {
        let pool = try ReactorPool(count: 3)
        defer { pool.shutDown() }
        let turns = (0..<6).map { _ in ObjectIdentifier(pool.next()) }
        #expect(Set(turns).count == 3)
        #expect(turns[..<3] == turns[3...])
        #expect(turns[0] == ObjectIdentifier(pool.first))
    }

    @Test("Every thread comes around, and one that hangs is noticed")
    func comeAround() async throws {
        let pool = try ReactorPool(count: 2)
        defer { pool.shutDown() }
        await pool.comeAround()
        let (end, hangs) = (Gate(), Gate())
        let rounds = Tally()
        _ = pool.next()
        let hung = pool.next()
        let blocked = Task(executorPreference: hung) {
            hangs.open()
            end.wait()
        }
        hangs.wait()
        let round = Task {
            await pool.comeAround()
            rounds.add()
        }
        await withTaskExecutorPreference(pool.first) {}
        #expect(rounds.count == 0)
        end.open()
        await blocked.value
        await round.value
    }

    @Test("Tasks that gather go on together when all of their turn have come so far, and many of them in parts")
    func gathers() async throws {
        let reactor = try Reactor()
        defer { reactor.shutDown() }
        for count in [1, 2, 5, 32, 200] {
            let steps = Steps()
            await withTaskExecutorPreference(reactor) {
                await withTaskGroup { group in
                    for number in 1...count {
                        group.addTask {
                            steps.note(number)
                            await reactor.gather()
                            steps.note(-number)
                        }
                    }
                }
            }
            let order = steps.all
            #expect(order.count == 2 * count)
            // Nobody went on before so many had come, or all.
            #expect(order.prefix { $0 > 0 }.count >= min(count, Reactor.gatheringSize))
            // Nobody waited for more than a part and those who came with its last.
            let behind = order.enumerated().map { position, step in
                order.prefix(position + 1).count { $0 > 0 } - order.prefix(position + 1).count { $0 < 0 }
            }
            #expect(behind.allSatisfy { $0 <= Reactor.gatheringSize + 1 })
        }
    }

    @Test("Who gathers from another thread is not forgotten")
    func gathersFromElsewhere() async throws {
        let reactor = try Reactor()
        defer { reactor.shutDown() }
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<500 { await reactor.gather() }
                }
                group.addTask {
                    for _ in 0..<500 { await withTaskExecutorPreference(reactor) { await reactor.gather() } }
                }
            }
        }
    }

    @Test("There is a reactor for each processor that may be used, and no more")
    func processors() throws {
        let pool = try ReactorPool()
        defer { pool.shutDown() }
        #expect((1...16).contains(pool.count))
    }
}

/// What happened, in its order.
private final class Steps: Sendable {
    private let steps = Mutex<[Int]>([])
    var all: [Int] { steps.withLock { $0 } }
    func note(_ step: Int) { steps.withLock { $0.append(step) } }
}
