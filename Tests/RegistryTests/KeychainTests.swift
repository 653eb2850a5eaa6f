import Primitives
import Registry
import Testing

@Suite struct KeychainTests {
    private func config(_ entries: String...) throws -> DockerConfig {
        try DockerConfig(parsingDockerCfg: Array("{\(entries.joined(separator: ","))}".utf8))
    }

    private func entry(_ key: String, _ user: String = "user", _ password: String = "1") -> String {
        #""\#(key)":{"username":"\#(user)","password":"\#(password)"}"#
    }

    private func users(_ keychain: Keychain, _ image: String) throws -> [String] {
        keychain.credentials(for: try ImageReference(parsing: image)).map { $0.username ?? "" }
    }

    private func isFound(_ key: String, _ image: String) throws -> Bool {
        !(try users(Keychain([config(entry(key))]), image).isEmpty)
    }

    @Test(
        "A credential goes to the host that its key names and to no other",
        arguments: [
            ("e.com/a", "e.com", true), ("e.com:5000/a", "e.com:5000", true), ("e.com/a", "https://e.com", true),
            ("e.com/a", "https://e.com/", true), ("e.com/a", "https://e.com/v2/", true),
            ("e.com/a", "http://e.com/v1/", true), ("e.com/a", "e.com/v2", true), ("e.com/a", "E.com", true),
            ("e.com/a", "https://user@e.com/?x#y", true), ("e.com:443/a", "e.com", true),
            ("e.com/a", "https://e.com:443", true), ("e.com/team/a", "e.com/v2/team", true),
            ("e.com/a", "e.com:5000", false), ("e.com:5000/a", "e.com:5001", false), ("e.com/a", "com", false),
            ("e.com/a", "evil-e.com", false), ("evil.e.com/a", "e.com", false), ("e.com.evil/a", "e.com", false),
            ("e.com/a", "*", false), ("e.com/a", "e.com/b", false), ("e.com/v2a", "e.com/v2b", false),
            ("e.com/a", "https://evil@x.com", false), ("x.com/a", "https://x.com@e.com", false),
            ("e.com/a", "ftp://e.com", false), ("e.com/a", "*.*.com", false), ("evil/e.com/a", "e.com", false),
        ])
    func matching(_ image: String, _ key: String, _ expected: Bool) throws {
        #expect(try isFound(key, image) == expected)
    }

    /// The pairs of `TestURLsMatch`, `TestDockerKeyringForGlob`, `TestKeyringMiss` and
    /// `TestKeyringMissWithDockerHubCredentials` in k8s.io/kubernetes/pkg/credentialprovider/keyring_test.go, looked up as
    /// there by the name of an image below.
    @Test(
        "Keys match as the kubelet matches them",
        arguments: [
            ("*.kubernetes.io", "prefix.kubernetes.io", true), ("prefix.*.io", "prefix.kubernetes.io", true),
            ("prefix.kubernetes.*", "prefix.kubernetes.io", true),
            ("*-good.kubernetes.io", "prefix-good.kubernetes.io", true),
            ("*.kubernetes.io/blah", "prefix.kubernetes.io/blah", true),
            ("prefix.*.io/foo", "prefix.kubernetes.io/foo/bar", true),
            ("*.kubernetes.io:1111/blah", "prefix.kubernetes.io:1111/blah", true),
            ("prefix.*.io:1111/foo", "prefix.kubernetes.io:1111/foo/bar", true),
            ("*.kubernetes.io", "kubernetes.io", false), ("*.*.kubernetes.io", "prefix.kubernetes.io", false),
            ("*.*.kubernetes.io", "kubernetes.io", false), ("kubernetes.io", "kubernetes.com", false),
            ("k*.io", "quay.io", false), ("*.kubernetes.io:1234/blah", "prefix.kubernetes.io:1111/blah", false),
            ("prefix.*.io/foo", "prefix.kubernetes.io:1111/foo/bar", false),
            ("https://hello.kubernetes.io", "hello.kubernetes.io", true),
            ("https://*.docker.io", "prefix.docker.io", true), ("https://prefix.*.io", "prefix.docker.io", true),
            ("https://prefix.docker.*", "prefix.docker.io", true),
            ("https://*.docker.io/path", "prefix.docker.io/path", true),
            ("https://prefix.*.io/path", "prefix.docker.io/path/subpath", true),
            ("https://prefix.docker.*/path", "prefix.docker.io/path", true),
            ("https://*.docker.io:8888", "prefix.docker.io:8888", true),
            ("https://prefix.*.io:8888", "prefix.docker.io:8888", true),
            ("https://prefix.docker.*:8888", "prefix.docker.io:8888", true),
            ("https://*.docker.io/v1/", "prefix.docker.io/path", true),
            ("https://*.docker.io/v2/", "prefix.docker.io/path", true),
            ("prefix.docker.io:1111", "prefix.docker.io:1111/path", true),
            ("*.docker.io:1111", "prefix.docker.io:1111/path", true),
            ("https://hello.kubernetes.io", "world.mesos.org/foo/bar", false),
            ("https://*.docker.com", "prefix.docker.io", false), ("https://suffix.*.io", "prefix.docker.io", false),
            ("https://prefix.docker.c*", "prefix.docker.io", false),
            ("https://prefix.*.io/path:1111", "prefix.docker.io/path/subpath", false),
            ("suffix.*.io", "prefix.docker.io", false),
            ("https://index.docker.io/v1/", "world.mesos.org/foo/bar", false),
        ])
    func kubelet(_ key: String, _ target: String, _ expected: Bool) throws {
        #expect(try isFound(key, "\(target)/app") == expected)
    }

    @Test(
        "Stars stay within a label",
        arguments: [
            ("*.e.com", "a.b.e.com", false), ("*", "localhost", true), ("**a**", "xxaxx.com", false),
            ("r*-*.e.com", "reg-1.e.com", true), ("r*-*.e.com", "reg1.e.com", false), ("*ab*b.e", "aabb.e", true),
            ("*ab*b.e", "aab.e", false), ("a*.e", "a.e", true), ("*.e.com", "e.com.e.com", false),
        ])
    func stars(_ key: String, _ host: String, _ expected: Bool) throws {
        // A host without a dot is no host in the name of an image, but for this one.
        #expect(try isFound(key, "\(host)/app") == expected)
    }

    @Test("A path covers what begins with it, character by character, as for the kubelet")
    func paths() throws {
        for (image, expected) in [
            ("e.com/team/app", true), ("e.com/team/app/sub", true), ("e.com/teams/app", true), ("e.com/tea/app", false),
            ("e.com/x/team/app", false),
        ] {
            #expect(try isFound("e.com/team", image) == expected, "\(image)")
        }
        #expect(try !isFound("e.com/team/", "e.com/teams/app"))
    }

    @Test(
        "Docker Hub's names stand for one another, and nothing else does for them",
        arguments: [
            "https://index.docker.io/v1/", "https://index.docker.io/v2/", "index.docker.io", "docker.io",
            "https://docker.io", "registry-1.docker.io", "https://registry-1.docker.io/v2/", "docker.io/library",
        ])
    func dockerHub(_ key: String) throws {
        for image in ["nginx", "library/nginx:1", "docker.io/library/nginx", "index.docker.io/library/nginx"] {
            #expect(try isFound(key, image), "\(image)")
        }
        #expect(try isFound(key, "registry-1.docker.io/library/nginx"))
        for image in ["hub.docker.io/library/nginx", "index.docker.io.evil/library/a", "e.com/docker.io/library/a"] {
            #expect(try !isFound(key, image), "\(image)")
        }
        #expect(try !isFound("auth.docker.io", "nginx"))
        #expect(try !isFound("docker.io/acme", "nginx"))
    }

    @Test("The bare host also stands for its other ports, as in Portieris, but after all others")
    func otherPorts() throws {
        let keychain = Keychain([
            try config(entry("e.com", "bare"), entry("*.com:5000", "star"), entry("e.com:5000", "port"))
        ])
        #expect(try users(keychain, "e.com:5000/a") == ["port", "star", "bare"])
        #expect(try users(keychain, "e.com/a") == ["bare"])
        #expect(try !isFound("https://e.com", "e.com:5000/a"))
        #expect(try !isFound("e.com/", "e.com:5000/a"))
        #expect(try !isFound("*.com", "e.com:5000/a"))
    }

    @Test("The host goes before patterns, the longer path before the shorter, the earlier Secret before the later")
    func order() throws {
        let keychain = Keychain([
            try config(entry("*.com/team/app", "pattern"), entry("e.com", "host")),
            try config(entry("e.com/team", "team"), entry("x.com", "stranger")),
            try config(entry("https://e.com/v2/team", "later"), entry("e.com/team/app", "app")),
        ])
        #expect(try users(keychain, "e.com/team/app") == ["app", "team", "later", "host", "pattern"])
        #expect(try users(keychain, "e.com/other") == ["host"])
    }

    @Test("Each credential is shown once, wherever it was found")
    func once() throws {
        let keychain = Keychain([
            try config(entry("e.com", "b", "1")),
            try config(entry("https://e.com", "a", "1"), entry("e.com", "b", "1")),
            try config(entry("e.com", "b", "2")),
        ])
        let found = keychain.credentials(for: try ImageReference(parsing: "e.com/a"))
        #expect(found.map { ($0.username ?? "") + $0.secret.revealText() } == ["b1", "a1", "b2"])
    }

    @Test("Ostiary's own come after the workload's, however well they fit")
    func own() throws {
        let image = try ImageReference(parsing: "e.com/team/app")
        let own = Keychain([try config(entry("e.com/team", "own"), entry("e.com", "both"))])
        let workload = Keychain([try config(entry("*.com", "pod"), entry("*.com/team", "both"))])
        #expect(workload.credentials(for: image, then: own).map(\.username) == ["both", "pod", "own"])
        #expect(Keychain().credentials(for: image, then: own).map(\.username) == ["own", "both"])
    }

    @Test("No registry is shown more credentials than the limit: pull secrets are no list of passwords to try")
    func bounded() throws {
        let keychain = Keychain(
            try (0..<100).map { try config(entry($0 % 2 == 0 ? "e.com:5000" : "https://e.com:5000", "u\($0)")) })
        #expect(try users(keychain, "e.com:5000/a") == (0..<Limits.credentialsPerImage).map { "u\($0)" })
    }

    @Test("A credential never prints its password")
    func secrecy() throws {
        let credential = try credential("user", "hunter2")
        #expect(!"\(credential) \(String(reflecting: credential))".contains("hunter2"))
        #expect(credential.basicAuthorization?.revealText() == "Basic dXNlcjpodW50ZXIy")
    }
}
