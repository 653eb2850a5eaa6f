import Cluster
import Foundation
import HTTP
import Primitives
import Support
import Testing
import Transport

/// Runs a server while `body` does.
func withServer(
    tls: TLSContext? = nil, body: @Sendable (FakeAPIServer) async throws -> Void
) async throws {
    let server = try FakeAPIServer(reactor: Loopback.reactor.get(), tls: tls)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await server.serve() }
        defer { group.cancelAll() }
        try await body(server)
    }
}

private var soon: Deadline { .after(.seconds(60)) }

@Suite(.timeLimit(.minutes(2))) struct KubernetesClientTests {
    @Test("A server behind a path is asked below it, as whom the configuration says")
    func prefixAndImpersonation() async throws {
        try await withServer { server in
            server.put(#"{"ok":true}"#, at: "/k8s/clusters/c-1/api/v1/x")
            let client = try Loopback.client(
                ClusterConfiguration(
                    server: HTTP.URL(parsing: server.url + "/k8s/clusters/c-1"),
                    impersonation: [("Impersonate-User", "jane"), ("Impersonate-Group", "a")]))
            #expect(try await client.get("/api/v1/x", limit: 100, by: soon)["ok"]?.boolean == true)
            #expect(server.requests.first?.headers["impersonate-user"] == "jane")
            #expect(server.requests.first?.headers["accept"] == "application/json")
            #expect(server.requests.first?.headers["authorization"] == nil)
        }
    }

    @Test("A token that is refused is read again, once")
    func renewedToken() async throws {
        try await withServer { server in
            let folder = try TemporaryFolder()
            let path = try folder.write("old\n", to: "token")
            server.put("{}", at: "/x")
            server.accept(token: "old")
            let client = try Loopback.client(of: server, credential: .tokenFile(path: path))
            _ = try await client.get("/x", limit: 100, by: soon)
            server.accept(token: "new")
            try folder.write("new\n", to: "token")
            _ = try await client.get("/x", limit: 100, by: soon)
            #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer old", "Bearer old", "Bearer new"])
            server.accept(token: "other")
            await #expect(throws: ClusterError.self) { _ = try await client.get("/x", limit: 100, by: soon) }
            #expect(server.requests.count == 5)
        }
    }

    @Test("A plugin is run again after its token was refused")
    func renewedPlugin() async throws {
        try await withServer { server in
            let folder = try TemporaryFolder()
            try folder.write("one", to: "token")
            let script = #"""
                printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' \
                  "$(cat \#(folder.path(of: "token")))"
                """#
            let path = try folder.write(script, to: "script")
            // A program that was just written may be open in a child of another test, and could not be run.
            try FileManager.default.createSymbolicLink(
                atPath: folder.path(of: "get"), withDestinationPath: "/bin/sh")
            let text = #"""
                {"current-context":"c","contexts":[{"name":"c","context":{"cluster":"c","user":"u"}}],
                "clusters":[{"name":"c","cluster":{"server":"SERVER"}}],
                "users":[{"name":"u","user":{"exec":{"apiVersion":"client.authentication.k8s.io/v1","command":"./get",
                "args":["SCRIPT"]}}}]}
                """#.replacing("SERVER", with: server.url).replacing("SCRIPT", with: path)
            let file = Kubeconfig.File(
                path: folder.path(of: "config"), root: try JSONDocument(parsing: Array(text.utf8)).root)
            let client = try Loopback.client(Kubeconfig([file]).configuration(context: nil))
            server.put("{}", at: "/x")
            server.accept(token: "one")
            _ = try await client.get("/x", limit: 100, by: soon)
            try folder.write("two", to: "token")
            server.accept(token: "two")
            _ = try await client.get("/x", limit: 100, by: soon)
            #expect(server.requests.count == 3)
        }
    }

    @Test(
        "What the server refuses is told in its words",
        arguments: [
            ("forbidden-403", 403), ("unauthorized-401", 401), ("get-secret-missing-404", 404),
            ("unknown-version-404", 404),
        ])
    func refusals(name: String, code: Int) async throws {
        try await withServer { server in
            server.misbehave(at: "/x", .raw(try Recorded.answer(name)), .raw(try Recorded.answer(name)))
            let client = try Loopback.client(of: server)
            let error = try await #require(throws: ClusterError.self) {
                _ = try await client.get("/x", limit: 1 << 20, by: soon)
            }
            guard case .refused(let status) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(status.code == code)
        }
    }

    @Test("What is no JSON, or too much of it, is no answer")
    func malformed() async throws {
        try await withServer { server in
            let client = try Loopback.client(of: server)
            server.put("<html>", at: "/html")
            await #expect(throws: ClusterError.self) { _ = try await client.get("/html", limit: 100, by: soon) }
            server.put(#"["0123456789"]"#, at: "/long")
            await #expect(throws: ClusterError.self) { _ = try await client.get("/long", limit: 10, by: soon) }
            server.put("{}", at: "/cut")
            server.misbehave(at: "/cut", .cutAfter(bytes: 1))
            await #expect(throws: ClusterError.self) { _ = try await client.get("/cut", limit: 100, by: soon) }
        }
    }

    @Test("A server that is too busy is asked again when it says, whatever is asked")
    func busy() async throws {
        try await withServer { server in
            server.put(#"{"ok":true}"#, at: "/x")
            let wait = [("Retry-After", "0")]
            server.misbehave(
                at: "/x", .status(429, "TooManyRequests", headers: wait), .status(503, "Unavailable", headers: wait))
            let client = try Loopback.client(of: server)
            #expect(try await client.get("/x", limit: 100, by: soon)["ok"]?.boolean == true)
            #expect(server.requests.count == 3)
            server.misbehave(at: "/y", .status(429, "TooManyRequests", headers: wait))
            try await client.send(
                .post, "/y", ["metadata": ["name": "z"]], as: "application/json", by: soon)
            #expect(server.requests.count == 5)
        }
    }

    @Test(
        "Who says that he is busy and not until when, or longer than there is time, or has another reason, is not asked"
    )
    func tooBusy() async throws {
        try await withServer { server in
            let client = try Loopback.client(of: server)
            for (code, headers) in [
                (429, []), (503, []), (429, [("Retry-After", "3000")]), (403, [("Retry-After", "0")]),
            ] {
                server.misbehave(at: "/x", .status(code, "No", headers: headers))
                let error = await #expect(throws: ClusterError.self) {
                    _ = try await client.get("/x", limit: 100, by: .after(.seconds(600)))
                }
                guard case .refused(let status)? = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(status.code == code)
            }
            #expect(server.requests.count == 4)
            for _ in 0...Limits.busyAnswers {
                server.misbehave(at: "/y", .status(503, "No", headers: [("Retry-After", "0")]))
            }
            await #expect(throws: ClusterError.self) { _ = try await client.get("/y", limit: 100, by: soon) }
            #expect(server.requests.count == 4 + 1 + Limits.busyAnswers)
        }
    }

    @Test("A page of a list is asked for once: who watches has a way of his own")
    func busyList() async throws {
        try await withServer { server in
            server.misbehave(at: "/x", .status(429, "TooManyRequests", headers: [("Retry-After", "0")]))
            let client = try Loopback.client(of: server)
            await #expect(throws: ClusterError.self) { _ = try await client.page("/x", [], limit: 100, by: soon) }
            #expect(server.requests.count == 1)
        }
    }

    @Test("An object for which nothing comes is asked for once more on another connection; a write is not")
    func silence() async throws {
        try await withServer { server in
            server.put(#"{"ok":true}"#, at: "/x")
            server.misbehave(at: "/x", .stall)
            let configuration = ClusterConfiguration(server: try HTTP.URL(parsing: server.url))
            let client = try Loopback.client(configuration, silence: .milliseconds(100))
            #expect(try await client.get("/x", limit: 100, by: soon)["ok"]?.boolean == true)
            #expect(server.requests.count == 2)
            server.misbehave(at: "/y", .stall)
            await #expect(throws: ClusterError.self) {
                try await client.send(
                    .post, "/y", ["metadata": ["name": "z"]], as: "application/json", by: .after(.milliseconds(200)))
            }
            #expect(server.requests.count == 3)
        }
    }

    @Test("With the first kept connection that proves to lead nowhere all are given up")
    func silentKeptConnections() async throws {
        let server = try FallingSilent(reactor: Loopback.reactor.get())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.serve() }
            defer { group.cancelAll() }
            let configuration = ClusterConfiguration(server: try HTTP.URL(parsing: "http://\(server.authority)"))
            let (quick, patient) = (
                try Loopback.client(configuration, silence: .milliseconds(100)), try Loopback.client(configuration)
            )
            async let first = quick.get("/x", limit: 100, by: soon)
            async let second = quick.get("/x", limit: 100, by: soon)
            _ = try await (first, second)
            let kept = server.connectionCount
            _ = try await quick.get("/x", limit: 100, by: soon)
            #expect(server.connectionCount > kept)
            // Without that the time runs out on a connection that was kept.
            _ = try await patient.get("/x", limit: 100, by: soon)
            await #expect(throws: ClusterError.self) {
                try await patient.send(.put, "/x", ["a": 1], as: "application/json", by: .after(.milliseconds(200)))
            }
            try await patient.send(.put, "/x", ["a": 1], as: "application/json", by: soon)
        }
    }

    @Test("A proxy that the configuration names is asked instead of the server")
    func proxy() async throws {
        try await withServer { proxy in
            proxy.put(#"{"ok":true}"#, at: "http://127.0.0.1:1/x")
            let client = try Loopback.client(
                ClusterConfiguration(
                    server: HTTP.URL(parsing: "http://127.0.0.1:1"), proxy: Proxy(parsing: "http://\(proxy.authority)"))
            )
            #expect(try await client.get("/x", limit: 100, by: soon)["ok"]?.boolean == true)
        }
    }
}

@Suite(.timeLimit(.minutes(2))) struct ClusterIdentityTests {
    private func material(_ path: String) -> Material { Material(file: path) }

    @Test("A server is believed by the configured roots only, under its name or the configured one")
    func roots() async throws {
        let (factory, other) = try await (CertificateFactory(), CertificateFactory())
        let pair = try await factory.issue(for: ["kubernetes.default"])
        let serving = try ServingPairs.read(pair)
        try await withServer(tls: serving) { server in
            server.put("{}", at: "/x")
            let ask = { @Sendable (authority: String, name: String?) async throws in
                let client = try Loopback.client(
                    ClusterConfiguration(
                        server: HTTP.URL(parsing: server.url), serverName: name, roots: Material(file: authority)))
                _ = try await client.get("/x", limit: 100, by: soon)
            }
            try await ask(factory.authority, "kubernetes.default")
            await #expect(throws: ClusterError.self) { try await ask(factory.authority, nil) }
            await #expect(throws: ClusterError.self) { try await ask(other.authority, "kubernetes.default") }
        }
    }

    @Test("Roots that change are used for the next connection; those that are broken are not")
    func rotation() async throws {
        let (old, new) = try await (CertificateFactory(), CertificateFactory())
        let serving = try ServingPairs.read(try await new.issue(for: ["127.0.0.1"]))
        let folder = try TemporaryFolder()
        let path = try folder.write(try TemporaryFolder.read(path: old.authority), to: "ca.crt")
        try await withServer(tls: serving) { server in
            server.put("{}", at: "/x")
            let configuration = ClusterConfiguration(
                server: try HTTP.URL(parsing: server.url), roots: Material(file: path))
            let identity = try ClusterIdentity(configuration, threads: Loopback.threads)
            let client = try KubernetesClient(
                configuration, identity: identity,
                connector: Connector(reactor: Loopback.reactor.get(), resolver: Resolver(threads: Loopback.threads)),
                userAgent: "tests/1")
            await #expect(throws: ClusterError.self) { _ = try await client.get("/x", limit: 100, by: soon) }
            #expect(try !identity.refresh())
            try folder.write("no certificate", to: "ca.crt")
            #expect(throws: ClusterError.self) { try identity.refresh() }
            try folder.write(try TemporaryFolder.read(path: new.authority), to: "ca.crt")
            #expect(try identity.refresh())
            _ = try await client.get("/x", limit: 100, by: soon)
        }
    }

    @Test("A proxy is believed by the server's roots, its own and the system's; the server by its roots only")
    func proxyRoots() async throws {
        let (servers, proxies) = try await (CertificateFactory(), CertificateFactory())
        let serving = try ServingPairs.read(try await servers.issue(for: ["127.0.0.1"]))
        try await withServer(tls: serving) { server in
            server.put("{}", at: "/x")
            let proxy = try await TinyProxy.start()
            let ask = { @Sendable (issuer: CertificateFactory, roots: String, proxyRoots: [String]) async throws in
                let front = try await TLSFront.start(before: proxy.address, pair: issuer.issue(for: ["127.0.0.1"]))
                var configuration = ClusterConfiguration(
                    server: try HTTP.URL(parsing: server.url), roots: Material(file: roots),
                    proxy: try Proxy(parsing: "https://\(front.address)"))
                configuration.proxyRoots = proxyRoots.map(Material.init)
                _ = try await Loopback.client(configuration).get("/x", limit: 100, by: soon)
            }
            try await ask(servers, servers.authority, [])
            try await ask(proxies, servers.authority, [proxies.authority])
            let stranger = await #expect(throws: ClusterError.self) { try await ask(proxies, servers.authority, []) }
            #expect(stranger?.description.contains("the proxy 127.0.0.1:") == true, "\(String(describing: stranger))")
            let server = await #expect(throws: ClusterError.self) {
                try await ask(proxies, proxies.authority, [servers.authority])
            }
            #expect(server?.description.contains("does not lead to") == false, "\(String(describing: server))")
        }
    }

    @Test("Roots of a proxy that break are used on, and hold up nothing else")
    func brokenProxyRoots() async throws {
        let (first, second) = try await (CertificateFactory(), CertificateFactory())
        let folder = try TemporaryFolder()
        let (roots, proxyRoots) = (
            try folder.write(TemporaryFolder.read(path: first.authority), to: "ca.crt"),
            try folder.write(TemporaryFolder.read(path: first.authority), to: "proxy.crt")
        )
        var configuration = ClusterConfiguration(
            server: try HTTP.URL(parsing: "https://h"), roots: Material(file: roots),
            proxy: try Proxy(parsing: "https://p"))
        configuration.proxyRoots = [Material(file: proxyRoots)]
        let identity = try ClusterIdentity(configuration, threads: Loopback.threads)
        try folder.write("no certificate", to: "proxy.crt")
        #expect(try !identity.refresh())
        try folder.write(TemporaryFolder.read(path: second.authority), to: "ca.crt")
        #expect(try identity.refresh())
        try folder.write(TemporaryFolder.read(path: second.authority), to: "proxy.crt")
        #expect(try identity.refresh())
        try folder.write("no certificate", to: "proxy.crt")
        let error = #expect(throws: ClusterError.self) { try ClusterIdentity(configuration, threads: Loopback.threads) }
        #expect(error?.description.contains(proxyRoots) == true)
    }

    @Test(
        "A certificate is shown with a key of any kind and form",
        arguments: ["ec", "ec-sec1", "rsa", "rsa-pkcs1", "ed25519"])
    func clientCertificate(kind: String) async throws {
        let factory = try await CertificateFactory()
        let server = try await SignatureStoreServer.start(
            pair: try await factory.issue(for: ["127.0.0.1"]),
            rules: "ssl_client_certificate \(factory.authority); ssl_verify_client on; "
                + #"location / { default_type application/json; return 200 '{"name":"$ssl_client_s_dn"}'; }"#)
        let key: CertificateFactory.KeyKind = kind.hasPrefix("ec") ? .ecdsa : kind.hasPrefix("rsa") ? .rsa : .ed25519
        let pair = try await factory.issue(for: [], commonName: "me", key: key)
        var path = pair.key
        let folder = try TemporaryFolder()
        if kind.contains("-") {
            path = folder.path(of: "key")
            try await CommandLineTool("openssl", debianPackage: "openssl").run(
                [
                    key == .ecdsa ? "ec" : "rsa", "-in", pair.key, "-out", path,
                ] + (key == .rsa ? ["-traditional"] : []))
            let text = String(decoding: try folder.read("key"), as: UTF8.self)
            #expect(text.contains(key == .ecdsa ? "BEGIN EC PRIVATE KEY" : "BEGIN RSA PRIVATE KEY"))
        }
        let text = #"""
            {"current-context":"c","contexts":[{"name":"c","context":{"cluster":"c","user":"u"}}],
            "clusters":[{"name":"c","cluster":{"server":"SERVER","certificate-authority":"\#(factory.authority)"}}],
            "users":[{"name":"u","user":{"client-certificate":"\#(pair.certificate)","client-key-data":"KEY"}}]}
            """#.replacing("SERVER", with: String(server.url.dropLast("/sigs".count)))
            .replacing("KEY", with: Data(try TemporaryFolder.read(path: path)).base64EncodedString())
        let file = Kubeconfig.File(path: "/config", root: try JSONDocument(parsing: Array(text.utf8)).root)
        let client = try Loopback.client(Kubeconfig([file]).configuration(context: nil))
        let answer = try await client.get("/api", limit: 1000, by: soon)
        #expect(answer["name"]?.string == "CN=me")
    }

    @Test("A key of somebody else, and what is none, are told with their places")
    func mismatch() async throws {
        let factory = try await CertificateFactory()
        let (one, two) = try await (factory.issue(for: []), factory.issue(for: []))
        for (key, problem) in [(two.key, "does not belong"), (one.certificate, "no unencrypted PEM private key")] {
            let configuration = ClusterConfiguration(
                server: try HTTP.URL(parsing: "https://h"),
                certificate: .init(certificate: material(one.certificate), key: material(key)))
            let error = try #require(throws: ClusterError.self) {
                try ClusterIdentity(configuration, threads: Loopback.threads)
            }
            #expect(error.description.hasPrefix("\(one.certificate), \(key): ") && error.description.contains(problem))
        }
    }
}
