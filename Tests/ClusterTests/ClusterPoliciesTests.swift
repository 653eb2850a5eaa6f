import Cluster
import Kubernetes
import Policies
import Primitives
import Support
import Synchronization
import Testing

/// Hears what is told, and lets a test wait.
private final class Ear: Sendable {
    private let news = Mutex<[String]>([])

    var heard: [String] { news.withLock { $0 } }

    func take(_ news: ClusterPolicies.News) {
        let text =
            switch news {
            case .synced(let kind, let count): "synced \(kind.rawValue) \(count)"
            case .stale(let kind, let problem): "stale \(kind.rawValue) \(problem)"
            case .recovered(let kind): "recovered \(kind.rawValue)"
            case .flaw(let flaw): "flaw \(flaw)"
            }
        self.news.withLock { $0.append(text) }
    }
}

/// Looks again and again; the time limit of the test ends it.
private func eventually(_ condition: () -> Bool) async throws {
    while !condition() { try await Task.sleep(for: .milliseconds(2)) }
}

private func withPolicies(
    silence: Duration = .seconds(180), before: (FakeAPIServer) -> Void = { _ in },
    body: @Sendable (FakeAPIServer, ClusterPolicies, Ear) async throws -> Void
) async throws {
    let server = try FakeAPIServer(reactor: Loopback.reactor.get())
    before(server)
    var patience = Watcher<WatchedPolicy>.Patience()
    patience.backoff = Backoff(first: .milliseconds(1), longest: .milliseconds(4))
    patience.silence = silence
    let policies = try ClusterPolicies(client: Loopback.client(of: server), patience: patience)
    let ear = Ear()
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await server.serve() }
        group.addTask { await policies.run { ear.take($0) } }
        defer { group.cancelAll() }
        try await body(server, policies, ear)
    }
}

extension FakeAPIServer {
    fileprivate func put(_ pattern: String, as name: String, in namespace: String = "", _ policy: String = "{}") {
        put(
            name, namespace: namespace, at: namespace.isEmpty ? .clusterImagePolicy : .imagePolicy,
            #""spec":{"repositories":[{"name":"\#(pattern)","policy":\#(policy)}]}"#)
    }
}

extension ClusterPolicies {
    /// `policy/pattern` of the entry that decides, or why none does.
    fileprivate func decider(of image: String, in namespace: String = "shop") -> String {
        switch store.resolve(image: image, in: namespace) {
        case .refused(_, let message): return message
        case .matched(let match):
            do {
                _ = try match.requirement()
                return "\(match.policy.name) \(match.pattern)"
            } catch {
                return "\(error)"
            }
        }
    }
}

@Suite(.timeLimit(.minutes(2))) struct ClusterPoliciesTests {
    private let reject = #"{"simple":{"requirements":[{"type":"reject"}]}}"#

    @Test("Nothing is known before both kinds have come")
    func sync() async throws {
        try await withPolicies(
            before: { server in
                server.put("a.test/*", as: "default")
                server.serve(.imagePolicy, false)
            },
            body: { server, policies, ear in
                try await eventually { ear.heard.contains("synced ClusterImagePolicy 1") }
                try await eventually { policies.problem(of: .imagePolicy)?.hasPrefix("404 ") == true }
                #expect(!policies.isSynced && policies.store.policies.isEmpty)
                server.serve(.imagePolicy, true)
                try await eventually { policies.isSynced }
                #expect(policies.decider(of: "a.test/x") == "ClusterImagePolicy default a.test/*")
                #expect(policies.problem(of: .imagePolicy) == nil && policies.lastNews(of: .imagePolicy) != nil)
            })
    }

    @Test("A cluster without policies is synced too")
    func empty() async throws {
        try await withPolicies { _, policies, _ in
            try await eventually { policies.isSynced }
            #expect(policies.decider(of: "a.test/x").contains("no image policies"))
        }
    }

    @Test(
        "Policies that come, change and go decide from then on, and the last of a namespace makes way for the cluster's"
    )
    func changes() async throws {
        try await withPolicies(before: { $0.put("*", as: "default") }) { server, policies, _ in
            try await eventually { policies.decider(of: "a.test/x") == "ClusterImagePolicy default *" }
            server.put("a.test/*", as: "mine", in: "shop")
            try await eventually { policies.decider(of: "a.test/x") == "ImagePolicy shop/mine a.test/*" }
            #expect(policies.decider(of: "a.test/x", in: "other") == "ClusterImagePolicy default *")
            server.put("b.test/*", as: "mine", in: "shop")
            try await eventually { policies.decider(of: "b.test/x") == "ImagePolicy shop/mine b.test/*" }
            #expect(policies.decider(of: "a.test/x").contains("no matching repositories in the ImagePolicies"))
            server.remove("mine", namespace: "shop", at: .imagePolicy)
            try await eventually { policies.decider(of: "a.test/x") == "ClusterImagePolicy default *" }
            server.remove("default", at: .clusterImagePolicy)
            try await eventually { policies.decider(of: "a.test/x").contains("no image policies") }
        }
    }

    @Test("A policy that cannot be read refuses every image it would be asked about, and says so")
    func unreadable() async throws {
        try await withPolicies(before: { $0.put("*", as: "default") }) { server, policies, ear in
            server.put("a.test/*", as: "good", in: "shop")
            server.put("bad", namespace: "shop", at: .imagePolicy, #""spec":{"repositories":"*"}"#)
            try await eventually { policies.decider(of: "a.test/x").contains("repositories: an array is expected") }
            #expect(policies.decider(of: "b.test/x").contains("repositories"))
            #expect(policies.decider(of: "b.test/x", in: "other") == "ClusterImagePolicy default *")
            #expect(ear.heard.contains { $0.hasPrefix("flaw ") && $0.contains("repositories") })
            server.remove("bad", namespace: "shop", at: .imagePolicy)
            try await eventually { policies.decider(of: "a.test/x") == "ImagePolicy shop/good a.test/*" }
        }
    }

    @Test("An entry with a field that is not known refuses what it matches, and no more")
    func unusable() async throws {
        try await withPolicies { server, policies, _ in
            server.put("a.test/*", as: "one", #"{"unknown":true}"#)
            server.put("b.test/*", as: "two", reject)
            try await eventually { policies.decider(of: "b.test/x") == "ClusterImagePolicy two b.test/*" }
            #expect(policies.decider(of: "a.test/x").contains("unknown field"))
        }
    }

    @Test("While the server is away what is known stays, and its return is told")
    func away() async throws {
        try await withPolicies(before: { $0.put("*", as: "default") }) { server, policies, ear in
            try await eventually { policies.isSynced }
            let path = FakeAPIServer.Kind.clusterImagePolicy.path
            server.forgetHistory()
            server.misbehave(at: path, .status(500, "InternalError"), .cut, .status(503, "ServiceUnavailable"))
            server.breakStreams()
            try await eventually { ear.heard.contains { $0.hasPrefix("stale ClusterImagePolicy 500 InternalError") } }
            #expect(policies.isSynced && policies.decider(of: "a.test/x") == "ClusterImagePolicy default *")
            try await eventually { ear.heard.contains("recovered ClusterImagePolicy") }
        }
    }

    @Test(
        "After any script that ends healthy the store has the policies of the server, and what they say",
        arguments: 1...12 as ClosedRange<UInt64>)
    func anyScript(seed: UInt64) async throws {
        try await withPolicies(silence: .milliseconds(100)) { server, policies, _ in
            var script = RandomScript(seed: seed)
            try await script.run(steps: 60, on: server, at: FakeAPIServer.Kind.allCases) { number in
                #""spec":{"repositories":[{"name":"h\#(number).test/*"}]}"#
            }
            server.put("last.test/*", as: "last")
            try await eventually { policies.isSynced && Self.contents(of: policies.store) == Self.contents(of: server) }
            // What is decided comes of an index beside the list.
            for (name, pattern) in Self.contents(of: server) where name.hasPrefix("ImagePolicy ") {
                let namespace = name.dropFirst("ImagePolicy ".count).prefix { $0 != "/" }
                let image = String(pattern.dropLast()) + "app"
                #expect(policies.decider(of: image, in: String(namespace)) == "\(name) \(pattern)")
            }
        }
    }

    /// The pattern of the only entry of each policy, by the policy's kind and name.
    private static func contents(of store: PolicyStore) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: store.policies.map {
                ($0.identity.name, $0.entries.map(\.pattern.description).joined())
            })
    }

    private static func contents(of server: FakeAPIServer) -> [String: String] {
        var contents: [String: String] = [:]
        for kind in FakeAPIServer.Kind.allCases {
            for (name, text) in server.objects(at: kind) {
                contents["\(kind.rawValue) \(name)"] = text.split(separator: "\"").first { $0.contains("test/") }
                    .map(String.init)
            }
        }
        return contents
    }

    @Test("Thousands of policies come and change")
    func many() async throws {
        try await withPolicies(
            before: { server in
                for number in 0..<2000 { server.put("h\(number).test/*", as: "p", in: "ns-\(number)") }
            },
            body: { server, policies, _ in
                try await eventually { policies.isSynced }
                #expect(policies.store.policies.count == 2000)
                for number in 0..<200 { server.put("new.test/*", as: "p", in: "ns-\(number)") }
                try await eventually {
                    policies.decider(of: "new.test/x", in: "ns-199") == "ImagePolicy ns-199/p new.test/*"
                }
                #expect(policies.decider(of: "h200.test/x", in: "ns-200") == "ImagePolicy ns-200/p h200.test/*")
                #expect(policies.store.policies.count == 2000)
            })
    }
}
