import Kubernetes
import Policies
import Primitives
import Support
import Testing

@testable import Cluster

@Suite(.timeLimit(.minutes(2))) struct KeyCheckTests {
    private let now = Timestamp(secondsSince1970: 1_795_281_936)

    /// A key ring is what its bytes say about it.
    private static let findings: KeyCheck.Findings = { ring, _ in
        switch ring.revealText() {
        case "good": []
        case "late": [PolicyFinding(.keyExpires, "key 7 expires at noon")]
        case "dead": [PolicyFinding(.expiredKey, "no key of this ring may sign")]
        default: nil
        }
    }

    private func secret(_ name: String, in namespace: String, _ values: String) -> String {
        #"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"\#(name)","namespace":"\#(namespace)"},"stringData":\#(values)}"#
    }

    private func condition(
        _ kind: PolicyIdentity.Kind = .clusterImagePolicy, _ simple: String..., isStrict: Bool = false,
        before: (FakeAPIServer) -> Void = { _ in }
    ) async throws -> PolicyCondition? {
        let server = try FakeAPIServer(reactor: Loopback.reactor.get())
        for text in ["good", "late", "dead", "slow"] {
            for namespace in ["keys", "portieris", "shop"] where namespace != "portieris" || text == "good" {
                server.put(
                    secret(text, in: namespace, #"{"key":"\#(text)"}"#),
                    at: "/api/v1/namespaces/\(namespace)/secrets/\(text)")
            }
        }
        server.put(
            secret("empty", in: "keys", #"{"cert":"x"}"#), at: "/api/v1/namespaces/keys/secrets/empty")
        server.put(
            secret("login", in: "portieris", #"{"username":"me","password":"it"}"#),
            at: "/api/v1/namespaces/portieris/secrets/login")
        before(server)
        let isLocal = kind == .imagePolicy
        let metadata = #"{"name":"p"\#(isLocal ? #","namespace":"shop""# : "")}"#
        let entries = simple.map { #"{"name":"a","policy":{"simple":\#($0)}}"# }.joined(separator: ",")
        let text =
            #"{"apiVersion":"portieris.cloud.ibm.com/v1","kind":"\#(kind.rawValue)","metadata":\#(metadata),"#
            + #""spec":{"repositories":[\#(entries)]}}"#
        let policy = WatchedPolicy(
            try JSONDocument(parsing: Array(text.utf8)).root, as: kind,
            ObjectKey(namespace: isLocal ? "shop" : "", name: "p"))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.serve() }
            defer { group.cancelAll() }
            let check = KeyCheck(
                objects: ClusterObjects(client: try Loopback.client(of: server)),
                keyRule: KeyNamespaceRule(ownNamespace: "portieris", isStrict: isStrict), findings: Self.findings)
            return await check.condition(
                of: policy.policy, in: try PolicyStore(policies: []), at: now, by: .after(.seconds(60)))
        }
    }

    private func signedBy(_ secret: String, in namespace: String? = nil) -> String {
        let place = namespace.map { #","keySecretNamespace":"\#($0)""# } ?? ""
        return #"{"requirements":[{"type":"signedBy","keySecret":"\#(secret)"\#(place)}]}"#
    }

    @Test("Keys that are there and good are ready, and so is a policy that names none")
    func ready() async throws {
        let good = try await condition(.clusterImagePolicy, signedBy("good", in: "keys"), signedBy("good"))
        #expect(good?.state == .yes && good?.reason == "KeysUsable")
        #expect(good?.message == "All 2 Secrets can be used")
        let none = try await condition(.clusterImagePolicy, #"{"requirements":[{"type":"reject"}]}"#)
        #expect(none?.state == .yes && none?.reason == "NoKeysNamed")
        let login = try await condition(
            .clusterImagePolicy,
            #"{"storeURL":"https://s.test","storeSecret":"login","requirements":[{"type":"reject"}]}"#)
        #expect(login?.reason == "KeysUsable" && login?.message == "The only Secret can be used")
        let own = try await condition(.imagePolicy, signedBy("good"))
        #expect(own?.reason == "KeysUsable")
    }

    @Test("A key that will expire soon is ready, and that is told")
    func late() async throws {
        let late = try await condition(.clusterImagePolicy, signedBy("late", in: "keys"))
        #expect(late?.state == .yes && late?.message.contains("expires at noon") == true)
    }

    @Test("What is missing, empty or expired is not ready, and the message names it in the words of a refusal")
    func unusable() async throws {
        let bad = try await condition(
            .clusterImagePolicy, signedBy("nope", in: "keys"), signedBy("empty", in: "keys"),
            signedBy("dead", in: "keys"), signedBy("good", in: "keys"))
        #expect(bad?.state == .no && bad?.reason == "KeysUnusable")
        #expect(
            bad?.message
                == #"secrets "nope" not found in namespace "keys"; secret "empty" in "keys" does not contain a "key" "#
                + #"attribute; secret "dead" in "keys": no key of this ring may sign"#)
        let store = try await condition(
            .clusterImagePolicy,
            #"{"storeURL":"https://s.test","storeSecret":"good","requirements":[{"type":"reject"}]}"#)
        #expect(store?.reason == "KeysUnusable" && store?.message.contains("does not contain username") == true)
        let local = try await condition(.imagePolicy, signedBy("nope"))
        #expect(local?.reason == "KeysUnusable")
    }

    @Test("A key of a cluster policy that is in no known namespace may be in the workload's, unless that is forbidden")
    func open() async throws {
        let open = try await condition(.clusterImagePolicy, signedBy("nope"))
        #expect(open?.state == .unknown && open?.reason == "KeysInWorkloadNamespaces")
        #expect(open?.message.contains("of each workload") == true)
        let strict = try await condition(.clusterImagePolicy, signedBy("nope"), isStrict: true)
        #expect(strict?.state == .no && strict?.reason == "KeysUnusable")
    }

    @Test("Of a Secret that may not be read it is not known whether it is there, and of a server that fails nothing is")
    func hidden() async throws {
        let path = "/api/v1/namespaces/keys/secrets/good"
        let hidden = try await condition(.clusterImagePolicy, signedBy("good", in: "keys")) {
            $0.misbehave(at: path, .status(403, "Forbidden"))
        }
        #expect(hidden?.state == .unknown && hidden?.reason == "KeysUnreadable")
        #expect(hidden?.message.contains("403 Forbidden") == true)
        let failing = try await condition(.clusterImagePolicy, signedBy("good", in: "keys")) {
            $0.misbehave(at: path, .status(500, "InternalError"))
        }
        #expect(failing == nil)
        #expect(try await condition(.clusterImagePolicy, signedBy("slow", in: "keys")) == nil)
    }

    @Test("Of a policy that cannot be read it is not known which keys it names")
    func unreadable() async throws {
        let dark = try await condition(.clusterImagePolicy, #"7}},{"name":7,"policy":{"simple":{}"#)
        #expect(dark?.state == .unknown && dark?.reason == "Unreadable")
    }

    @Test("What is certainly wrong is told before what is not known")
    func order() async throws {
        let path = "/api/v1/namespaces/keys/secrets/good"
        let both = try await condition(.clusterImagePolicy, signedBy("good", in: "keys"), signedBy("dead", in: "keys"))
        {
            $0.misbehave(at: path, .status(403, "Forbidden"))
        }
        #expect(both?.reason == "KeysUnusable")
    }
}

@Suite struct KeyBookTests {
    private let start = ContinuousClock.now
    private let condition = PolicyCondition(type: "KeysReady", state: .yes, reason: "R", message: "m")

    private func policy(_ generation: Int = 1, uid: String = "u") throws -> WatchedPolicy {
        let text = #"{"metadata":{"uid":"\#(uid)","generation":\#(generation)},"spec":{"repositories":[]}}"#
        return WatchedPolicy(
            try JSONDocument(parsing: Array(text.utf8)).root, as: .clusterImagePolicy,
            ObjectKey(namespace: "", name: "p"))
    }

    @Test("Keys are looked at when a policy is new or changed, and every five minutes")
    func due() throws {
        var book = KeyBook()
        #expect(try book.isDue(policy(), at: start) && book.condition(of: policy()) == nil)
        book.note(condition, of: try policy(), at: start)
        #expect(try !book.isDue(policy(), at: start + .seconds(299)) && book.condition(of: policy()) == condition)
        #expect(try book.isDue(policy(), at: start + .seconds(300)))
        #expect(try book.isDue(policy(2), at: start) && book.condition(of: policy(2)) == nil)
        #expect(try book.isDue(policy(uid: "v"), at: start))
    }

    @Test("What could not be found out is looked at again sooner, and what was known stays")
    func unknown() throws {
        var book = KeyBook()
        book.note(condition, of: try policy(), at: start)
        book.note(nil, of: try policy(), at: start)
        #expect(try book.condition(of: policy()) == condition && !book.isDue(policy(), at: start + .seconds(29)))
        #expect(try book.isDue(policy(), at: start + .seconds(30)))
        book.forget { _ in true }
        #expect(try book.condition(of: policy()) == nil)
    }
}
