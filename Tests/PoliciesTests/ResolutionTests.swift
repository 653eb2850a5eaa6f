import Kubernetes
import Policies
import Testing

@Suite struct ResolutionTests {
    private func winner(_ image: String, in policies: [ImagePolicy], namespace: String = "shop") throws -> String {
        switch try PolicyStore(policies: policies).resolve(image: image, in: namespace) {
        case .matched(let match): "\(match.policy.key) \(match.pattern)"
        case .refused(_, let message): message
        }
    }

    static let specific: [(patterns: [String], image: String, winner: String)] = [
        (["icr.io/ns/*", "icr.io/*/app"], "icr.io/ns/app", "icr.io/*/app"),
        (["icr.io/ns/app", "icr.io/ns/app:*", "icr.io/ns/app:v*"], "icr.io/ns/app:v1", "icr.io/ns/app:v*"),
        (["icr.io/ns/app", "icr.io/ns/app:*"], "icr.io/ns/app:v1", "icr.io/ns/app:*"),
        (["icr.io/ns/app*", "icr.io/ns/app"], "icr.io/ns/app:v1", "icr.io/ns/app*"),
        (["icr.io/ns/app", "icr.io/ns/app*"], "icr.io/ns/app:v1", "icr.io/ns/app"),
        (["icr.io/ns/app*", "icr.io/ns/app"], "icr.io/ns/app", "icr.io/ns/app"),
        (["icr.io/ns/ap*", "icr.io/ns/app"], "icr.io/ns/app", "icr.io/ns/app"),
        (["*", "**"], "nginx", "*"), (["**", "*"], "nginx", "**"),
        (["*", "nginx"], "nginx:1", "nginx"),
        (["nginx:1"], "nginx:1", "nginx:1"),
        (["*x", "nginx:1*"], "nginx:1", "nginx:1*"),
    ]

    @Test("The most specific entry wins, the first of equals, and the very text at once", arguments: specific)
    func picksMostSpecific(patterns: [String], image: String, winner: String) throws {
        #expect(try self.winner(image, in: [allowing(patterns)]) == "default " + winner)
    }

    @Test("Objects are one list in the order of their names, whatever the order of the files")
    func ordersByName() throws {
        let policies = try [
            allowing(["**"], named: "b"), allowing(["*"], named: "a"), allowing(["*"], named: "B".lowercased() + "a"),
        ]
        #expect(try winner("nginx", in: policies) == "a *")
        #expect(try winner("nginx", in: policies.reversed()) == "a *")
    }

    @Test("A policy in the namespace switches the cluster's off, even one without entries")
    func prefersNamespace() throws {
        let cluster = try allowing(["*"])
        let empty = try policy(.imagePolicy, spec: "{}")
        let refusal = #"Deny "nginx", no matching repositories in the ImagePolicies"#
        #expect(try winner("nginx", in: [cluster, empty]) == refusal)
        #expect(try winner("nginx", in: [cluster, allowing(["redis"], .imagePolicy)]) == refusal)
        #expect(try winner("nginx", in: [cluster, allowing(["n*"], .imagePolicy, named: "own")]) == "shop/own n*")
        #expect(try winner("nginx", in: [cluster, empty], namespace: "other") == "default *")
    }

    @Test("An image without a policy is refused in Portieris' words")
    func refuses() throws {
        #expect(try winner("nginx", in: []) == #"Deny "nginx", no image policies or cluster polices"#)
        #expect(
            try winner("nginx:1", in: [allowing(["redis"])])
                == #"Deny "nginx:1", no matching repositories in ClusterImagePolicy and no ImagePolicies in the "shop" namespace"#
        )
        #expect(
            try winner("nginx", in: [allowing(["*"], .imagePolicy, in: "other")])
                == #"Deny "nginx", no image policies or cluster polices"#)
        #expect(try winner("a\"\nb", in: []) == #"Deny "a\"\nb", no image policies or cluster polices"#)
    }

    static let digest = "sha256:" + String(repeating: "a", count: 64)

    /// Portieris refuses each of these.
    static let second: [(patterns: [String], image: String, winner: String?)] = [
        (["docker.io/library/nginx"], "nginx", "docker.io/library/nginx"), (["docker.io/*"], "nginx:1", "docker.io/*"),
        (["docker.io/library/nginx:latest"], "nginx", "docker.io/library/nginx:latest"),
        (["docker.io/acme/*"], "acme/tool", "docker.io/acme/*"),
        (["docker.io/*"], "index.docker.io/acme/tool", "docker.io/*"),
        (["nginx"], "docker.io/library/nginx:1", "nginx"), (["nginx:1"], "docker.io/nginx:1", "nginx:1"),
        (["acme/*"], "docker.io/acme/tool:1", "acme/*"),
        (["icr.io/ns/app:latest"], "icr.io/ns/app", "icr.io/ns/app:latest"),
        (["icr.io/ns/app:*"], "icr.io/ns/app", "icr.io/ns/app:*"),
        (["icr.io/ns/app"], "icr.io/ns/app@\(digest)", "icr.io/ns/app"), (["nginx"], "nginx@\(digest)", "nginx"),
        (["docker.io/library/nginx"], "nginx@\(digest)", "docker.io/library/nginx"),
        // The same rules of precedence, over all names at once.
        (["docker.io/*", "docker.io/library/nginx"], "nginx", "docker.io/library/nginx"),
        (["library/nginx:1*", "docker.io/library/nginx"], "docker.io/nginx:1", "docker.io/library/nginx"),
        (["docker.io/library/nginx*", "nginx:latest"], "docker.io/nginx", "nginx:latest"),
        (["docker.io/library/nginx:latest", "library/nginx:latest"], "nginx", "docker.io/library/nginx:latest"),
        (["library/nginx:latest", "docker.io/library/nginx:latest"], "nginx", "library/nginx:latest"),
        // An entry for a tag does not speak of bytes that somebody chose, with that tag beside them or without.
        (["icr.io/ns/app:v1"], "icr.io/ns/app:v1@\(digest)", nil),
        (["icr.io/ns/app:v1"], "icr.io/ns/app@\(digest)", nil),
        (["icr.io/ns/app:latest"], "icr.io/ns/app@\(digest)", nil),
        (["icr.io/ns/app:*"], "icr.io/ns/app@\(digest)", nil),
        // Another image is another image.
        (["e.com/*"], "docker.io/e.com/app", nil), (["localhost/*"], "docker.io/localhost/app", nil),
        (["acme/*"], "e.com/acme/tool", nil), (["nginx"], "e.com/library/nginx", nil), (["nginx"], "e.com/nginx", nil),
        (["nginx"], "docker.io/acme/nginx", nil), (["icr.io/*"], "ICR.io/app", nil),
        (["icr.io/*"], "icr.io:443/app", nil),
        (["icr.io/*"], "evilicr.io/app", nil), (["docker.io/*"], "docker.io.e.com/app", nil),
        (["docker.io/*"], "Nginx", nil), (["docker.io/*"], "nginx:", nil),
    ]

    @Test("An image that nothing matches as it is written is looked for by its other names", arguments: second)
    func looksAgain(patterns: [String], image: String, winner: String?) throws {
        let resolution = try PolicyStore(policies: [allowing(patterns)]).resolve(image: image, in: "shop")
        guard case .matched(let match) = resolution else {
            #expect(winner == nil)
            return
        }
        #expect(match.pattern.description == winner)
        #expect(match.look != .written)
    }

    @Test(
        "The image as it is written counts first, whatever its other names would match",
        arguments: [
            (["*", "docker.io/library/nginx:latest"], "nginx", "*"),
            (["n*", "docker.io/library/nginx"], "nginx", "n*"),
            (["nginx", "docker.io/library/nginx:latest"], "nginx", "nginx"),
            (["*", "icr.io/ns/app"], "icr.io/ns/app@\(digest)", "*"),
            (["*/*/nginx", "nginx:latest"], "docker.io/library/nginx", "*/*/nginx"),
            (["icr.io/ns/ap*", "icr.io/ns/app:latest"], "icr.io/ns/app", "icr.io/ns/ap*"),
        ] as [([String], String, String)])
    func prefersRaw(patterns: [String], image: String, winner: String) throws {
        let resolution = try PolicyStore(policies: [allowing(patterns)]).resolve(image: image, in: "shop")
        guard case .matched(let match) = resolution else {
            Issue.record("no match")
            return
        }
        #expect(match.pattern.description == winner)
        #expect(match.look == .written)
    }

    @Test("The second look stays in the list of the first: a namespace never falls back to the cluster")
    func staysInList() throws {
        let policies = try [allowing(["docker.io/*"]), allowing(["redis"], .imagePolicy)]
        #expect(
            try winner("nginx", in: policies) == #"Deny "nginx", no matching repositories in the ImagePolicies"#)
        #expect(try winner("nginx", in: policies, namespace: "other") == "default docker.io/*")
        #expect(try winner("docker.io/library/redis:7", in: policies) == "shop/default redis")
    }

    @Test("An unusable entry decides on what it matches, and on nothing else")
    func keepsUnusableEntries() throws {
        let flawed = try policy(
            spec: """
                {"repositories":[{"name":"*","policy":{}},
                 {"name":"signed/*","policy":{"trust":{"enabled":true}}},{"name":"signed/free","policy":{}}]}
                """)
        let store = try PolicyStore(policies: [flawed])
        guard case .matched(let bad) = store.resolve(image: "signed/app", in: "shop"),
            case .matched(let good) = store.resolve(image: "signed/free:1", in: "shop")
        else {
            Issue.record("no match")
            return
        }
        #expect(throws: PolicyError.self) { try bad.requirement() }
        #expect(try good.requirement().isEmpty)
    }

    @Test("Among ten thousand patterns the right one is found")
    func findsAmongMany() throws {
        let patterns = (0..<10_000).map { "registry.example.com/team-\($0)/*" } + ["*"]
        let store = try PolicyStore(policies: [allowing(patterns)])
        guard case .matched(let match) = store.resolve(image: "registry.example.com/team-7321/app:1", in: "shop") else {
            Issue.record("no match")
            return
        }
        #expect(match.pattern.description == "registry.example.com/team-7321/*")
    }
}
