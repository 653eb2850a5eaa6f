import Registry
import Testing

private let hex64 = String(repeating: "0123456789abcdef", count: 4)
private let hex96 = String(repeating: "0123456789abcdef", count: 6)
private let hex128 = String(repeating: "0123456789abcdef", count: 8)

private func letters(_ count: Int) -> String { String(repeating: "x", count: count) }

@Suite struct ImageReferenceTests {
    @Test(
        "A name is normalised as distribution/reference does it",
        arguments: [
            ("busybox", "docker.io/library/busybox"),
            ("library/busybox", "docker.io/library/busybox"),
            ("docker.io/busybox", "docker.io/library/busybox"),
            ("docker.io/library/busybox", "docker.io/library/busybox"),
            ("index.docker.io/busybox", "docker.io/library/busybox"),
            ("index.docker.io/a/b", "docker.io/a/b"),
            ("foo/bar", "docker.io/foo/bar"),
            ("foo.bar/baz", "foo.bar/baz"),
            ("foo:5000/bar", "foo:5000/bar"),
            ("localhost/foo", "localhost/foo"),
            ("localHost:5000/a", "localHost:5000/a"),
            ("localhost", "docker.io/library/localhost"),
            ("localhost:5000", "docker.io/library/localhost:5000"),
            ("foo:5000", "docker.io/library/foo:5000"),
            ("docker.io/a/b/c", "docker.io/a/b/c"),
            ("a/b/c/d/e/f/g/h/i/j/k", "docker.io/a/b/c/d/e/f/g/h/i/j/k"),
            ("registry-1.docker.io/library/x", "registry-1.docker.io/library/x"),
            ("docker.io:443/a", "docker.io:443/a"),
            ("Docker.io/a", "Docker.io/a"),
            ("INDEX.docker.io/a", "INDEX.docker.io/a"),
            ("FOO.com/bar", "FOO.com/bar"),
            ("\(hex64):tag", "docker.io/library/\(hex64):tag"),
            ("docker.io/\(hex64)", "docker.io/library/\(hex64)"),
            (String(hex64.dropLast()), "docker.io/library/\(hex64.dropLast())"),
            ("a_b", "docker.io/library/a_b"),
            ("c__d", "docker.io/library/c__d"),
            ("e---f", "docker.io/library/e---f"),
            ("a.b", "docker.io/library/a.b"),
            ("127.0.0.1:99999/a", "127.0.0.1:99999/a"),
            ("a:_x", "docker.io/library/a:_x"),
            ("a:\(letters(128))", "docker.io/library/a:\(letters(128))"),
            ("a:TAG.1-b_c", "docker.io/library/a:TAG.1-b_c"),
            ("a:t@sha256:\(hex64)", "docker.io/library/a:t@sha256:\(hex64)"),
            ("e.com/a@sha256:\(hex64)", "e.com/a@sha256:\(hex64)"),
            ("e.com/a@sha384:\(hex96)", "e.com/a@sha384:\(hex96)"),
            ("e.com/a@sha512:\(hex128)", "e.com/a@sha512:\(hex128)"),
            ("e.com/\(letters(249))", "e.com/\(letters(249))"),
            (letters(237), "docker.io/library/\(letters(237))"),
        ])
    func normalises(_ text: String, _ expected: String) throws {
        #expect(try ImageReference(parsing: text).description == expected)
    }

    @Test(
        "What is no reference is refused",
        arguments: [
            "", " ", "?", "Foo/bar", "foo/Bar", "LOCALHOST/a", "BUSYBOX", hex64,
            "a___b", "a..b", "a._b", "a-_b", "-a", "a-", ".a", "a.", "_a", "a_", "a//b", "/a", "a/", "./a", "a/../b",
            "e_x.com/a", "e.com:/a", "e.com:80a/b", "e.com./a", "e..com/a", "-e.com/a", "e-.com/a", "[::1]/a",
            "[::1]:5000/a", ".com/a", ":5000/a", "e.com:-1/a", "e.com:80:80/a", "user@e.com/a", "a@b.com/c",
            "a:\(letters(129))", "a:.x", "a:-x", "a:", "a:@sha256:\(hex64)",
            "a@sha256:\(hex64.uppercased())", "a@SHA256:\(hex64)", "a:t@SHA256:\(hex64)", "a@sha256:abc",
            "a@sha256:\(hex64)0", "a@sha512:\(hex64)", "a@sha384:\(hex64)", "a@md5:\(hex64.prefix(32))",
            "a@foo:\(hex64)", "a@sha256", "a@", "a:t@", "a@sha256:\(hex64)@sha256:\(hex64)", "a@sha256:\(hex64):t",
            "a@sha256:\(hex64)/b", "e.com/\(letters(250))", letters(255), letters(238),
            " a", "a ", "\ta", "a\n", "a\r\n", "a:t\n", "a@sha256:\(hex64)\n", "a\0", "ä", "a:ä", "е.com/a",
            "https://e.com/a", "docker://a", ":t", "@sha256:\(hex64)", "a:b:c", "docker.io/", "e.com/",
            "e.com//a", "a?b", "a#b", "a%2fb", "a\\b",
        ])
    func refuses(_ text: String) {
        #expect(throws: RegistryError.self) { try ImageReference(parsing: text) }
    }

    @Test("Every prefix of a full reference is a reference or is refused, and none traps")
    func truncation() throws {
        let text = "registry.example.com:5000/team/app_one/web--site:v1.2.3@sha256:\(hex64)"
        for length in 0..<text.count {
            let prefix = String(text.prefix(length))
            let parsed = Result { try ImageReference(parsing: prefix) }
            if length > text.count - 64 - 8 {
                #expect(throws: RegistryError.self) { try parsed.get() }
            } else if case .success(let reference) = parsed {
                #expect(try ImageReference(parsing: reference.description) == reference)
            }
        }
    }

    @Test("Its parts are told apart")
    func parts() throws {
        let reference = try ImageReference(parsing: "e.com:5000/a/b:t@sha256:\(hex64)")
        #expect(reference.domain == "e.com:5000")
        #expect(reference.path == "a/b")
        #expect(reference.name == "e.com:5000/a/b")
        #expect(reference.tag == "t")
        #expect(reference.digest?.hex == hex64)
        #expect(reference.digest?.algorithm == .sha256)
        let bare = try ImageReference(parsing: "a")
        #expect(bare.tag == nil && bare.digest == nil)
    }

    @Test(
        "The default tag is added only where there is neither tag nor digest",
        arguments: [
            ("a", "docker.io/library/a:latest"),
            ("a:t", "docker.io/library/a:t"),
            ("a@sha256:\(hex64)", "docker.io/library/a@sha256:\(hex64)"),
        ])
    func defaultTag(_ text: String, _ expected: String) throws {
        #expect(try ImageReference(parsing: text).withDefaultTag().description == expected)
    }

    @Test("Binding to a digest drops the tag")
    func withDigest() throws {
        let digest = try ImageDigest(parsing: "sha256:\(hex64)")
        #expect(try ImageReference(parsing: "e.com/a:t").withDigest(digest).description == "e.com/a@sha256:\(hex64)")
    }

    @Test(
        "Only the exact name docker.io is served by registry-1.docker.io",
        arguments: [
            ("a", "registry-1.docker.io"), ("index.docker.io/a", "registry-1.docker.io"),
            ("docker.io:443/a", "docker.io:443"), ("Docker.io/a", "Docker.io"), ("e.com:5000/a", "e.com:5000"),
        ])
    func registryHost(_ text: String, _ host: String) throws {
        #expect(try ImageReference(parsing: text).registryHost == host)
    }

    @Test("A hostile text costs linear time")
    func linearTime() {
        for unit in ["a-", "a", "-", "a/", "a.", "a_", "a:", "@", "a@"] {
            let text = String(repeating: unit, count: 50_000)
            #expect(throws: RegistryError.self) { try ImageReference(parsing: text + "!") }
        }
    }

    @Test("The refusal names the text in one printable line and says what is wrong")
    func message() {
        let error = #expect(throws: RegistryError.self) { try ImageReference(parsing: "Foo/bar\n\u{1B}[31mevil") }
        #expect(
            error?.description
                == "invalid image name \"Foo/bar [31mevil\": a repository name has no upper-case letters")
    }
}
