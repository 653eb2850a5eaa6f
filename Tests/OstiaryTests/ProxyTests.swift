import Support
import Testing

extension RealProgram {
    /// The program behind a proxy that its environment names.
    @Suite("Proxies", .timeLimit(.minutes(3)))
    struct ProxyTests {
        let world: World
        private let policies: TemporaryFolder

        init() throws {
            world = try World.current
            policies = try TemporaryFolder()
            try policies.write(Manifest.cluster(["*": Manifest.simple(Manifest.anything)]), to: "policy.json")
        }

        private func verify(_ image: String, _ environment: [String: String]) async throws -> CommandLineTool.Output {
            try await RealProgram.run(
                ["verify", image, "--policies", policies.path, "--ca", world.identity.authority.authority],
                environment: environment)
        }

        @Test("HTTPS_PROXY leads to registries by name, in either case, with a password that is nowhere repeated")
        func named() async throws {
            let proxy = try await TinyProxy.start(account: "puller \(Planted.proxyPassword)")
            for name in ["HTTPS_PROXY", "https_proxy"] {
                let output = try await verify(
                    "registry.invalid/app:1", [name: "http://puller:\(Planted.proxyPassword)@\(proxy.address)"])
                #expect(output.exitCode == 2)
                #expect(
                    output.text.contains(
                        "the proxy \(proxy.address) does not lead to registry.invalid:443: it answered"),
                    "\(output.text)")
                #expect(!output.text.contains(Planted.proxyPassword))
            }
            #expect(proxy.requests == Array(repeating: "CONNECT registry.invalid:443 HTTP/1.1", count: 2))
        }

        @Test("A proxy may speak TLS, believed by --ca, or SOCKS, and is asked by name")
        func kinds() async throws {
            let (proxy, socks) = (try await TinyProxy.start(), try await MicroSocks.start())
            let front = try await TLSFront.start(before: proxy.address, pair: world.identity.pair)
            let kinds = [
                ("https://\(front.address)", front.address, "it answered 500"),
                ("socks5://\(socks.address)", socks.address, "it answered that it failed"),
            ]
            for (url, address, problem) in kinds {
                let output = try await verify("registry.invalid/app:1", ["HTTPS_PROXY": url])
                #expect(output.exitCode == 2)
                #expect(
                    output.text.contains("the proxy \(address) does not lead to registry.invalid:443: \(problem)"),
                    "\(output.text)")
            }
            #expect(proxy.requests == ["CONNECT registry.invalid:443 HTTP/1.1"])
        }

        @Test("NO_PROXY and loopback addresses are asked directly")
        func direct() async throws {
            let gone = "127.0.0.1:\(try LoopbackPort.free())"
            let excepted = try await verify(
                "registry.invalid/app:1", ["HTTPS_PROXY": gone, "no_proxy": "10.0.0.0/8,.invalid"])
            #expect(excepted.text.contains("host name registry.invalid could not be resolved"), "\(excepted.text)")
            let local = try await verify(world.name("signed:1.0"), ["HTTPS_PROXY": gone])
            #expect(local.exitCode == 0, "\(local.text)")
            let lost = try await verify("registry.invalid/app:1", ["HTTPS_PROXY": gone])
            #expect(lost.text.contains("the proxy \(gone) does not lead to registry.invalid:443"), "\(lost.text)")
        }

        @Test("What is no proxy is wrong usage", arguments: ["socks4://planted.test:1080", "http://u:planted@x y"])
        func usage(proxy: String) async throws {
            let output = try await verify("registry.invalid/app:1", ["HTTPS_PROXY": proxy])
            #expect(output.exitCode != 0)
            #expect(output.errorText.contains("HTTPS_PROXY or HTTP_PROXY is not the address of a proxy"))
            #expect(!output.errorText.contains("planted"))
        }
    }
}
