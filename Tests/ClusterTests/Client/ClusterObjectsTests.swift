import Cluster
import Kubernetes
import Policies
import Primitives
import Support
import Testing

private var soon: Deadline { .after(.seconds(60)) }
private let shop = { ObjectKey(namespace: "shop", name: $0) } as @Sendable (String) -> ObjectKey

@Suite(.timeLimit(.minutes(2))) struct ClusterObjectsTests {
    private let path = "/api/v1/namespaces/shop/secrets/release-key"

    private func objects(
        of server: FakeAPIServer, present: Duration = .seconds(100), absent: Duration = .seconds(100)
    ) throws -> ClusterObjects {
        var memory = ClusterObjects.Memory()
        (memory.present, memory.absent) = (present, absent)
        return ClusterObjects(client: try Loopback.client(of: server), memory: memory)
    }

    @Test("The recorded Secrets and ServiceAccount are read")
    func recorded() async throws {
        try await withServer { server in
            server.misbehave(at: path, .raw(try Recorded.answer("get-secret-key")))
            server.misbehave(
                at: "/api/v1/namespaces/shop/secrets/regcred", .raw(try Recorded.answer("get-secret-dockerconfigjson")))
            server.misbehave(
                at: "/api/v1/namespaces/shop/serviceaccounts/web", .raw(try Recorded.answer("get-serviceaccount")))
            let objects = try objects(of: server)
            let key = try await objects.secret(shop("release-key"), by: soon)
            #expect(key?.values["key"]?.revealText().hasPrefix("-----BEGIN PGP PUBLIC KEY BLOCK-----") == true)
            #expect(try await objects.secret(shop("regcred"), by: soon)?.type == "kubernetes.io/dockerconfigjson")
            #expect(try await objects.serviceAccount(shop("web"), by: soon)?.imagePullSecrets == ["regcred"])
        }
    }

    @Test("What was read is not asked for again until its time is up, and neither is what is not there")
    func memory() async throws {
        try await withServer { server in
            server.misbehave(
                at: path, .raw(try Recorded.answer("get-secret-missing-404")),
                .raw(try Recorded.answer("get-secret-key")))
            let short = try objects(of: server, absent: .zero)
            #expect(try await short.secret(shop("release-key"), by: soon) == nil)
            #expect(try await short.secret(shop("release-key"), by: soon) != nil)
            #expect(try await short.secret(shop("release-key"), by: soon) != nil)
            #expect(server.requests.count == 2)
            let long = try objects(of: server)
            #expect(try await long.secret(shop("nope"), by: soon) == nil)
            #expect(try await long.secret(shop("nope"), by: soon) == nil)
            #expect(server.requests.count == 3)
        }
    }

    @Test("Many who ask at the same time are one question")
    func singleFlight() async throws {
        try await withServer { server in
            server.misbehave(at: path, .raw(try Recorded.answer("get-secret-key")))
            let objects = try objects(of: server)
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<50 { group.addTask { try await objects.secret(shop("release-key"), by: soon) != nil } }
                for try await isThere in group { #expect(isThere) }
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test(
        "What cannot be told is no absence, and is asked again",
        arguments: [
            .status(403, "Forbidden"), .status(500, "InternalError"), .status(429, "TooManyRequests"), .cut,
            .status(404, "page not found"), .raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".utf8)),
        ] as [FakeAPIServer.Fault])
    func unavailable(fault: FakeAPIServer.Fault) async throws {
        try await withServer { server in
            server.misbehave(at: path, fault, .raw(try Recorded.answer("get-secret-key")))
            let objects = try objects(of: server)
            await #expect(throws: ObjectUnavailable.self) {
                _ = try await objects.secret(shop("release-key"), by: soon)
            }
            #expect(try await objects.secret(shop("release-key"), by: soon) != nil)
        }
    }

    @Test("Another object than the one that was asked for does not count")
    func another() async throws {
        try await withServer { server in
            server.misbehave(
                at: "/api/v1/namespaces/shop/secrets/mine", .raw(try Recorded.answer("get-secret-key")))
            let objects = try objects(of: server)
            await #expect(throws: ObjectUnavailable.self) { _ = try await objects.secret(shop("mine"), by: soon) }
        }
    }

    @Test(
        "A name that is none never becomes part of a path: there is no such object",
        arguments: ["../../kube-system/secrets/x", "..", "", "a?b=c", "a/b", "a%2Fb", "a b", "UPPER", "a\n"])
    func names(name: String) async throws {
        try await withServer { server in
            let objects = try objects(of: server)
            #expect(try await objects.secret(shop(name), by: soon) == nil)
            #expect(try await objects.serviceAccount(ObjectKey(namespace: name, name: "a"), by: soon) == nil)
            #expect(server.requests.isEmpty)
        }
    }

    @Test("A server that does not answer in time is told as that")
    func late() async throws {
        try await withServer { server in
            server.misbehave(at: path, .stall)
            server.put("{}", at: path)
            let objects = try objects(of: server)
            let error = try await #require(throws: ObjectUnavailable.self) {
                _ = try await objects.secret(shop("release-key"), by: .after(.milliseconds(50)))
            }
            #expect(error.description.contains("in time"))
        }
    }
}
