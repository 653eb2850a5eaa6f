import Foundation
import HTTP
import Policies
import Primitives
import Support
import Synchronization
import Testing

@testable import Cluster

/// Looks again and again; the time limit of the test ends it.
private func eventually(_ condition: () -> Bool) async throws {
    while !condition() { try await Task.sleep(for: .milliseconds(2)) }
}

@Suite(.timeLimit(.minutes(2))) struct StatusWriterTests {
    /// Runs a server and so many replicas that write while `body` does.
    private func withWriters(
        _ count: Int = 1, before: (FakeAPIServer) -> Void = { _ in },
        body: @Sendable (FakeAPIServer, _ news: @Sendable () -> [String]) async throws -> Void
    ) async throws {
        let server = try FakeAPIServer(reactor: Loopback.reactor.get())
        before(server)
        let news = Box()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.serve() }
            for number in 0..<count {
                let client = try Loopback.client(of: server)
                let policies = try ClusterPolicies(client: client)
                let writer = StatusWriter(
                    client: client, policies: policies, name: "replica-\(number)", namespace: "portieris",
                    period: .milliseconds(5))
                group.addTask { await policies.run { _ in } }
                group.addTask { await writer.run { news.add("\(number) \($0)") } }
            }
            defer { group.cancelAll() }
            try await body(server) { news.all }
        }
    }

    private final class Box: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private func patches(_ server: FakeAPIServer) -> [String] {
        server.requests.filter { $0.method == "PATCH" }.map(\.path)
    }

    private let good = #""spec":{"repositories":[{"name":"a","policy":{}}]}"#
    private let bad = #""spec":{"repositories":[{"name":"a","policy":{"unknown":1}}]}"#

    @Test("The status of each policy is written once, and again when the policy changes")
    func writes() async throws {
        try await withWriters(before: { server in
            server.put("one", at: .clusterImagePolicy, good)
            server.put("two", namespace: "shop", at: .imagePolicy, bad)
        }) { server, _ in
            try await eventually { patches(server).count == 2 }
            #expect(
                Set(patches(server)) == [
                    "/apis/portieris.cloud.ibm.com/v1/clusterimagepolicies/one/status",
                    "/apis/portieris.cloud.ibm.com/v1/namespaces/shop/imagepolicies/two/status",
                ])
            let request = try #require(server.requests.first { $0.method == "PATCH" && $0.path.contains("two") })
            #expect(request.headers["content-type"] == "application/merge-patch+json")
            let body = String(decoding: request.body, as: UTF8.self)
            #expect(body.contains(#""status":"False""#) && body.contains("unknown field"))
            server.put("two", namespace: "shop", at: .imagePolicy, good)
            try await eventually { patches(server).count == 3 }
            // Some more looks at the Lease, and nothing is written any more.
            let looks = server.requests.count
            try await eventually { server.requests.count > looks + 20 }
            #expect(patches(server).count == 3)
        }
    }

    @Test("Of several replicas one writes")
    func oneOfMany() async throws {
        try await withWriters(
            3,
            before: { server in
                for number in 0..<10 { server.put("p\(number)", at: .clusterImagePolicy, good) }
            }
        ) { server, news in
            try await eventually { Set(patches(server)).count == 10 }
            let looks = server.requests.count
            try await eventually { server.requests.count > looks + 30 }
            #expect(patches(server).count == 10)
            #expect(news().filter { $0.hasSuffix("leading") }.count == 1, "\(news())")
        }
    }

    @Test("What may not be written is told once, and not tried all the time")
    func forbidden() async throws {
        try await withWriters(before: { server in
            server.put("one", at: .clusterImagePolicy, good)
            server.misbehave(
                at: "/apis/portieris.cloud.ibm.com/v1/clusterimagepolicies/one/status", .status(403, "Forbidden"))
        }) { server, news in
            try await eventually { news().contains { $0.contains("403 Forbidden") } }
            #expect(patches(server).count == 1)
        }
    }
}
