import Kubernetes
import Policies
import Primitives
import Registry
import Testing

@testable import Admission

@Suite struct PullSecretsTests {
    private static let modern = ".dockerconfigjson"

    private func config(_ user: String, for host: String = "e.com") -> String {
        #"{"auths":{"\#(host)":{"username":"\#(user)","password":"p"}}}"#
    }

    private func users(
        _ named: [String], account name: String? = nil, secrets: [SecretObject], accounts: [ServiceAccount] = [],
        image: String = "e.com/app"
    ) throws -> [String] {
        let store = try PolicyStore(policies: [], secrets: secrets, serviceAccounts: accounts)
        let source = PullSource(secrets: named, serviceAccount: name)
        return PullSecrets(of: [source], namespace: "shop", in: store)
            .credentials(for: try ImageReference(parsing: image)).compactMap(\.username)
    }

    @Test("The pod's pull secrets are tried in their order")
    func keepsOrder() throws {
        let secrets = [try secret("a", [Self.modern: config("ann")]), try secret("b", [Self.modern: config("bob")])]
        #expect(try users(["b", "a"], secrets: secrets) == ["bob", "ann"])
        #expect(try users(["a", "b", "a"], secrets: secrets) == ["ann", "bob"])
    }

    @Test("Without any, the ServiceAccount's are tried: the named one's, or the default one's")
    func fallsBack() throws {
        let secrets = [try secret("a", [Self.modern: config("ann")]), try secret("b", [Self.modern: config("bob")])]
        let accounts = [try account("default", pullSecrets: ["a"]), try account("web", pullSecrets: ["b"])]
        #expect(try users([], secrets: secrets, accounts: accounts) == ["ann"])
        #expect(try users([], account: "web", secrets: secrets, accounts: accounts) == ["bob"])
        #expect(try users([], account: "gone", secrets: secrets, accounts: accounts) == [])
        #expect(try users(["b"], secrets: secrets, accounts: accounts) == ["bob"])
    }

    @Test("All pods of an object pull together, each with its own secrets or its account's, and none is tried twice")
    func joinsSources() throws {
        let accounts = [try account("default", pullSecrets: ["d", "a"]), try account("web", pullSecrets: ["b"])]
        let store = try PolicyStore(policies: [], secrets: [], serviceAccounts: accounts)
        let sources = [
            PullSource(secrets: ["a"], serviceAccount: "web"), PullSource(serviceAccount: "web"), PullSource(),
            PullSource(secrets: ["c", "b"]),
        ]
        #expect(PullSecrets(of: sources, namespace: "shop", in: store).names == ["a", "b", "d", "c"])
    }

    @Test("The old form is read too, and the new one goes before it")
    func readsBothForms() throws {
        let old = #"{"e.com":{"username":"old","password":"p"}}"#
        #expect(try users(["a"], secrets: [secret("a", [".dockercfg": old])]) == ["old"])
        #expect(try users(["a"], secrets: [secret("a", [".dockercfg": old, Self.modern: config("new")])]) == ["new"])
    }

    @Test("A Secret that is missing, malformed or of another kind is passed over")
    func passesOver() throws {
        let secrets = [
            try secret("broken", [Self.modern: "{"]), try secret("list", [".dockercfg": "[]"]),
            try secret("key", ["key": config("eve")]), try secret("good", [Self.modern: config("ann")]),
        ]
        #expect(try users(["gone", "broken", "list", "key", "good"], secrets: secrets) == ["ann"])
    }

    @Test("What is wrong with a Secret is told by its name, and nothing of what it holds")
    func tellsProblems() throws {
        let secrets = [
            try secret("broken", [Self.modern: #"{"hunter2":1,"hunter2":2}"#]), try secret("key", ["key": "hunter2"]),
            try secret(
                "half", [Self.modern: #"{"auths":{"e.com":{"auth":"hunter2"},"u:hunter2@f.com:x":{},"g.com":{}}}"#]),
            try secret("good", [Self.modern: config("ann")]),
        ]
        let store = try PolicyStore(policies: [], secrets: secrets)
        let source = PullSource(secrets: ["gone", "broken", "key", "half", "good"])
        let problems = PullSecrets(of: [source], namespace: "shop", in: store).problems
        let reasons = [
            #"pull secret "gone" does not exist"#,
            #"pull secret "broken": the credentials in it cannot be read: a key stands twice"#,
            #"pull secret "key" contains neither .dockercfg nor .dockerconfigjson"#,
            #"pull secret "half": the entry for "e.com" is not used: "auth" is not the base 64 form"#,
            #"pull secret "half": the entry for "…@f.com:x" is not used: its key is not a host"#,
            #"pull secret "half": the entry for "g.com" is not used: it holds no user name"#,
        ]
        #expect(problems.count == reasons.count)
        for (problem, reason) in zip(problems, reasons) {
            #expect(problem.hasPrefix(reason), "\(problem)")
            #expect(!problem.contains("hunter2"))
        }
    }

    @Test("However many a pod names, each is read once and no more than the limit, whatever the number of images")
    func boundsWork() throws {
        let store = try PolicyStore(policies: [], secrets: [try secret("a", [Self.modern: config("ann")])])
        let names = (0..<1000).flatMap { ["a", "s\($0)"] }
        let secrets = PullSecrets(
            of: [PullSource(secrets: names, serviceAccount: nil)], namespace: "shop", in: store)
        #expect(secrets.names.count == Limits.pullSecretsPerObject)
        #expect(Set(secrets.names).count == Limits.pullSecretsPerObject)
        for number in 0..<8 {
            let image = try ImageReference(parsing: "e.com/app:\(number)")
            #expect(secrets.credentials(for: image).compactMap(\.username) == ["ann"])
        }
    }

    @Test("Secrets of other namespaces are not read, and no host is shown another's credential")
    func keepsApart() throws {
        let foreign = try secret("a", in: "kube-system", [Self.modern: config("root")])
        #expect(try users(["a", "../kube-system/a", "kube-system/a"], secrets: [foreign]) == [])
        let own = try secret("a", [Self.modern: config("ann", for: "e.com:5000")])
        #expect(try users(["a"], secrets: [own], image: "e.com/app") == [])
        #expect(try users(["a"], secrets: [own], image: "e.com:5000/app") == ["ann"])
    }
}
