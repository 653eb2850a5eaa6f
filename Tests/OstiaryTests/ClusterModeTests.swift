import Foundation
import Support
import Synchronization
import Testing

extension RealProgram {
    /// The real program with an API server that the test plays.
    @Suite("serve, in a cluster", .atMost(2), .timeLimit(.minutes(3)))
    struct ClusterModeTests {
        let world: World

        init() throws {
            world = try World.current
        }

        /// Runs an API server and a webhook of its cluster, which need not be ready, while `body` does.
        private func withCluster(
            before: (FakeAPIServer) throws -> Void = { _ in }, options: [String] = [],
            body: @Sendable (FakeAPIServer, House) async throws -> Void
        ) async throws {
            try await Cluster.run(as: world.identity, before: before) { cluster in
                try await body(cluster.server, cluster.startHouse(options: options))
            }
        }

        private var signedByAlice: String {
            Manifest.simple(store: world.store.url, Manifest.signedBy("alice", in: "keys"))
        }

        private let aliceAt = "/api/v1/namespaces/keys/secrets/alice"

        @Test("Policies and keys come from the API server, and a change decides from then on")
        func policies() async throws {
            let app = "\(world.registry.address)/app/*"
            try await withCluster(
                before: { server in
                    server.put(entries: [app: signedByAlice], as: "default")
                    server.put(Manifest.key("alice", in: "keys", world.keys.alice.armored), at: aliceAt)
                },
                body: { server, house in
                    try await house.waitUntilReady()
                    let (signed, unsigned) = (
                        Review(.pod, world.name("signed:1.0")), Review(.pod, world.name("unsigned:1.0"))
                    )
                    #expect(try await house.ask(signed).decision == .admitted)
                    #expect(try await house.ask(unsigned).decision == .refused)
                    server.put(entries: [app: "{}"], as: "team", in: "team")
                    try await house.ask(unsigned) { $0.decision == .admitted }
                    server.put(entries: [app: Manifest.simple(Manifest.reject)], as: "team", in: "team")
                    try await house.ask(signed) { $0.message.contains("ImagePolicy team/team") }
                    server.remove("team", namespace: "team", at: .imagePolicy)
                    try await house.ask(signed) { $0.decision == .admitted }
                    server.remove("default", at: .clusterImagePolicy)
                    let none = try await house.ask(signed) { $0.decision == .refused }
                    #expect(none.message.contains("no image policies"))
                    #expect(server.requests.allSatisfy { $0.headers["authorization"] == "Bearer t0" })
                    let account = "/api/v1/namespaces/team/serviceaccounts/default"
                    #expect(
                        server.requests.allSatisfy { [aliceAt, account].contains($0.path) || $0.query["watch"] == "1" })
                })
        }

        @Test("Credentials come from the pull secrets of the pod, or of its ServiceAccount")
        func pullSecrets() async throws {
            let app = "\(world.guarded.address)/app/*"
            let secret = Manifest.pullSecret(
                "pull", in: "team", registry: world.guarded.address, username: "reader", password: Planted.password)
            try await withCluster(
                before: { server in
                    server.put(entries: [app: signedByAlice], as: "default")
                    server.put(Manifest.key("alice", in: "keys", world.keys.alice.armored), at: aliceAt)
                    server.put(secret, at: "/api/v1/namespaces/team/secrets/pull")
                    server.put(
                        Manifest.serviceAccount("puller", in: "team", pullSecrets: "pull"),
                        at: "/api/v1/namespaces/team/serviceaccounts/puller")
                },
                body: { server, house in
                    try await house.waitUntilReady()
                    let image = "\(world.guarded.address)/app/guarded:1.0"
                    let named = try await house.ask(Review(.pod, image, pullSecrets: ["pull"]))
                    let account = try await house.ask(Review(.pod, image, serviceAccount: "puller"))
                    let nobody = try await house.ask(Review(.pod, image))
                    #expect(named.decision == .admitted, "\(named.text)")
                    #expect(account.decision == .admitted, "\(account.text)")
                    #expect(nobody.decision == .undecided, "\(nobody.text)")
                    let asked = server.requests.filter { $0.path.hasSuffix("/secrets/pull") }
                    #expect(asked.count == 1, "one Secret is asked for once")
                })
        }

        @Test("It is not ready, and asks to be asked again, until the definitions are installed")
        func notInstalled() async throws {
            try await withCluster(
                before: { server in
                    server.put(entries: ["open.test/*": "{}"], as: "default")
                    server.serve(.clusterImagePolicy, false)
                },
                body: { server, house in
                    let review = Review(.pod, "open.test/app:1.0")
                    var page = try await house.page("/readyz")
                    while !page.text.contains("404") {
                        try await Task.sleep(for: .milliseconds(5))
                        page = try await house.page("/readyz")
                    }
                    #expect(
                        page.status == 503 && page.text.hasPrefix("policies have not come yet; ClusterImagePolicy: 404")
                    )
                    #expect(try await house.ask(review).status == 503)
                    #expect(try await house.page("/healthz").status == 200)
                    #expect(try await house.page("/metrics").text.contains("ostiary_policies_synced 0"))
                    server.serve(.clusterImagePolicy, true)
                    try await house.waitUntilReady()
                    #expect(try await house.ask(review).decision == .admitted)
                    #expect(try await house.page("/metrics").text.contains("ostiary_policies_synced 1"))
                })
        }

        @Test("While the API server is away it goes on with what it knows, and what it cannot know is undecided")
        func away() async throws {
            let app = "\(world.registry.address)/app/*"
            try await withCluster(
                before: { server in
                    server.put(entries: ["open.test/*": "{}", app: signedByAlice], as: "default")
                    server.put(Manifest.key("alice", in: "keys", world.keys.alice.armored), at: aliceAt)
                },
                body: { server, house in
                    try await house.waitUntilReady()
                    server.setDown(true)
                    #expect(try await house.ask(Review(.pod, "open.test/app:1.0")).decision == .admitted)
                    let answer = try await house.ask(Review(.pod, world.name("signed:1.0")))
                    #expect(answer.decision == .undecided)
                    #expect(
                        answer.message.contains(#"secret "alice" in "keys" could not be read: "#), "\(answer.message)")
                    #expect(try await house.page("/readyz").status == 200)
                    try await house.process.wait(forLog: "no news of policies")
                    server.setDown(false)
                    server.put(entries: ["other.test/*": "{}"], as: "default")
                    try await house.ask(Review(.pod, "open.test/app:1.0")) { $0.decision == .refused }
                })
        }

        @Test("A key that Ostiary may not read in its own namespace is not taken from the workload's")
        func forbiddenKey() async throws {
            let app = "\(world.registry.address)/app/*"
            try await withCluster(
                before: { server in
                    let policy = Manifest.simple(store: world.store.url, Manifest.signedBy("mallory"))
                    server.put(entries: [app: policy], as: "default")
                    server.put(
                        Manifest.key("mallory", in: "team", world.keys.mallory.armored),
                        at: "/api/v1/namespaces/team/secrets/mallory")
                    for _ in 0..<3 {
                        server.misbehave(at: "/api/v1/namespaces/portieris/secrets/mallory", .status(403, "Forbidden"))
                    }
                },
                body: { server, house in
                    try await house.waitUntilReady()
                    let answer = try await house.ask(Review(.pod, world.name("forged:1.0")))
                    #expect(
                        answer.decision == .undecided && answer.message.contains("403 Forbidden"), "\(answer.message)")
                })
        }

        @Test("The status of a policy says whether it can be used, and is only written where it is wanted")
        func status() async throws {
            let path = "/apis/portieris.cloud.ibm.com/v1/clusterimagepolicies/default/status"
            for writes in [true, false] {
                try await withCluster(
                    before: { $0.put(entries: ["open.test/*": #"{"unknown":1}"#], as: "default") },
                    options: ["--write-status", "\(writes)"],
                    body: { server, house in
                        try await house.waitUntilReady()
                        let answer = try await house.ask(Review(.pod, "open.test/app:1.0"))
                        #expect(answer.decision == .undecided && answer.message.contains("unknown field"))
                        guard writes else {
                            #expect(server.requests.allSatisfy { $0.method == "GET" })
                            return
                        }
                        while !server.requests.contains(where: { $0.path == path }) {
                            try await Task.sleep(for: .milliseconds(5))
                        }
                        let patch = server.requests.first { $0.path == path }
                        let text = String(decoding: patch?.body ?? [], as: UTF8.self)
                        #expect(text.contains(#""reason":"EntriesUnusable""#), "\(text)")
                        let lease = "/apis/coordination.k8s.io/v1/namespaces/portieris/leases"
                        #expect(server.requests.contains { $0.method == "POST" && $0.path == lease })
                    })
            }
        }

        @Test("A kubeconfig that is not in order ends the start, with file and field")
        func badKubeconfig() async throws {
            let folder = try TemporaryFolder()
            let server = try FakeAPIServer(reactor: Network.reactor.get())
            let good = Cluster.kubeconfig(
                server.url, authority: world.identity.authority.authority, user: "token: t0")
            for (text, reason) in [
                (good.replacing("server: http", with: "server: ftp"), "clusters[0].cluster.server: not a usable URL"),
                (good.replacing("cluster: test, ", with: ""), "contexts[0].context.cluster: required"),
                (
                    good.replacing("token: t0", with: "client-key-data: '*'"),
                    "users[0].user.client-key-data: the value is not"
                ),
                (good.replacing(".pem", with: ".none"), "ca.none: No such file"),
                ("a: [", "line"), ("", "no such file, or an empty one"),
            ] {
                let path = try folder.write(text, to: "kubeconfig")
                let output = try await RealProgram.run([
                    "serve", "--listen", "127.0.0.1:0", "--health-listen", "127.0.0.1:0", "--kubeconfig", path,
                    "--tls-cert", world.identity.pair.certificate, "--tls-key", world.identity.pair.key,
                ])
                #expect(output.exitCode == 2)
                #expect(output.errorText.contains(reason), "\(output.errorText)")
                #expect(!output.errorText.contains("t0"))
            }
        }
    }
}
