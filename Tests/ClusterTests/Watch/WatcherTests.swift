import Cluster
import Foundation
import HTTP
import Kubernetes
import Primitives
import Support
import Synchronization
import Testing
import Transport

/// What somebody who listens to a watcher would have, and a way to wait until it is as it should be.
private final class Mirror: Sendable {
    private struct State {
        var objects: [String: String] = [:]
        var problems: [String] = []
        var isSynced = false
        var reports = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    private let state = Mutex(State())

    var objects: [String: String] { state.withLock { $0.objects } }
    var problems: [String] { state.withLock { $0.problems } }

    func take(_ report: Watcher<String>.Report) {
        state.withLock { state in
            for change in report.changes {
                switch change {
                case .replace(let all):
                    state.objects = Dictionary(uniqueKeysWithValues: all.map { ($0.key.description, $0.value) })
                case .set(let key, let value): state.objects[key.description] = value
                case .remove(let key): state.objects[key.description] = nil
                }
            }
            state.isSynced = report.isSynced
            if let problem = report.problem { state.problems.append(problem) }
            state.reports.continuation.yield()
        }
    }

    /// Waits until a condition holds; the time limit of the test ends it otherwise.
    func wait(until condition: (_ objects: [String: String], _ problems: [String]) -> Bool) async {
        let stream = state.withLock { $0.reports.stream }
        if holds(condition) { return }
        for await _ in stream where holds(condition) { return }
    }

    private func holds(_ condition: ([String: String], [String]) -> Bool) -> Bool {
        state.withLock { $0.isSynced && condition($0.objects, $0.problems) }
    }
}

/// Runs a server and a watcher of its image policies while `body` does.
private func withWatcher(
    patience change: (inout Watcher<String>.Patience) -> Void = { _ in },
    before: (FakeAPIServer) -> Void = { _ in },
    body: @Sendable (FakeAPIServer, Mirror) async throws -> Void
) async throws {
    let reactor = try Loopback.reactor.get()
    let server = try FakeAPIServer(reactor: reactor)
    before(server)
    let client = try Loopback.client(of: server)
    var patience = Watcher<String>.Patience()
    patience.backoff = Backoff(first: .milliseconds(1), longest: .milliseconds(4))
    change(&patience)
    let watcher = Watcher(.imagePolicies, client: client, patience: patience) { value, _ in
        String(decoding: value["spec"]?.text ?? [], as: UTF8.self)
    }
    let mirror = Mirror()
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await server.serve() }
        group.addTask { await watcher.run { mirror.take($0) } }
        defer { group.cancelAll() }
        try await body(server, mirror)
    }
}

private let path = FakeAPIServer.Kind.imagePolicy.path

extension FakeAPIServer {
    fileprivate func put(_ name: String, _ value: Int) {
        put(name, namespace: "shop", at: .imagePolicy, #""spec":{"value":\#(value)}"#)
    }

    fileprivate func remove(_ name: String) { remove(name, namespace: "shop", at: .imagePolicy) }

    fileprivate var contents: [String: String] {
        objects(at: .imagePolicy).mapValues { String($0.dropFirst(#""spec":"#.count)) }
    }
}

@Suite(.timeLimit(.minutes(2))) struct WatcherTests {
    @Test("What is there and what happens next is told")
    func follows() async throws {
        try await withWatcher(before: { $0.put("a", 1) }) { server, mirror in
            await mirror.wait { objects, _ in objects == ["shop/a": #"{"value":1}"#] }
            server.put("b", 2)
            server.put("a", 3)
            await mirror.wait { objects, _ in objects == server.contents }
            server.remove("a")
            await mirror.wait { objects, _ in objects == ["shop/b": #"{"value":2}"#] }
            #expect(server.requests.count == 1)
        }
    }

    @Test("A server that does not stream lists is listed in pages of 500")
    func pages() async throws {
        try await withWatcher(
            before: { server in
                for number in 0..<1201 { server.put("p\(number)", number) }
                server.misbehave(at: path, .status(422, "Invalid"))
            },
            body: { server, mirror in
                await mirror.wait { objects, _ in objects == server.contents }
                #expect(server.requests.filter { $0.query["limit"] == "500" }.count == 3)
                #expect(server.requests[1].query["continue"] == nil && server.requests[2].query["continue"] != nil)
            })
    }

    @Test("A silent watch is given up and begun again where it was")
    func silence() async throws {
        try await withWatcher(
            patience: { $0.silence = .milliseconds(50) }, before: { $0.put("a", 1) },
            body: { server, mirror in
                await mirror.wait { objects, _ in !objects.isEmpty }
                await mirror.wait { _, problems in !problems.isEmpty }
                server.put("b", 2)
                await mirror.wait { objects, _ in objects == server.contents }
                #expect(
                    server.requests.dropFirst().allSatisfy {
                        $0.query["resourceVersion"] == "101" || $0.query["resourceVersion"] == "102"
                    })
            })
    }

    @Test("A stream of a list that goes silent makes the next one come in pages")
    func silentList() async throws {
        try await withWatcher(
            patience: { $0.silence = .milliseconds(50) },
            before: { server in
                server.put("a", 1)
                server.misbehave(at: path, .stall)
            },
            body: { server, mirror in
                await mirror.wait { objects, _ in objects == server.contents }
                #expect(server.requests[1].query["limit"] == "500")
            })
    }

    @Test("A kind that is not installed yet is found when it is")
    func notInstalled() async throws {
        try await withWatcher(
            before: { server in
                server.serve(.imagePolicy, false)
                server.put("a", 1)
            },
            body: { server, mirror in
                server.misbehave(at: path, .status(404, "NotFound"), .status(404, "NotFound"))
                server.serve(.imagePolicy, true)
                await mirror.wait { objects, _ in objects == server.contents }
            })
    }

    @Test("An event of several megabytes in pieces of some hundred bytes arrives")
    func large() async throws {
        try await withWatcher(
            before: { server in
                server.put(
                    "a", namespace: "shop", at: .imagePolicy, #""spec":"\#(String(repeating: "x", count: 3 << 20))""#)
                server.misbehave(at: path, .pieces(700))
            },
            body: { _, mirror in
                await mirror.wait { objects, _ in objects["shop/a"]?.utf8.count == 3 << 20 }
            })
    }

    @Test(
        "After any script that ends healthy, what is known is what there is", arguments: 1...24 as ClosedRange<UInt64>)
    func anyScript(seed: UInt64) async throws {
        try await withWatcher(
            patience: { $0.silence = .milliseconds(100) }, before: { $0.put("first", 0) },
            body: { server, mirror in
                var script = RandomScript(seed: seed)
                try await script.run(steps: 40, on: server, at: [.imagePolicy]) { #""spec":{"value":\#($0)}"# }
                server.put("last", 1)
                await mirror.wait { objects, _ in objects == server.contents }
                #expect(mirror.objects == server.contents)
            })
    }
}
