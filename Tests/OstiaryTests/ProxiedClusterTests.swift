import Support
import Testing

extension RealProgram {
    /// The program in a cluster whose kubeconfig names a proxy.
    @Suite("serve, with a proxy before the API server", .timeLimit(.minutes(3)))
    struct ProxiedClusterTests {
        private static let account = "puller:\(Planted.proxyPassword)@"

        let world: World

        init() throws {
            world = try World.current
        }

        /// Runs a webhook behind a proxy, and sees a policy come and change.
        private func follow(_ proxy: String) async throws {
            try await Cluster.run(as: world.identity, proxy: proxy) { server in
                server.put(entries: ["open.test/*": "{}"], as: "default")
            } body: { cluster in
                let house = try await cluster.house()
                let review = Review(.pod, "open.test/app:1.0")
                #expect(try await house.ask(review).decision == .admitted)
                cluster.server.put(entries: ["other.test/*": "{}"], as: "default")
                try await house.ask(review) { $0.decision == .refused }
                #expect(!house.process.log.contains(Planted.proxyPassword))
            }
        }

        @Test("http:// proxies lead to it")
        func http() async throws {
            let proxy = try await TinyProxy.start(account: "puller \(Planted.proxyPassword)")
            try await follow("http://\(Self.account)\(proxy.address)")
            #expect(proxy.requests.allSatisfy { $0.hasPrefix("CONNECT ") } && proxy.requests.count > 1)
        }

        @Test("https:// proxies lead to it, through TLS inside of TLS")
        func https() async throws {
            let proxy = try await TinyProxy.start(account: "puller \(Planted.proxyPassword)")
            let front = try await TLSFront.start(before: proxy.address, pair: world.identity.pair)
            try await follow("https://\(Self.account)\(front.address)")
            #expect(proxy.requests.allSatisfy { $0.hasPrefix("CONNECT ") } && proxy.requests.count > 1)
        }

        @Test("socks5:// proxies lead to it", arguments: ["socks5", "socks5h"])
        func socks(scheme: String) async throws {
            let proxy = try await MicroSocks.start(account: (name: "puller", password: Planted.proxyPassword))
            try await follow("\(scheme)://\(Self.account)\(proxy.address)")
            #expect(proxy.targets.count > 1)
        }

        @Test("One that wants another password is named, with what to do")
        func refused() async throws {
            let proxy = try await MicroSocks.start(account: (name: "puller", password: "another"))
            let url = "socks5://\(Self.account)\(proxy.address)"
            try await Cluster.run(as: world.identity, proxy: url) { cluster in
                let house = try await cluster.startHouse()
                try await house.process.wait(forLog: "it wants another user name and password; give them as socks5://")
                #expect(house.process.log.contains("the proxy \(proxy.address) does not lead to"))
                #expect(try await house.page("/readyz").status == 503)
                #expect(!house.process.log.contains(Planted.proxyPassword))
            }
        }
    }
}
