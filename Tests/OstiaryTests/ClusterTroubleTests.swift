import Foundation
import Support
import Testing

extension RealProgram {
    /// What can happen to the API server of a cluster, and what becomes of reviews meanwhile.
    @Suite("serve, while the API server is in trouble", .atMost(3), .timeLimit(.minutes(3)))
    struct ClusterTroubleTests {
        /// What happens, and ends again.
        enum Trouble: String, CaseIterable, Sendable {
            /// Connections are cut, and what happened meanwhile cannot be told any more.
            case restart
            /// Nothing is said any more, and nothing is closed.
            case silence
            /// Packets are dropped on the way, those that would open a connection among them.
            case droppedPackets
            /// Nothing arrives, and what was open has been given up by somebody in between.
            case droppedConnections
            case expiredToken
            case rotatedAuthority
            case takenRights
            case failingServer

            /// Whether the watches that are open learn of it.
            var isNoticed: Bool { ![.silence, .droppedPackets].contains(self) }
            /// Whether a Secret that was not read before can be read.
            var canReadSecrets: Bool { self == .takenRights || self == .failingServer }
        }

        let world: World

        init() throws {
            world = try World.current
        }

        /// The files of the kubeconfig, and the server that they are for.
        private struct Stage: Sendable {
            let folder: TemporaryFolder
            let server: FakeAPIServer
            let path: LossyPath
            let identity: Identity
            let stranger: CertificateFactory

            func begin(_ trouble: Trouble) async throws {
                switch trouble {
                case .restart: server.setDown(true)
                case .silence: server.setSilent(true)
                case .droppedPackets: path.setDropping(true)
                case .droppedConnections:
                    server.setSilent(true)
                    server.breakStreams()
                case .expiredToken:
                    server.accept(token: "t1")
                    server.breakStreams()
                case .rotatedAuthority:
                    server.present(try Network.serving(try await stranger.issue(for: ["127.0.0.1"])))
                    server.breakStreams()
                case .takenRights: misbehave(.status(403, "Forbidden"))
                case .failingServer: misbehave(.status(500, "InternalError"))
                }
            }

            /// For longer than the trouble lasts; it is healed before.
            private func misbehave(_ fault: FakeAPIServer.Fault) {
                for kind in FakeAPIServer.Kind.allCases {
                    for _ in 0..<100 { server.misbehave(at: kind.path, fault) }
                }
                server.breakStreams()
            }

            func end(_ trouble: Trouble) throws {
                switch trouble {
                case .restart:
                    server.forgetHistory()
                    server.setDown(false)
                case .silence, .droppedConnections: server.setSilent(false)
                case .droppedPackets: path.setDropping(false)
                case .expiredToken: try folder.write("t1", to: "token")
                case .rotatedAuthority:
                    try folder.write(TemporaryFolder.read(path: stranger.authority), to: "ca.pem")
                case .takenRights, .failingServer: server.heal()
                }
            }
        }

        private let known = Review(.pod, "open.test/app:1.0")
        private let unknown = Review(.pod, "other.test/app:1.0")

        @Test(
            "Reviews go on by the policies that were known, it says how old they are, and goes on by itself",
            arguments: Trouble.allCases)
        func trouble(_ trouble: Trouble) async throws {
            let folder = try TemporaryFolder()
            let token = try folder.write("t0", to: "token")
            let authority = try folder.write(
                TemporaryFolder.read(path: world.identity.authority.authority), to: "ca.pem")
            let stranger = try await CertificateFactory(commonName: "Authority of a stranger")
            try await Cluster.run(
                as: world.identity, authority: authority, user: "tokenFile: \(token)", isLossy: true, before: put
            ) { cluster in
                let (server, path) = (cluster.server, try #require(cluster.path))
                server.accept(token: "t0")
                let stage = Stage(
                    folder: folder, server: server, path: path, identity: world.identity, stranger: stranger)
                let house = try await cluster.house()
                let load = Load([known, unknown], tls: house.tls, pause: .milliseconds(20))
                try await load.run(kept: 2, fresh: 1, to: { house.process.webhook }) {
                    try await stage.begin(trouble)
                    server.put(entries: ["other.test/*": "{}"], as: "default")
                    try await expectAge(of: house, after: trouble)
                    try await expectSecret(trouble, house)
                }
                #expect(load.failures == [])
                let wrong = load.samples.filter { ($0.answer.decision == .admitted) != ($0.review == 0) }
                #expect(wrong.map(\.answer.text) == [])
                #expect(load.samples.count > 10)
                try stage.end(trouble)
                // What was changed meanwhile is seen, and nothing that was is left.
                try await house.ask(unknown) { $0.decision == .admitted }
                try await house.ask(known) { $0.decision == .refused }
                try await house.waitForNews()
            }
        }

        private func put(on server: FakeAPIServer) {
            let signed = Manifest.simple(store: world.store.url, Manifest.signedBy("alice", in: "keys"))
            server.put(entries: ["open.test/*": "{}", "\(world.registry.address)/app/*": signed], as: "default")
            server.put(
                Manifest.key("alice", in: "keys", world.keys.alice.armored),
                at: "/api/v1/namespaces/keys/secrets/alice")
        }

        /// Ready, and both the page and the metric, and where it is noticed the log, say how old the policies are.
        private func expectAge(of house: House, after trouble: Trouble) async throws {
            if trouble.isNoticed {
                // Up to the half minute that a connection may take.
                try await house.process.wait(forLog: "no news of policies", atMost: .seconds(90))
                #expect(
                    house.process.events.contains { $0["msg"] == "no news of policies" && $0["age_seconds"] != nil })
                let page = try await house.page("/readyz")
                #expect(page.status == 200 && page.text.contains("no news of ") && page.text.contains(" s: "))
            }
            while try await age(shownBy: house) < 2 { try await Task.sleep(for: .milliseconds(50)) }
            let page = try await house.page("/readyz")
            #expect(page.status == 200 && page.text.hasPrefix("ok"), "\(page.text)")
            #expect(try await house.page("/healthz").status == 200)
        }

        /// The least of both kinds.
        private func age(shownBy house: House) async throws -> Int {
            let text = try await house.page("/metrics").text
            return text.matches(of: /ostiary_policy_age_seconds\{kind="\w+"\} (-?\d+)/).compactMap { Int($0.1) }.min()
                ?? -1
        }

        /// What needs something that cannot be had now is undecided, within its own time.
        private func expectSecret(_ trouble: Trouble, _ house: House) async throws {
            let timeout = trouble.canReadSecrets ? "20s" : "3s"
            let answer = try await house.ask(Review(.pod, world.name("signed:1.0")), at: "/admit?timeout=\(timeout)")
            #expect(answer.status == 200)
            #expect(answer.decision == (trouble.canReadSecrets ? .admitted : .undecided), "\(answer.text)")
        }

        // MARK: Slow answers

        @Test("A slow answer about one object holds up only the reviews that need it, and is asked for once")
        func slowObject() async throws {
            let secret = "/api/v1/namespaces/keys/secrets/alice"
            try await Cluster.run(as: world.identity, before: put) { cluster in
                let house = try await cluster.house()
                let start = ContinuousClock.now
                cluster.server.hold(at: secret)
                let signed = Review(.pod, world.name("signed:1.0"))
                async let first = house.ask(signed)
                async let second = house.ask(signed)
                while !cluster.server.requests.contains(where: { $0.path == secret }) {
                    try await Task.sleep(for: .milliseconds(5))
                }
                for _ in 0..<20 { #expect(try await house.ask(known).decision == .admitted) }
                cluster.server.release(at: secret)
                #expect(try await [first, second].map(\.decision) == [.admitted, .admitted])
                // Once more for each five seconds, which may have been too long for a connection that is dead.
                let most = 1 + (ContinuousClock.now - start).components.seconds / 5
                #expect(cluster.server.requests.count { $0.path == secret } <= most)
            }
        }

        @Test("Until a slow list has come it is not ready, and reviews are sent back to be asked again")
        func slowList() async throws {
            let path = FakeAPIServer.Kind.imagePolicy.path
            try await Cluster.run(
                as: world.identity,
                before: { server in
                    put(on: server)
                    server.hold(at: path)
                },
                body: { cluster in
                    let house = try await cluster.startHouse()
                    while !cluster.server.requests.contains(where: { $0.path == path }) {
                        try await Task.sleep(for: .milliseconds(5))
                    }
                    #expect(try await house.page("/readyz").status == 503)
                    #expect(try await house.page("/healthz").status == 200)
                    #expect(try await house.ask(known).status == 503)
                    cluster.server.release(at: path)
                    try await house.waitUntilReady()
                    #expect(try await house.ask(known).decision == .admitted)
                })
        }
    }
}
