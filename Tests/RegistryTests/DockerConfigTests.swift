import Primitives
import Registry
import Testing

@Suite struct DockerConfigTests {
    @Test(
        "Each way to write a credential is read",
        arguments: [
            (#"{"auth":"dXNlcjpwYXNz"}"#, "user/pass"),
            (#"{"auth":"dXNlcjpwYTpzcw=="}"#, "user/pa:ss"),
            (#"{"auth":"dXNlcjpwYTpzcw"}"#, "user/pa:ss"),
            (#"{"auth":"  dXNlcjpwYXNz\n"}"#, "user/pass"),
            (#"{"username":"user","password":"pass"}"#, "user/pass"),
            (#"{"username":"user","password":"pass","email":"a@b","auth":""}"#, "user/pass"),
            (#"{"auth":"dXNlcjpwYXNz","username":"other","password":"word"}"#, "user/pass"),
            (#"{"auth":"%%%","username":"other","password":"word"}"#, "other/word"),
            (#"{"auth":"bm9jb2xvbg==","username":"other","password":"word"}"#, "other/word"),
            (#"{"auth":"dXNlcjpwYXNz","identitytoken":"x"}"#, "user/pass"),
        ])
    func credentials(_ entry: String, _ expected: String) throws {
        for config in [
            try DockerConfig(parsingDockerConfigJSON: Array(#"{"auths":{"e.com":\#(entry)}}"#.utf8)),
            try DockerConfig(parsingDockerCfg: Array(#"{"e.com":\#(entry)}"#.utf8)),
        ] {
            #expect(config.problems.isEmpty)
            let entry = try #require(config.entries.first)
            #expect(entry.registry == "e.com")
            #expect("\(entry.credential.username ?? "")/\(entry.credential.secret.revealText())" == expected)
        }
    }

    @Test(
        "An entry that cannot be used is reported, without its values, and the others are kept",
        arguments: [
            (#""text""#, "not an object"), ("null", "not an object"), ("[]", "not an object"),
            ("{}", "no user name"), (#"{"auth":""}"#, "no user name"), (#"{"auth":7}"#, "no user name"),
            (#"{"username":"user"}"#, "no user name"), (#"{"username":"","password":"hunter2"}"#, "no user name"),
            (#"{"username":"us:er","password":"hunter2"}"#, "no user name"),
            (#"{"username":"user","password":""}"#, "no user name"),
            (#"{"auth":"aHVudGVyMg=="}"#, "base 64"), (#"{"auth":"hunter2!"}"#, "base 64"),
            (#"{"auth":"OmFiYw=="}"#, "base 64"), (#"{"auth":"YWJjOg=="}"#, "base 64"),
            (#"{"auth":"/zph"}"#, "base 64"),
            (#"{"identitytoken":"hunter2"}"#, "not supported"), (#"{"registrytoken":"hunter2"}"#, "not supported"),
        ])
    func problems(_ entry: String, _ reason: String) throws {
        let text = #"{"auths":{"bad.com":\#(entry),"e.com":{"username":"user","password":"pass"}}}"#
        let config = try DockerConfig(parsingDockerConfigJSON: Array(text.utf8))
        #expect(config.entries.map(\.registry) == ["e.com"])
        #expect(config.problems.map(\.registry) == ["bad.com"])
        let description = try #require(config.problems.first?.description)
        #expect(description.contains(reason))
        #expect(!description.contains("hunter2"))
    }

    @Test(
        "What is no such file is refused",
        arguments: [
            "", "null", "[]", "{", "{}", #"{"auths":[]}"#, #"{"auths":null}"#, #"{"auths":{"a":{},"a":{}}}"#,
            "{\"auths\":{\"\u{0}\":{}}}", #"{"auths":{}} x"#,
        ])
    func refuses(_ text: String) {
        #expect(throws: RegistryError.self) { try DockerConfig(parsingDockerConfigJSON: Array(text.utf8)) }
    }

    @Test("Every prefix of a file is refused, and none traps")
    func truncation() {
        let text = Array(#"{"auths":{"e.com":{"auth":"dXNlcjpwYXNz","username":"u","password":"p"}}}"#.utf8)
        for length in 0..<text.count {
            #expect(throws: RegistryError.self) {
                try DockerConfig(parsingDockerConfigJSON: Array(text.prefix(length)))
            }
        }
    }
}

@Suite struct KeychainTests {
    @Test(
        "A credential goes to the host that its key names and to no other",
        arguments: [
            ("e.com/a", "e.com", true), ("e.com:5000/a", "e.com:5000", true), ("e.com:5000/a", "e.com", true),
            ("e.com/a", "https://e.com", true), ("e.com/a", "https://e.com/", true),
            ("e.com/a", "https://e.com/v2/", true), ("e.com/a", "http://e.com/v1/", true),
            ("a", "docker.io", true), ("a", "https://index.docker.io/v1/", true), ("a", "index.docker.io", true),
            ("a", "registry-1.docker.io", true), ("a", "https://registry-1.docker.io/v2/", true),
            ("e.com/a", "e.com:5000", false), ("e.com:5000/a", "e.com:5001", false), ("e.com/a", "com", false),
            ("e.com/a", "evil-e.com", false), ("evil.e.com/a", "e.com", false), ("e.com.evil/a", "e.com", false),
            ("e.com/a", "*", false), ("e.com/a", "*.com", false), ("e.com/a", "e.com/a", false),
            ("e.com/a", "", false), ("a", "auth.docker.io", false), ("docker.io.evil/a", "docker.io", false),
            ("index.docker.io.evil/a", "https://index.docker.io/v1/", false),
        ])
    func matching(_ image: String, _ key: String, _ isFound: Bool) throws {
        let text = #"{"auths":{"\#(key)":{"username":"user","password":"pass"}}}"#
        let keychain = Keychain([try DockerConfig(parsingDockerConfigJSON: Array(text.utf8))])
        let found = keychain.credentials(for: try ImageReference(parsing: image))
        #expect(found.map(\.username) == (isFound ? ["user"] : []))
    }

    @Test("Credentials keep the order of the pull secrets, each once")
    func order() throws {
        func config(_ entries: String) throws -> DockerConfig {
            try DockerConfig(parsingDockerCfg: Array("{\(entries)}".utf8))
        }
        let keychain = Keychain([
            try config(#""e.com":{"username":"b","password":"1"}"#),
            try config(#""x.com":{"username":"x","password":"1"}"#),
            try config(#""https://e.com":{"username":"a","password":"1"},"e.com":{"username":"b","password":"1"}"#),
            try config(#""e.com":{"username":"b","password":"2"}"#),
        ])
        let found = keychain.credentials(for: try ImageReference(parsing: "e.com/a"))
        #expect(found.map { ($0.username ?? "") + $0.secret.revealText() } == ["b1", "a1", "b2"])
    }

    @Test("No registry is shown more credentials than the limit: pull secrets are no list of passwords to try")
    func bounded() throws {
        let entries = (0..<100).map {
            #""\#($0 % 2 == 0 ? "e.com:5000" : "e.com")":{"username":"u\#($0)","password":"1"}"#
        }
        let keychain = Keychain(try entries.map { try DockerConfig(parsingDockerCfg: Array("{\($0)}".utf8)) })
        let found = keychain.credentials(for: try ImageReference(parsing: "e.com:5000/a"))
        #expect(found.map(\.username) == (0..<Limits.credentialsPerImage).map { "u\($0)" })
    }

    @Test("A credential never prints its password")
    func secrecy() throws {
        let credential = try credential("user", "hunter2")
        #expect(!"\(credential) \(String(reflecting: credential))".contains("hunter2"))
        #expect(credential.basicAuthorization?.revealText() == "Basic dXNlcjpodW50ZXIy")
    }
}
