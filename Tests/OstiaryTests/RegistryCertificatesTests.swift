import Support
import Testing

extension RealProgram {
    /// A registry that believes and is believed by certificates of its own: `--registry-certs-dir`.
    @Suite("Certificates of registries", .timeLimit(.minutes(3)))
    struct RegistryCertificatesTests {
        let world: World
        private let folder: TemporaryFolder

        init() throws {
            world = try World.current
            folder = try TemporaryFolder()
        }

        /// nginx in front of the open registry, which demands certificates of an authority.
        private func front(pair: CertifiedKey, clients: CertificateFactory) async throws -> SignatureStoreServer {
            let rules = """
                ssl_client_certificate \(clients.authority);
                ssl_verify_client on;
                location /v2/ { proxy_pass https://\(world.registry.address); }
                """
            return try await SignatureStoreServer.start(pair: pair, rules: rules)
        }

        private func put(_ source: String, at name: String) throws {
            try folder.write(TemporaryFolder.read(path: source), to: name)
        }

        private func verify(_ image: String) async throws -> CommandLineTool.Output {
            let policy = Manifest.cluster(["*": Manifest.simple(Manifest.anything)])
            let file = try folder.write(policy, to: "policy.json")
            try folder.makeFolder("certs.d")
            return try await RealProgram.run([
                "verify", image, "--policies", file, "--registry-certs-dir", folder.path(of: "certs.d"),
            ])
        }

        @Test("Its roots and the certificate that it demands come from its folder")
        func own() async throws {
            let servers = try await CertificateFactory(commonName: "Authority of one registry")
            let clients = try await CertificateFactory(commonName: "Authority of its clients")
            let client = try await clients.issue(for: [], commonName: "ostiary")
            let front = try await front(pair: servers.issue(for: ["127.0.0.1"]), clients: clients)
            let address = String(front.url.dropFirst("https://".count).prefix { $0 != "/" })
            let image = "\(address)/app/signed:1.0"

            let unknown = try await verify(image)
            #expect(unknown.exitCode == 2)
            #expect(
                unknown.text.contains("no certificate of CN=Authority of one registry is trusted"), "\(unknown.text)")

            try put(servers.authority, at: "certs.d/\(address)/ca.crt")
            let unproven = try await verify(image)
            #expect(unproven.exitCode == 2)
            #expect(unproven.text.contains("400"), "\(unproven.text)")

            try put(client.certificate, at: "certs.d/\(address)/client.cert")
            let keyless = try await verify(image)
            #expect(keyless.exitCode == 2)
            #expect(keyless.errorText.contains("its private key client.key is missing"), "\(keyless.errorText)")

            try put(client.key, at: "certs.d/\(address)/client.key")
            let proven = try await verify(image)
            #expect(proven.exitCode == 0, "\(proven.text) \(proven.errorText)")
        }

        @Test("While the folder of one host is broken the others are renewed; log and metrics name the file")
        func broken() async throws {
            let servers = try await CertificateFactory(commonName: "Authority of some registries")
            var addresses: [String] = []
            var peers: [SignatureStoreServer] = []
            for _ in 0..<3 {
                let peer = try await SignatureStoreServer.start(pair: servers.issue(for: ["127.0.0.1"]))
                addresses.append(String(peer.url.dropFirst("https://".count).prefix { $0 != "/" }))
                peers.append(peer)
            }
            try put(servers.authority, at: "certs.d/\(addresses[0])/ca.crt")
            let house = try await world.house(
                [Manifest.cluster(["127.0.0.1:*/*": Manifest.simple(Manifest.anything)])],
                options: ["--registry-certs-dir", folder.path(of: "certs.d")])
            func message(_ place: Int) async throws -> String {
                try await house.ask(Review(.pod, "\(addresses[place])/app:1")).message
            }
            #expect(try await message(0).contains("has no manifest for"))
            for place in [1, 2] { #expect(try await message(place).contains("is not trusted")) }

            let files = [0, 1].map { folder.path(of: "certs.d/\(addresses[$0])/ca.crt") }
            for place in [0, 1] { try folder.write("x", to: "certs.d/\(addresses[place])/ca.crt") }
            try put(servers.authority, at: "certs.d/\(addresses[2])/ca.crt")
            for file in files { try await house.process.wait(forLog: "\"file\":\"\(file)\"", atMost: .seconds(40)) }
            for place in [0, 2] {
                let text = try await message(place)
                #expect(text.contains("has no manifest for"), "\(text)")
            }
            let refused = try await message(1)
            #expect(refused.contains("the certificates for \(addresses[1]) are broken; the log names the file"))
            let page = try await house.page("/metrics").text
            for file in files { #expect(page.contains("\nostiary_unusable_files{file=\"\(file)\"} 1\n"), "\(page)") }
            withExtendedLifetime(peers) {}
        }
    }
}
