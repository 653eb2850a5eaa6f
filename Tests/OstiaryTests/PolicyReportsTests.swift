import Foundation
import Support
import Testing

extension RealProgram {
    /// What whoever keeps a policy is told through the API server.
    @Suite("serve, and what it writes about policies", .atMost(2), .timeLimit(.minutes(3)))
    struct PolicyReportsTests {
        let world: World

        init() throws {
            world = try World.current
        }

        private let eventsPath = "/apis/events.k8s.io/v1/namespaces/default/events"
        private let leasePath = "/apis/coordination.k8s.io/v1/namespaces/portieris/leases/ostiary"

        /// Runs an API server and a webhook of its cluster, which is ready, while `body` does.
        private func withHouse(
            _ options: String..., before: (FakeAPIServer) -> Void = { _ in },
            body: @Sendable (House, FakeAPIServer) async throws -> Void
        ) async throws {
            try await Cluster.run(as: world.identity, before: before) { cluster in
                try await body(try await cluster.house(options: options), cluster.server)
            }
        }

        /// A policy whose only entry has this pattern.
        private func put(
            _ pattern: String, _ policy: String, on server: FakeAPIServer, as name: String, in namespace: String = ""
        ) {
            server.put(
                name, namespace: namespace, at: namespace.isEmpty ? .clusterImagePolicy : .imagePolicy,
                #""spec":{"repositories":[{"name":"\#(pattern)","policy":\#(policy)}]}"#)
        }

        private func writes(_ server: FakeAPIServer, _ method: String, at path: String) -> [String] {
            server.requests.filter { $0.method == method && $0.path == path }
                .map { String(decoding: $0.body, as: UTF8.self) }
        }

        private func eventually(_ condition: () -> Bool) async throws {
            while !condition() { try await Task.sleep(for: .milliseconds(5)) }
        }

        private var signedByAlice: String {
            Manifest.simple(store: world.store.url, Manifest.signedBy("alice", in: "keys"))
        }

        @Test("Each image that a policy keeps out is an Event about it, but for dry runs, and nothing secret is in it")
        func refusals() async throws {
            let pull = Manifest.pullSecret(
                "pull", in: "team", registry: world.registry.address, username: "reader", password: Planted.password)
            try await withHouse(
                "--emit-events", "true",
                before: { server in
                    put("\(world.registry.address)/app/*", signedByAlice, on: server, as: "default")
                    put("open.test/*", "{}", on: server, as: "open")
                    server.put(
                        Manifest.key("alice", in: "keys", world.keys.alice.armored),
                        at: "/api/v1/namespaces/keys/secrets/alice")
                    server.put(pull, at: "/api/v1/namespaces/team/secrets/pull")
                },
                body: { house, server in
                    let image = world.name("unsigned:1.0")
                    #expect(try await house.ask(Review(.pod, "open.test/a:1")).decision == .admitted)
                    #expect(try await house.ask(Review(.pod, "other.test/a:1")).decision == .refused)
                    #expect(try await house.ask(Review(.pod, image, isDryRun: true)).decision == .refused)
                    let answer = try await house.ask(Review(.pod, image, pullSecrets: ["pull"]))
                    #expect(answer.decision == .refused)
                    try await eventually { !writes(server, "POST", at: eventsPath).isEmpty }
                    #expect(try await house.ask(Review(.pod, image), at: "/validate?timeout=20s").decision == .refused)
                    try await eventually { server.requests.contains { $0.method == "PATCH" } }
                    let created = writes(server, "POST", at: eventsPath)
                    #expect(created.count == 1)
                    let event = try #require(
                        try JSONSerialization.jsonObject(with: Data((created.first ?? "").utf8)) as? [String: Any])
                    #expect(event["note"] as? String == "Pod in team: \(answer.message)")
                    #expect(event["reason"] as? String == "ImageRefused")
                    let patch = server.requests.first { $0.method == "PATCH" }
                    let series = String(decoding: patch?.body ?? [], as: UTF8.self)
                    #expect(series.contains(#""count":2"#), "\(series)")
                    #expect(
                        server.requests.allSatisfy {
                            !String(decoding: $0.body, as: UTF8.self).contains(Planted.password)
                        })
                    while try await !house.page("/metrics").text.contains("ostiary_events_written_total 2") {
                        try await Task.sleep(for: .milliseconds(5))
                    }
                })
        }

        @Test("Without a wish for Events none is written")
        func off() async throws {
            try await withHouse(
                "--emit-events", "false",
                before: { put("*", Manifest.simple(Manifest.reject), on: $0, as: "default") },
                body: { house, server in
                    let answer = try await house.ask(Review(.pod, world.name("signed:1.0")))
                    let metrics = try await house.page("/metrics").text
                    #expect(answer.decision == .refused && !metrics.contains("ostiary_events"))
                    #expect(server.requests.allSatisfy { $0.method == "GET" })
                })
        }

        @Test("While Events cannot be written reviews are answered as ever")
        func failingEvents() async throws {
            try await withHouse(
                "--emit-events", "true",
                before: { server in
                    put("*", Manifest.simple(Manifest.reject), on: server, as: "default")
                    server.misbehave(at: eventsPath, .stall)
                },
                body: { house, server in
                    let review = Review(.pod, world.name("signed:1.0"))
                    for _ in 0..<100 { #expect(try await house.ask(review).decision == .refused) }
                    try await eventually { server.requests.contains { $0.path == eventsPath } }
                    #expect(try await house.ask(review).decision == .refused)
                    #expect(try await house.page("/readyz").status == 200)
                })
        }

        @Test("The status of a policy says whether the keys that it names can be used")
        func keys() async throws {
            let path = { @Sendable (name: String) in
                "/apis/portieris.cloud.ibm.com/v1/clusterimagepolicies/\(name)/status"
            }
            let broken = Manifest.simple(store: world.store.url, Manifest.signedBy("broken", in: "keys"))
            try await withHouse(
                "--write-status", "true",
                before: { server in
                    put("a.test/*", signedByAlice, on: server, as: "good")
                    put("b.test/*", broken, on: server, as: "bad")
                    for (name, ring) in [("alice", world.keys.alice.armored), ("broken", Array("no ring".utf8))] {
                        server.put(
                            Manifest.key(name, in: "keys", ring), at: "/api/v1/namespaces/keys/secrets/\(name)")
                    }
                },
                body: { _, server in
                    let last = { @Sendable (name: String) in writes(server, "PATCH", at: path(name)).last ?? "" }
                    try await eventually { last("good").contains("KeysReady") && last("bad").contains("KeysReady") }
                    #expect(last("good").contains(#""reason":"KeysUsable""#), "\(last("good"))")
                    #expect(last("bad").contains(#""reason":"KeysUnusable""#), "\(last("bad"))")
                    #expect(last("bad").contains(#"secret \"broken\" in \"keys\": "#), "\(last("bad"))")
                    #expect(last("bad").contains(#""reason":"EntriesUsable""#))
                })
        }

        @Test("At the end the Lease is given back")
        func lease() async throws {
            try await withHouse("--write-status", "true", "--drain", "0") { house, server in
                try await eventually { server.requests.contains { $0.method == "POST" } }
                house.process.terminate()
                #expect(try await house.process.waitForEnd() == 0)
                #expect(writes(server, "PUT", at: leasePath).last?.contains(#""holderIdentity":"""#) == true)
            }
        }

        @Test("A namespace that goes while a review of it runs takes its keys along, and nothing is admitted for that")
        func endingNamespace() async throws {
            let secret = "/api/v1/namespaces/team/secrets/alice"
            let policy = Manifest.simple(store: world.store.url, Manifest.signedBy("alice"))
            try await withHouse(
                before: { server in
                    put("\(world.registry.address)/app/*", policy, on: server, as: "team", in: "team")
                    server.put(Manifest.key("alice", in: "team", world.keys.alice.armored), at: secret)
                    // So long that it is asked for again, when there is none any more.
                    server.misbehave(at: secret, .stall)
                },
                body: { house, server in
                    let review = Review(.pod, world.name("signed:1.0"))
                    async let answer = house.ask(review)
                    try await eventually { server.requests.contains { $0.path == secret } }
                    server.put(nil, at: secret)
                    server.remove("team", namespace: "team", at: .imagePolicy)
                    let decided = try await answer
                    #expect(decided.decision == .undecided, "\(decided.text)")
                    #expect(decided.message.contains(#"secrets "alice" not found in namespace "team""#))
                    let next = try await house.ask(review)
                    #expect(next.message.contains("no image policies"), "\(next.text)")
                })
        }
    }
}
