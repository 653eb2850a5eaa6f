import Kubernetes
import Policies
import Primitives
import Testing

@testable import Cluster

@Suite struct PolicyStatusTests {
    private let now = Timestamp(secondsSince1970: 1_795_281_936)

    private func policy(spec: String, status: String = "null", generation: Int = 2) throws -> WatchedPolicy {
        let text = #"""
            {"apiVersion":"portieris.cloud.ibm.com/v1","kind":"ClusterImagePolicy",
             "metadata":{"name":"default","uid":"u","generation":\#(generation)},"spec":\#(spec),"status":\#(status)}
            """#
        return WatchedPolicy(
            try JSONDocument(parsing: Array(text.utf8)).root, as: .clusterImagePolicy,
            ObjectKey(namespace: "", name: "default"))
    }

    private func condition(_ spec: String) throws -> PolicyCondition {
        PolicyCondition(readinessOf: try policy(spec: spec).policy)
    }

    @Test("A policy is ready when all its entries can be used; else the condition says what is wrong")
    func readiness() throws {
        let good = try condition(#"{"repositories":[{"name":"a","policy":{}},{"name":"b"}]}"#)
        #expect(good.state == .yes && good.reason == "EntriesUsable" && good.message == "All 2 entries can be used.")
        let bad = try condition(#"{"repositories":[{"name":"a","policy":{"unknown":1}},{"name":"b","policy":7}]}"#)
        #expect(bad.state == .no && bad.reason == "EntriesUnusable")
        #expect(
            bad.message
                == "spec.repositories[0].policy.unknown: unknown field; spec.repositories[1].policy: an object is "
                + "expected here, found a number")
        let dark = try condition(#"{"repositories":"*"}"#)
        #expect(dark.reason == "Unreadable" && dark.message.contains("spec.repositories: an array is expected"))
    }

    @Test("Of many flaws some are told, and how many there are more")
    func manyFlaws() throws {
        let entries = (0..<20).map { _ in #"{"name":"a","policy":{"unknown":1}}"# }.joined(separator: ",")
        let message = try condition(#"{"repositories":[\#(entries)]}"#).message
        #expect(message.hasSuffix("; and 12 more"))
    }

    @Test("What was written is not written again; a change of the policy is")
    func onlyOnChange() throws {
        let spec = #"{"repositories":[{"name":"a","policy":{}}]}"#
        let first = try policy(spec: spec)
        let conditions = [PolicyCondition(readinessOf: first.policy)]
        let due = try #require(first.dueStatus(conditions, at: now))
        let stored = String(decoding: due.patch.serialized(), as: UTF8.self).dropFirst(#"{"status":"#.count).dropLast()
        let second = try policy(spec: spec, status: String(stored))
        let later = Timestamp(secondsSince1970: now.secondsSince1970 + 60)
        #expect(second.dueStatus(conditions, at: later) == nil)
        let third = try policy(spec: spec, status: String(stored), generation: 3)
        let changed = try #require(third.dueStatus(conditions, at: later))
        #expect(changed.generation == 3 && changed.entries[0].lastTransition == now.description)
        let broken = [PolicyCondition(type: "Ready", state: .no, reason: "X", message: "")]
        #expect(try #require(third.dueStatus(broken, at: later)).entries[0].lastTransition == later.description)
    }

    @Test("A condition of which nothing new is known stays as it is stored, and is not made up")
    func kept() throws {
        let spec = #"{"repositories":[{"name":"a"}]}"#
        let ready = PolicyCondition(type: "Ready", state: .yes, reason: "R", message: "m")
        let keys = PolicyCondition(type: "KeysReady", state: .unknown, reason: "K", message: "k")
        let first = try policy(spec: spec)
        let due = try #require(first.dueStatus([ready, keys], at: now))
        let stored = String(decoding: due.patch.serialized(), as: UTF8.self).dropFirst(#"{"status":"#.count).dropLast()
        #expect(stored.contains(#""type":"KeysReady","status":"Unknown""#))
        let second = try policy(spec: spec, status: String(stored))
        let later = Timestamp(secondsSince1970: now.secondsSince1970 + 60)
        #expect(second.dueStatus([ready], keeping: ["KeysReady"], at: later) == nil)
        #expect(try #require(second.dueStatus([ready], at: later)).entries.count == 1)
        #expect(try #require(first.dueStatus([ready], keeping: ["KeysReady"], at: later)).entries.count == 1)
    }

    @Test("The status has the shape of the definition")
    func shape() throws {
        let due = try #require(
            try policy(spec: #"{"repositories":[{"name":"a"}]}"#).dueStatus(
                [PolicyCondition(type: "Ready", state: .yes, reason: "R", message: "m")], at: now))
        #expect(
            String(decoding: due.patch.serialized(), as: UTF8.self)
                == #"{"status":{"observedGeneration":2,"conditions":[{"type":"Ready","status":"True","observedGeneration":2,"#
                + #""lastTransitionTime":"2026-11-21T17:25:36Z","reason":"R","message":"m"}]}}"#)
    }

    @Test(
        "A status that somebody else left is replaced",
        arguments: ["{}", #"{"conditions":"x"}"#, #"{"observedGeneration":2,"conditions":[{}]}"#, "7"])
    func foreign(status: String) throws {
        let policy = try policy(spec: "{}", status: status)
        #expect(policy.dueStatus([PolicyCondition(readinessOf: policy.policy)], at: now) != nil)
    }

    @Test("A new status or label does not make it another policy; a new generation or object does")
    func same() throws {
        let one = try policy(spec: "{}")
        #expect(try one.saysTheSame(as: policy(spec: "{}", status: #"{"observedGeneration":2}"#)))
        #expect(try !one.saysTheSame(as: policy(spec: "{}", generation: 3)))
        #expect(try !policy(spec: "{}", generation: 0).saysTheSame(as: policy(spec: "{}", generation: 0)))
    }
}
