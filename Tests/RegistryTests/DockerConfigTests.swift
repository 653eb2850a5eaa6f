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

    @Test("An entry with a token and a password has both, the token first, and each says where it was found")
    func tokens() throws {
        let text = #"""
            {"auths":{"e.com":{"auth":"MDAwMDo=","identitytoken":"refresh"},"f.com":{"registrytoken":"bearer"},
            "g.com":{"auth":"dXNlcjpwYXNz","identitytoken":"refresh","registrytoken":"bearer"}}}
            """#
        let config = try DockerConfig(parsingDockerConfigJSON: Array(text.utf8), origin: "pull secret \"a\"")
        #expect(config.problems.isEmpty)
        let shown = config.entries.map { "\($0.registry) \($0.credential.kind) \($0.credential.secret.revealText())" }
        #expect(
            shown == [
                "e.com identityToken refresh", "f.com registryToken bearer", "g.com registryToken bearer",
                "g.com identityToken refresh", #"g.com password(username: "user") pass"#,
            ])
        #expect(config.entries.allSatisfy { $0.credential.origin == "pull secret \"a\"" })
    }

    @Test(
        "An entry for no host is reported",
        arguments: ["", "https://", "/path", ":5000", "e.com:port", "e com", "é.com", "e.com:5000:x", "user@"])
    func strangeKeys(_ key: String) throws {
        let config = try DockerConfig(
            parsingDockerCfg: Array(#"{"\#(key)":{"username":"user","password":"pass"}}"#.utf8))
        #expect(config.entries.isEmpty)
        #expect(config.problems.map(\.registry) == [key])
        #expect(try #require(config.problems.first?.description).contains("not a host"))
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
            (#"{"identitytoken":"","registrytoken":null}"#, "no token"),
            (#"{"registrytoken":"hunter2\nX-Header: 1"}"#, "no token"),
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
