import Foundation
import HTTP
import Primitives
import Registry
import Support
import Testing

/// What Debian's docker-registry and nginx really answer, over the real client.
@Suite(.timeLimit(.minutes(2))) struct LiveRegistryTests {
    @Test("A pushed manifest is read by tag and by digest, over plain HTTP where that is allowed")
    func reads() async throws {
        let registry = try await DockerRegistry.start(pair: nil)
        let image = try await OCIImage(text: "hello")
        try await push(image, as: "demo/app:1.0", to: registry)

        for name in ["demo/app:1.0", "demo/app@\(image.digest)", "demo/app:other@\(image.digest)"] {
            let manifest = try await manifest(name, of: registry)
            #expect(manifest.digest.description == image.digest)
            #expect(manifest.body == image.manifest)
            #expect(manifest.mediaType == "application/vnd.oci.image.manifest.v1+json")
        }
    }

    @Test("What the registry does not have is not found", arguments: ["demo/app:2.0", "other/app:1.0"])
    func missing(_ name: String) async throws {
        let registry = try await DockerRegistry.start(pair: nil)
        try await push(try await OCIImage(text: "hello"), as: "demo/app:1.0", to: registry)
        let error = await #expect(throws: RegistryError.self) { try await manifest(name, of: registry) }
        guard case .notFound = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("A registry that asks for a password is read with the right one only")
    func password() async throws {
        let account = DockerRegistry.Account(username: "puller", password: "correct horse")
        let registry = try await DockerRegistry.start(pair: nil, account: account)
        let image = try await OCIImage(text: "hello")
        try await push(image, as: "demo/app:1.0", to: registry)
        let wrong = try credential("puller", "hunter2")
        let right = try credential("puller", "correct horse")

        let manifest = try await manifest("demo/app:1.0", of: registry, [wrong, right])
        #expect(manifest.digest.description == image.digest)
        for credentials in [[], [wrong]] {
            let error = await #expect(throws: RegistryError.self) {
                try await self.manifest("demo/app:1.0", of: registry, credentials)
            }
            guard case .unauthorised(_, _, credentials.count) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    @Test("A registry behind a token service is read with tokens that it checks for real")
    func token() async throws {
        let authority = try await CertificateFactory()
        let registry = try await TokenGuardedRegistry.start(authority: authority)
        let image = try await OCIImage(text: "hello")
        for name in ["app", "public"] {
            try await registry.push(image, as: "demo/\(name):1.0", trusting: authority)
        }
        let client = RegistryClient(exchange: try LiveNetwork(trusting: authority))
        let password = try credential(TokenIssuer.username, TokenIssuer.password)
        let identity = try #require(Credential(identityToken: Secret(TokenIssuer.identityToken)))
        let wrong = [try credential("puller", "x"), try #require(Credential(identityToken: Secret("x")))]

        func read(_ name: String, _ credentials: [Credential]) async throws -> ImageDigest {
            let reference = try ImageReference(parsing: "\(registry.address)/demo/\(name):1.0")
            return try await client.manifest(for: reference, credentials: credentials, by: .after(.seconds(20))).digest
        }
        for (name, credentials) in [
            ("public", []), ("public", wrong), ("app", [password]), ("app", [identity]), ("app", wrong + [identity]),
        ] {
            #expect(try await read(name, credentials).description == image.digest)
        }
        // What is warm needs no other token.
        let before = registry.issuer.questions
        for credentials in [[password], [identity]] {
            #expect(try await read("app", credentials).description == image.digest)
        }
        #expect(registry.issuer.questions == before)

        for credentials in [[], wrong] {
            let error = await #expect(throws: RegistryError.self) { try await read("app", credentials) }
            guard case .unauthorised(_, _, credentials.count) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    @Test("A registry that is gone is named, not mistaken for one without the image")
    func gone() async throws {
        let registry = try await DockerRegistry.start(pair: nil)
        registry.end()
        let error = await #expect(throws: RegistryError.self) { try await manifest("demo/app:1.0", of: registry) }
        guard case .unreachable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.description.hasPrefix("registry \(registry.address) could not be asked: ") == true)
    }

    @Test(
        "A certificate that proves nothing is no answer, and the text says what is wrong with it",
        arguments: [("127.0.0.1", false, "stranger"), ("127.0.0.2", true, "127.0.0.2")])
    func untrusted(_ name: String, _ isTrusted: Bool, _ clue: String) async throws {
        let authority = try await CertificateFactory(commonName: "stranger")
        let registry = try await DockerRegistry.start(pair: authority.issue(for: [name]))
        let client = RegistryClient(exchange: try LiveNetwork(trusting: isTrusted ? authority : nil))
        let reference = try ImageReference(parsing: "\(registry.address)/demo/app:1.0")
        let error = await #expect(throws: RegistryError.self) {
            try await client.manifest(for: reference, credentials: [], by: .after(.seconds(20)))
        }
        guard case .unreachable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.description.contains(clue) == true)
    }

    private func manifest(
        _ name: String, of registry: DockerRegistry, _ credentials: [Credential] = []
    ) async throws -> Manifest {
        let exchange = try LiveNetwork(insecure: [registry.address])
        return try await RegistryClient(exchange: exchange, insecure: InsecureRegistries([registry.address]))
            .manifest(
                for: ImageReference(parsing: "\(registry.address)/\(name)"), credentials: credentials,
                by: .after(.seconds(20)))
    }

    /// Pushes over plain HTTP.
    private func push(_ image: OCIImage, as name: String, to registry: DockerRegistry) async throws {
        let account = registry.account.map { ["--dest-creds", "\($0.username):\($0.password)"] } ?? []
        try await CommandLineTool("skopeo", debianPackage: "skopeo").run(
            ["--insecure-policy", "copy", "--quiet", "--dest-tls-verify=false"] + account
                + [image.skopeoName, "docker://\(registry.address)/\(name)"])
    }
}

/// A lookaside store as nginx serves it.
@Suite(.timeLimit(.minutes(2))) struct LiveSignatureStoreTests {
    @Test("Signatures are read up to the first that is missing; a broken store is an error")
    func reads() async throws {
        let authority = try await CertificateFactory()
        let pair = try await authority.issue(for: ["127.0.0.1"])
        let rules = "location /sigs/broken { return 500; } location /sigs/forbidden { return 403; }"
        let server = try await SignatureStoreServer.start(pair: pair, rules: rules)
        let digest = ImageDigest.sha256(of: [1])
        for number in [1, 2, 4] {
            try store([UInt8(number)], "demo/app@sha256=\(digest.hex)/signature-\(number)", in: server)
        }

        let store = SignatureStore(exchange: try LiveNetwork(trusting: authority))
        func signatures(_ repository: String) async throws -> [[UInt8]] {
            try await store.signatures(
                for: digest, of: ImageReference(parsing: "e.com/\(repository)"), in: .server(URL(parsing: server.url)),
                by: .after(.seconds(20)))
        }
        #expect(try await signatures("demo/app") == [[1], [2]])
        #expect(try await signatures("demo/unsigned") == [])
        for repository in ["broken", "forbidden"] {
            await #expect(throws: RegistryError.self) { try await signatures(repository) }
        }
        server.end()
        await #expect(throws: RegistryError.self) { try await signatures("demo/app") }
    }

    private func store(_ bytes: [UInt8], _ name: String, in server: SignatureStoreServer) throws {
        let file = URL(fileURLWithPath: "\(server.staging)/\(name)")
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }
}
