import Kubernetes
import Policies
import Primitives
import Support
import Synchronization
import Testing

@testable import Admission

/// A cluster that answers from memory, and notes what it was asked.
private final class FakeObjects: ObjectReading {
    private let secrets: [ObjectKey: SecretObject]
    private let accounts: [ObjectKey: ServiceAccount]
    private let broken: Set<ObjectKey>
    private let questions = Mutex<[String]>([])

    init(secrets: [SecretObject] = [], accounts: [ServiceAccount] = [], broken: [ObjectKey] = []) {
        self.secrets = Dictionary(secrets.map { ($0.key, $0) }) { first, _ in first }
        self.accounts = Dictionary(accounts.map { ($0.key, $0) }) { first, _ in first }
        self.broken = Set(broken)
    }

    var asked: [String] { questions.withLock { $0.sorted() } }

    func secret(_ key: ObjectKey, by deadline: Deadline) async throws(ObjectUnavailable) -> SecretObject? {
        questions.withLock { $0.append("secret \(key)") }
        if broken.contains(key) { throw ObjectUnavailable("403 Forbidden") }
        return secrets[key]
    }

    func serviceAccount(_ key: ObjectKey, by deadline: Deadline) async throws(ObjectUnavailable) -> ServiceAccount? {
        questions.withLock { $0.append("account \(key)") }
        if broken.contains(key) { throw ObjectUnavailable("403 Forbidden") }
        return accounts[key]
    }
}

@Suite struct ObjectGatheringTests {
    private func gather(
        _ entries: [Entry], images: [String], _ sources: [PullSource], from objects: FakeObjects,
        rule: KeyNamespaceRule = KeyNamespaceRule(ownNamespace: "ostiary", isStrict: false)
    ) async throws -> PolicyStore {
        let store = try PolicyStore(policies: [clusterPolicy(entries)])
        return await ObjectGathering(objects: objects, keyRule: rule, namespace: "shop", deadline: soon)
            .complete(store, for: images, pulling: sources)
    }

    @Test("Keys, pull secrets and those of accounts are each asked for once")
    func once() async throws {
        let objects = FakeObjects(
            secrets: [try secret("one", ["a": "1"]), try secret("release", in: "ostiary", ["key": "ring"])],
            accounts: [try account("web", pullSecrets: ["one", "two"])])
        let store = try await gather(
            [("e.com/*", Ask.signature), ("*", Ask.nothing)], images: ["e.com/a", "e.com/b", "other/c"],
            [PullSource(serviceAccount: "web"), PullSource(serviceAccount: "web"), PullSource(secrets: ["one"])],
            from: objects)
        #expect(
            objects.asked == [
                "account shop/web", "secret ostiary/release", "secret shop/one", "secret shop/release",
                "secret shop/two",
            ])
        #expect(store.secret(named: "one", in: "shop") != nil && store.secret(named: "two", in: "shop") == nil)
        #expect(store.serviceAccount(named: "web", in: "shop") != nil)
        #expect(store.secret(named: "release", in: "ostiary")?.values["key"]?.revealText() == "ring")
    }

    @Test(
        "For images that no registry is asked about nothing is fetched",
        arguments: [Ask.nothing, Ask.notary])
    func nothing(policy: String) async throws {
        let objects = FakeObjects()
        _ = try await gather([("e.com/*", policy)], images: ["e.com/a", "none.com/b"], [PullSource()], from: objects)
        #expect(objects.asked.isEmpty)
    }

    @Test(
        "Pull secrets are fetched for an image that the registry only has to have",
        arguments: [Ask.anything, Ask.reject])
    func pullSecretsOnly(policy: String) async throws {
        let objects = FakeObjects()
        _ = try await gather(
            [("e.com/*", policy)], images: ["e.com/a"], [PullSource(secrets: ["one"])], from: objects)
        #expect(objects.asked == ["secret shop/one"])
    }

    @Test("A pod that names neither is pulled for with the account `default`")
    func standardAccount() async throws {
        let objects = FakeObjects()
        _ = try await gather([("*", Ask.signature)], images: ["e.com/a"], [PullSource()], from: objects)
        #expect(objects.asked.contains("account shop/default"))
    }

    @Test("A key that cannot be read is not looked for in the next namespace, where a tenant could put another")
    func brokenKey() async throws {
        let objects = FakeObjects(
            secrets: [try secret("release", ["key": "the tenant's"])],
            broken: [ObjectKey(namespace: "ostiary", name: "release")])
        let house = try House(FakeNetwork(), [("*", Ask.signature)])
        let doorkeeper = Doorkeeper(examiner: house.examiner, objects: objects) { house.store }
        let request = try AdmissionReview(parsing: Array(podReview(["e.com/a"]).utf8)).request
        let verdict = try await doorkeeper.review(request, at: .admit, by: soon)
        #expect(verdict.decision == .undecided)
        #expect(verdict.message.contains(#"secret "release" in "ostiary" could not be read: 403 Forbidden"#))
        #expect(verdict.findings.first?.examination.objection?.code == .clusterUnavailable)
        #expect(house.network.urls.isEmpty)
    }

    @Test("With the strict rule the workload's namespace is not even asked")
    func strict() async throws {
        let objects = FakeObjects()
        _ = try await gather(
            [("*", Ask.signature)], images: ["e.com/a"], [PullSource(secrets: ["x"])], from: objects,
            rule: KeyNamespaceRule(ownNamespace: "ostiary", isStrict: true))
        #expect(objects.asked == ["secret ostiary/release", "secret shop/x"])
    }
}
