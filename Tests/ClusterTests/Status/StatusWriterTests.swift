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
        _ count: Int = 1, keys: Duration = KeyBook.period, before: (FakeAPIServer) -> Void = { _ in },
        body: @Sendable (FakeAPIServer, _ news: @escaping @Sendable () -> [String]) async throws -> Void
    ) async throws {
        try await withWriters(count, keys: keys, before: before) { server, news, _ in try await body(server, news) }
    }

    private func withWriters(
        _ count: Int = 1, keys: Duration = KeyBook.period, before: (FakeAPIServer) -> Void = { _ in },
        body: @Sendable (FakeAPIServer, _ news: @escaping @Sendable () -> [String], [StatusWriter]) async throws -> Void
    ) async throws {
        let server = try FakeAPIServer(reactor: Loopback.reactor.get())
        before(server)
        let news = Box()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.serve() }
            var (writers, pace) = ([StatusWriter](), StatusWriter.Pace())
            (pace.period, pace.keys) = (.milliseconds(5), keys)
            for number in 0..<count {
                let client = try Loopback.client(of: server)
                let policies = try ClusterPolicies(client: client)
                let rule = KeyNamespaceRule(ownNamespace: "portieris", isStrict: false)
                let check = KeyCheck(objects: ClusterObjects(client: client), keyRule: rule) { _, _ in [] }
                let writer = StatusWriter(
                    client: client, policies: policies, keys: check, name: "replica-\(number)",
                    namespace: "portieris", pace: pace)
                writers.append(writer)
                group.addTask { await policies.run { _ in } }
                group.addTask { await writer.run { news.add("\(number) \($0)") } }
            }
            defer { group.cancelAll() }
            try await body(server, { news.all }, writers)
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

    @Test("A Lease that is given back is another's at once, and its former holder writes no more")
    func resignation() async throws {
        let path = "/apis/coordination.k8s.io/v1/namespaces/portieris/leases/ostiary"
        try await withWriters(
            2,
            before: { $0.put("one", at: .clusterImagePolicy, good) },
            body: { server, news, writers in
                try await eventually { news().contains { $0.hasSuffix("leading") } }
                let first = try #require(news().first { $0.hasSuffix("leading") }).hasPrefix("0") ? 0 : 1
                await writers[first].resign(by: .after(.seconds(60)))
                try await eventually { news().contains("\(1 - first) leading") }
                let returned = server.requests.filter {
                    $0.path == path && String(decoding: $0.body, as: UTF8.self).contains(#""holderIdentity":"""#)
                }
                #expect(returned.count == 1)
                let looks = server.requests.count
                server.put("one", at: .clusterImagePolicy, bad)
                try await eventually { server.requests.count > looks + 20 }
                let text = try #require(server.requests.last { $0.path == path && $0.method == "PUT" })
                #expect(String(decoding: text.body, as: UTF8.self).contains("replica-\(1 - first)"))
            })
    }

    @Test("Who does not have the Lease gives nothing back, and who cannot reach the server does not wait for it")
    func noResignation() async throws {
        try await withWriters(0, before: { _ in }) { server, _, _ in
            let client = try Loopback.client(of: server)
            let policies = try ClusterPolicies(client: client)
            let rule = KeyNamespaceRule(ownNamespace: "portieris", isStrict: false)
            let writer = StatusWriter(
                client: client, policies: policies,
                keys: KeyCheck(objects: ClusterObjects(client: client), keyRule: rule) { _, _ in [] }, name: "me",
                namespace: "portieris")
            await writer.resign(by: .after(.seconds(60)))
            server.setDown(true)
            await writer.resign(by: .after(.seconds(60)))
            #expect(server.requests.allSatisfy { $0.method == "GET" })
        }
    }

    @Test("Whether keys are there is written, and written again when that changes without any change of the policy")
    func keys() async throws {
        let secret = "/api/v1/namespaces/keys/secrets/alice"
        let requirement = #"{"type":"signedBy","keySecret":"alice","keySecretNamespace":"keys"}"#
        try await withWriters(
            keys: .milliseconds(5),
            before: { server in
                server.put(
                    "one", at: .clusterImagePolicy,
                    #""spec":{"repositories":[{"name":"a","policy":{"simple":{"requirements":[\#(requirement)]}}}]}"#)
            }
        ) { server, _ in
            let texts = { @Sendable in
                server.requests.filter { $0.method == "PATCH" }.map { String(decoding: $0.body, as: UTF8.self) }
            }
            try await eventually { texts().last?.contains(#""reason":"KeysUnusable""#) ?? false }
            #expect(texts().last?.contains(#"secrets \"alice\" not found in namespace \"keys\""#) == true)
            #expect(texts().last?.contains(#""type":"Ready","status":"True""#) == true)
            server.put(
                #"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"alice","namespace":"keys"},"data":{"key":"AA=="}}"#,
                at: secret)
            try await eventually { texts().last?.contains(#""reason":"KeysUsable""#) ?? false }
            let (count, looks) = (texts().count, server.requests.count)
            try await eventually { server.requests.count > looks + 20 }
            #expect(texts().count == count, "what is stored is not written again")
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
