import Registry
import Testing

@Suite struct ChallengeTests {
    @Test("What registries send is understood")
    func realChallenges() throws {
        let line =
            #"Bearer realm="https://auth.docker.io/token",service="registry.docker.io","#
            + #"scope="repository:library/alpine:pull,push",error="insufficient_scope""#
        let challenge = try #require(Challenge.parse(lines: [line]).first)
        #expect(challenge.scheme == "bearer")
        #expect(
            challenge.parameters == [
                "realm": "https://auth.docker.io/token", "service": "registry.docker.io",
                "scope": "repository:library/alpine:pull,push", "error": "insufficient_scope",
            ])
    }

    @Test(
        "Lists are read as RFC 9110 §11.6.1 writes them",
        arguments: [
            ([#"Basic realm="a""#], ["basic[realm=a]"]),
            ([#"BASIC REALM=a"#], ["basic[realm=a]"]),
            (["Negotiate"], ["negotiate[]"]),
            (["Negotiate, Basic realm=a"], ["negotiate[]", "basic[realm=a]"]),
            ([#"Basic realm="a", Bearer realm="b",service=s"#], ["basic[realm=a]", "bearer[realm=b,service=s]"]),
            ([#"Bearer realm="b", service="s", Basic realm="a""#], ["bearer[realm=b,service=s]", "basic[realm=a]"]),
            ([#"Bearer realm="b""#, #"Basic realm="a""#], ["bearer[realm=b]", "basic[realm=a]"]),
            ([#"Basic realm = "a" , charset = "UTF-8""#], ["basic[charset=UTF-8,realm=a]"]),
            ([#"Basic realm="a \"quoted\\ b""#], [#"basic[realm=a "quoted\ b]"#]),
            ([#"Basic realm="a,Bearer realm=b""#], ["basic[realm=a,Bearer realm=b]"]),
            ([#"Basic realm="""#], ["basic[realm=]"]),
            (["Negotiate YIIabc=="], ["negotiate[]"]),
            (["Negotiate YIIabc==, Basic realm=a"], ["negotiate[]", "basic[realm=a]"]),
            (["Negotiate YII=, NTLM"], ["negotiate[]", "ntlm[]"]),
            ([", ,Basic realm=a,, ,Bearer realm=b,"], ["basic[realm=a]", "bearer[realm=b]"]),
            (["Basic , Bearer realm=b"], ["basic[]", "bearer[realm=b]"]),
            (["\tBasic\trealm=a\t"], ["basic[realm=a]"]),
            (["", "Basic realm=a"], ["basic[realm=a]"]),
        ] as [([String], [String])])
    func lists(_ lines: [String], _ expected: [String]) {
        #expect(Challenge.parse(lines: lines).map(Self.text) == expected)
    }

    @Test(
        "A line that breaks the grammar is left out whole, the others are kept",
        arguments: [
            "=", "\"", "realm=a", "Bearer realm=\"a", "Bearer realm=\"a\\", "Bearer realm=\"a\"b",
            "Bearer realm=a b=c", "Bearer realm=https://e.com/token,service=s", "Bearer realm=a,realm=b",
            "Bearer realm=a,REALM=b", "Bearer =a", "Bearer a b", "Bearer@", "Basic realm=a, @",
            "Basic realm=a, =", "Bearer {}", "Bäsic realm=a", "Basic(x) realm=a",
        ])
    func malformed(_ line: String) {
        #expect(Challenge.parse(lines: [line]).isEmpty)
        #expect(Challenge.parse(lines: [line, "Basic realm=x"]).map(Self.text) == ["basic[realm=x]"])
    }

    @Test("Every prefix of a line is read or left out, and none traps")
    func truncation() {
        let line = #"Negotiate YII==, Bearer realm="https://e.com/t",service="s" , Basic realm="a\"b", X, Y z=1"#
        for length in 0...line.utf8.count {
            _ = Challenge.parse(lines: [String(decoding: line.utf8.prefix(length), as: UTF8.self)])
        }
    }

    private static func text(_ challenge: Challenge) -> String {
        let parameters = challenge.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return "\(challenge.scheme)[\(parameters.joined(separator: ","))]"
    }
}
