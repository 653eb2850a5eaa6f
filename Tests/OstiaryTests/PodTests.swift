import Support
import Testing
import Transport

extension RealProgram {
    /// The program without a kubeconfig, at the place where the kubelet puts a pod's credentials.
    @Suite("serve, as a pod", .timeLimit(.minutes(3)))
    struct PodTests {
        /// As the kubelet mounts it.
        private struct Account {
            let files: MountedSecret
            var token = "t0"
            var authority: CertificateFactory

            init(_ authority: CertificateFactory) throws {
                self.authority = authority
                files = try MountedSecret(try Self.contents(token, authority))
            }

            func renew() throws { try files.replace(with: Self.contents(token, authority)) }

            private static func contents(_ token: String, _ authority: CertificateFactory) throws -> [String: [UInt8]] {
                [
                    "token": Array(token.utf8), "ca.crt": try TemporaryFolder.read(path: authority.authority),
                    "namespace": Array("ostiary".utf8),
                ]
            }
        }

        let world: World

        init() throws {
            world = try World.current
        }

        private static func serving(_ authority: CertificateFactory) async throws -> TLSContext {
            try Network.serving(try await authority.issue(for: ["127.0.0.1"]))
        }

        /// Sees a change of the policies come, and with which token.
        private func follow(_ pattern: String, _ token: String, _ server: FakeAPIServer, _ house: House) async throws {
            server.put(entries: ["\(pattern)/*": "{}"], as: "changed")
            try await house.ask(Review(.pod, "\(pattern)/app:1.0")) { $0.decision == .admitted }
            #expect(server.requests.contains { $0.headers["authorization"] == "Bearer \(token)" })
        }

        @Test("It reads token, roots, namespace and address by itself, is ready, decides, and follows token and roots")
        func pod() async throws {
            let (first, second) = try await (CertificateFactory(), CertificateFactory(commonName: "Next authority"))
            var account = try Account(first)
            let server = try FakeAPIServer(reactor: Network.reactor.get(), tls: await Self.serving(first))
            server.accept(token: "t0")
            server.put(
                entries: ["*/app/*": Manifest.simple(store: world.store.url, Manifest.signedBy("alice"))], as: "default"
            )
            server.put(
                Manifest.key("alice", in: "ostiary", world.keys.alice.armored),
                at: "/api/v1/namespaces/ostiary/secrets/alice")
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await server.serve() }
                defer { group.cancelAll() }
                let house = try await House.start(
                    as: world.identity, account: account.files, apiServer: server.authority,
                    options: ["--allow-address", "127.0.0.0/8"])
                try await house.waitUntilReady()
                #expect(try await house.ask(Review(.pod, world.name("signed:1.0"))).decision == .admitted)
                #expect(try await house.ask(Review(.pod, world.name("unsigned:1.0"))).decision == .refused)
                try await follow("one.test", "t0", server, house)

                account.token = "t1"
                try account.renew()
                server.accept(token: "t1")
                server.breakStreams()
                try await follow("two.test", "t1", server, house)

                server.present(try await Self.serving(second))
                server.breakStreams()
                try await house.process.wait(forLog: "issued by CN=Next authority")
                #expect(try await house.ask(Review(.pod, "two.test/app:1.0")).decision == .admitted)
                account.authority = second
                try account.renew()
                try await follow("three.test", "t1", server, house)
                #expect(server.requests.contains { $0.path.hasSuffix("/namespaces/ostiary/leases/ostiary") })
                try await house.waitForNews()
            }
        }

        @Test("Without the kubelet's folder it does not start, and says which file it wants")
        func noAccount() async throws {
            let empty = try MountedSecret([:])
            let error = await #expect(throws: ToolError.self) {
                try await House.start(as: world.identity, account: empty, apiServer: "127.0.0.1:1")
            }
            let text = "\(String(describing: error))"
            #expect(text.contains("/var/run/secrets/kubernetes.io/serviceaccount/ca.crt"), "\(text)")
        }
    }
}
