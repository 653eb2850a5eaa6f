import Support
import Testing

extension RealProgram {
    /// A network in which only the proxy finds anybody: a registry, a token service, a signature store and a mirror by
    /// names that no resolver knows, behind tinyproxy with a password.
    @Suite("Names behind a proxy", .timeLimit(.minutes(5)))
    struct ProxiedNamesTests {
        private static let tag = "registry.ostiary.test/app/named:1.0"

        let world: World
        private let registry: DockerRegistry
        private let store: SignatureStoreServer
        private let names: NameProxy
        private let proxy: TinyProxy
        private let digest: String

        init() async throws {
            world = try World.current
            let authority = world.identity.authority
            let pair = try await authority.issue(for: ["127.0.0.1", "192.0.2.10", "*.ostiary.test"])
            registry = try await DockerRegistry.start(pair: pair)
            store = try await SignatureStoreServer.start(pair: pair, rules: Self.tokenRules + FaultyPeers.rules)
            let skopeo = try Skopeo(registry: registry, authority: authority.authority, staging: store.staging)
            let image = try await OCIImage(text: "named")
            let alice = world.keys.signature(by: world.keys.alice, as: Self.tag)
            try await skopeo.push(image, as: "app/named:1.0", signature: alice)
            digest = image.digest
            let (images, files) = (try Self.port(of: registry.address), try Self.port(of: store.url))
            names = try NameProxy([
                "registry.ostiary.test:443": images, "192.0.2.10:5000": images, "mirror.ostiary.test:443": images,
                "sigs.ostiary.test:443": files, "guarded.ostiary.test:443": files, "auth.ostiary.test:443": files,
            ])
            proxy = try await TinyProxy.start(account: "puller \(Planted.proxyPassword)", next: names.address)
        }

        /// A registry whose token service is another host.
        private static let tokenRules = """
            location /v2/faulty/guarded/ {
                default_type application/vnd.oci.image.manifest.v1+json;
                if ($http_authorization = "Bearer \(Planted.token)") { return 200 '\(FaultyPeers.manifest)'; }
                add_header WWW-Authenticate 'Bearer realm="https://auth.ostiary.test/token",service="tests"' always;
                return 401;
            }

            """

        private static func port(of address: String) throws -> UInt16 {
            let authority = address.split(separator: "/").first { $0.contains("127.0.0.1") } ?? ""
            return try #require(authority.split(separator: ":").last.flatMap { UInt16($0) })
        }

        /// A webhook behind the proxy.
        private func house(
            exceptions: String = "", password: String = Planted.proxyPassword, front: TLSFront? = nil,
            options: [String] = []
        ) async throws -> House {
            let place = front.map { ("https", $0.address) } ?? ("http", proxy.address)
            let identity = #"{"type":"matchExactReference","dockerReference":"\#(Self.tag)"}"#
            let signed = Manifest.simple(
                store: "https://sigs.ostiary.test/sigs", Manifest.signedBy("alice", in: "keys", identity: identity))
            let lasting = #"{"onUnavailable":"lastGood","maxAge":"1h",\#(signed.dropFirst())"#
            return try await world.house(
                [
                    Manifest.cluster([
                        "guarded.ostiary.test/*": Manifest.simple(Manifest.anything), "*/app/named*": lasting,
                    ]),
                    Manifest.key("alice", in: "keys", world.keys.alice.armored),
                ],
                options: options,
                environment: [
                    "HTTPS_PROXY": "\(place.0)://puller:\(password)@\(place.1)", "NO_PROXY": exceptions,
                ])
        }

        @Test("Registry, store, token service and mirror are asked by name, each by its own CONNECT with the password")
        func all() async throws {
            let folder = try TemporaryFolder()
            try folder.write("[host.\"https://mirror.ostiary.test\"]", to: "registry.invalid/hosts.toml")
            let house = try await house(options: ["--registry-mirrors-dir", folder.path])
            let answer = try await house.ask(Review(.pod, Self.tag))
            #expect(answer.decision == .admitted, "\(answer.message)")
            #expect(names.requests.contains("registry.ostiary.test:443"))
            #expect(names.requests.contains("sigs.ostiary.test:443"))
            let guarded = try await house.ask(Review(.pod, "guarded.ostiary.test/faulty/guarded/app:1"))
            #expect(guarded.decision == .admitted, "\(guarded.message)")
            #expect(names.requests.contains("auth.ostiary.test:443"))
            let mirrored = try await house.ask(Review(.pod, "registry.invalid/app/named:1.0"))
            #expect(mirrored.decision == .admitted, "\(mirrored.message)")
            #expect(names.requests.contains("mirror.ostiary.test:443"))
            #expect(!names.requests.contains("registry.invalid:443"))
            #expect(proxy.requests.allSatisfy { $0.hasPrefix("CONNECT ") && $0.contains(".ostiary.test:443 ") })
        }

        @Test("So they are through a proxy that speaks TLS itself, which --ca proves")
        func secureProxy() async throws {
            let front = try await TLSFront.start(before: proxy.address, pair: world.identity.pair)
            let answer = try await house(front: front).ask(Review(.pod, Self.tag))
            #expect(answer.decision == .admitted, "\(answer.message)")
            #expect(Set(names.requests) == ["registry.ostiary.test:443", "sigs.ostiary.test:443"])
        }

        @Test(
            "NO_PROXY sends past the proxy by suffix, name with port, and range; the rest goes through it",
            arguments: [
                ("", Self.tag, true), ("example.com,.example.org", Self.tag, true), ("ostiary.test", Self.tag, false),
                (".ostiary.test", Self.tag, false), ("*.ostiary.test", Self.tag, false),
                ("iary.test,other.ostiary.test", Self.tag, true), ("registry.ostiary.test:5000", Self.tag, true),
                ("registry.ostiary.test:443", Self.tag, false), ("*", Self.tag, false),
                ("192.0.2.0/24", "192.0.2.10:5000/app/named:1.0", false),
                ("10.0.0.0/8,192.0.2.0/29", "192.0.2.10:5000/app/named:1.0", true),
                ("192.0.2.10:443", "192.0.2.10:5000/app/named:1.0", true),
                ("192.0.2.10:5000", "192.0.2.10:5000/app/named:1.0", false),
            ])
        func exceptions(_ exceptions: String, image: String, isProxied: Bool) async throws {
            let host = image.prefix { $0 != "/" }
            let target = host.contains(":") ? String(host) : "\(host):443"
            // The store is behind the proxy in any case, which only matters once the registry has answered.
            let house = try await house(exceptions: exceptions)
            let answer = try await house.ask(Review(.pod, image), at: "/admit?timeout=5s")
            #expect((answer.decision == .undecided) != isProxied, "\(answer.message)")
            #expect(names.requests.contains(target) == isProxied, "\(names.requests)")
            #expect(proxy.requests.contains { $0.hasPrefix("CONNECT \(target) ") } == isProxied, "\(proxy.requests)")
        }

        @Test("A proxy that wants another password is told, and is no outage; one that is gone is")
        func outage() async throws {
            let pinned = "registry.ostiary.test/app/named@\(digest)"
            let refused = try await house(password: "another").ask(Review(.pod, pinned))
            #expect(refused.decision == .undecided)
            #expect(refused.message.contains("it wants another user name and password (40"))
            #expect(names.requests.isEmpty)

            let house = try await house(options: ["--fact-ttl", "0"])
            #expect(try await house.ask(Review(.pod, pinned)).decision == .admitted)
            proxy.end()
            let answer = try await house.ask(Review(.pod, pinned))
            #expect(answer.decision == .admitted, "\(answer.message)")
            #expect(answer.warnings.contains { $0.hasPrefix("admitted by what was known before: ") })
        }
    }
}
