import Kubernetes
import Policies
import Primitives
import Support
import Synchronization
import Testing

@testable import Cluster

/// Looks again and again; the time limit of the test ends it.
private func eventually(_ condition: () -> Bool) async throws {
    while !condition() { try await Task.sleep(for: .milliseconds(2)) }
}

private final class Box: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
}

@Suite(.timeLimit(.minutes(2))) struct EventRecorderTests {
    private struct Bench: Sendable {
        let server: FakeAPIServer
        let recorder: EventRecorder
        let metrics: Metrics
        let box: Box

        var writes: [FakeAPIServer.Request] { server.requests.filter { $0.method != "GET" } }

        func count(_ name: String) -> Int? {
            let line = metrics.exposition().split(separator: "\n").first { $0.hasPrefix("\(name) ") }
            return line.flatMap { Int($0.split(separator: " ")[1]) }
        }
    }

    /// Runs a server with a policy of each kind, and a recorder, while `body` does.
    private func withRecorder(
        pace change: (inout EventRecorder.Pace) -> Void = { _ in }, isRunning: Bool = true,
        body: @Sendable (Bench) async throws -> Void
    ) async throws {
        let server = try FakeAPIServer(reactor: Loopback.reactor.get())
        server.put("default", at: .clusterImagePolicy, #""spec":{"repositories":[{"name":"*"}]}"#)
        server.put("mine", namespace: "shop", at: .imagePolicy, #""spec":{"repositories":[{"name":"*"}]}"#)
        let client = try Loopback.client(of: server)
        let (policies, metrics, box) = (try ClusterPolicies(client: client), Metrics(), Box())
        var pace = EventRecorder.Pace()
        (pace.period, pace.rest) = (.milliseconds(2), .milliseconds(2))
        change(&pace)
        let recorder = EventRecorder(
            client: client, policies: policies, instance: "web-1_7", metrics: metrics, pace: pace)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.serve() }
            group.addTask { await policies.run { _ in } }
            defer { group.cancelAll() }
            try await eventually { policies.isSynced }
            if isRunning { group.addTask { await recorder.run { box.add("\($0)") } } }
            try await body(Bench(server: server, recorder: recorder, metrics: metrics, box: box))
        }
    }

    private func refusal(_ image: String = "a", note: String? = nil, of policy: String = "default") -> PolicyRefusal {
        let key = ObjectKey(namespace: policy == "default" ? "" : "shop", name: policy)
        return PolicyRefusal(
            policy: PolicyIdentity(kind: policy == "default" ? .clusterImagePolicy : .imagePolicy, key: key),
            outcome: .refused, image: image, note: note ?? "Pod in team: Deny \"\(image)\"")
    }

    private let events = "/apis/events.k8s.io/v1/namespaces/default/events"

    @Test("A refusal is an Event about the policy, in its namespace, that the API server takes")
    func shape() async throws {
        try await withRecorder { bench in
            bench.recorder.record(refusal())
            try await eventually { bench.count("ostiary_events_written_total") == 1 }
            let request = try #require(bench.writes.first)
            #expect(request.method == "POST" && request.path == events)
            let event = try JSONDocument(parsing: request.body).root
            #expect(event["regarding"]?["uid"]?.string == "ClusterImagePolicy--default")
            #expect(event["regarding"]?["kind"]?.string == "ClusterImagePolicy")
            #expect(event["regarding"]?["apiVersion"]?.string == "portieris.cloud.ibm.com/v1")
            #expect(event["reason"]?.string == "ImageRefused" && event["type"]?.string == "Warning")
            #expect(event["note"]?.string == "Pod in team: Deny \"a\"")
            #expect(event["reportingInstance"]?.string == "web-1_7" && event["series"] == nil)
            bench.recorder.record(refusal(of: "mine"))
            try await eventually { bench.count("ostiary_events_written_total") == 2 }
            #expect(bench.writes.last?.path == "/apis/events.k8s.io/v1/namespaces/shop/events")
        }
    }

    @Test("The same again is counted in a series, which is written a second time and then not for each")
    func series() async throws {
        try await withRecorder { bench in
            bench.recorder.record(refusal())
            try await eventually { bench.count("ostiary_events_written_total") == 1 }
            for _ in 0..<100 { bench.recorder.record(refusal()) }
            try await eventually { bench.count("ostiary_events_written_total") == 2 }
            let patch = try #require(bench.writes.last)
            #expect(patch.method == "PATCH" && patch.headers["content-type"] == "application/merge-patch+json")
            let series = try #require(try JSONDocument(parsing: patch.body).root["series"])
            #expect((2...101).contains(series["count"]?.integer ?? 0) && series["lastObservedTime"]?.string != nil)
            await bench.recorder.flush(by: .after(.seconds(60)))
            let last = try #require(bench.writes.last)
            #expect(try JSONDocument(parsing: last.body).root["series"]?["count"]?.integer == 101)
            #expect(bench.writes.count <= 3)
        }
    }

    @Test("An Event that the API server has forgotten is created anew, with its count")
    func forgotten() async throws {
        try await withRecorder { bench in
            bench.recorder.record(refusal())
            try await eventually { bench.count("ostiary_events_written_total") == 1 }
            let name = try #require(JSONDocument(parsing: bench.writes[0].body).root["metadata"]?["name"]?.string)
            bench.server.put(nil, at: "\(events)/\(name)")
            bench.recorder.record(refusal())
            try await eventually { bench.count("ostiary_events_written_total") == 2 }
            #expect(bench.writes.map(\.method) == ["POST", "PATCH", "POST"])
            let event = try JSONDocument(parsing: bench.writes[2].body).root
            #expect(event["series"]?["count"]?.integer == 2 && event["metadata"]?["name"]?.string == name)
        }
    }

    @Test("While the API server fails Events wait and are counted, and that is told once")
    func failing() async throws {
        try await withRecorder { bench in
            bench.server.misbehave(
                at: events, .status(500, "InternalError"), .cut, .status(500, "InternalError"),
                .status(429, "TooManyRequests"))
            for _ in 0..<3 { bench.recorder.record(refusal()) }
            try await eventually { bench.count("ostiary_events_written_total") == 1 }
            try await eventually { bench.box.all.contains("recovered") }
            let event = try JSONDocument(parsing: try #require(bench.writes.last).body).root
            #expect(event["series"]?["count"]?.integer == 3)
            #expect(bench.box.all.count { $0.contains("500 InternalError") } <= 2, "\(bench.box.all)")
        }
    }

    @Test("An Event that the API server has taken without saying so is not created twice")
    func lostAnswer() async throws {
        try await withRecorder { bench in
            bench.server.misbehave(at: events, .status(409, "AlreadyExists"))
            bench.recorder.record(refusal())
            try await eventually { bench.count("ostiary_events_written_total") == 1 }
            #expect(bench.writes.count == 1 && bench.box.all.isEmpty)
        }
    }

    @Test("What is tried in vain is given up after some attempts, and counted")
    func givenUp() async throws {
        try await withRecorder(pace: { $0.attempts = 3 }) { bench in
            bench.server.misbehave(
                at: events, .status(500, "InternalError"), .status(500, "InternalError"), .status(500, "InternalError"))
            bench.recorder.record(refusal())
            try await eventually { bench.count(#"ostiary_events_dropped_total{reason="failed"}"#) == 1 }
            bench.recorder.record(refusal("b"))
            try await eventually { bench.count("ostiary_events_written_total") == 1 }
        }
    }

    @Test("Without the right an Event is tried once, and that is told once")
    func forbidden() async throws {
        try await withRecorder { bench in
            bench.server.misbehave(at: events, .status(403, "Forbidden"), .status(403, "Forbidden"))
            bench.recorder.record(refusal("a"))
            bench.recorder.record(refusal("b"))
            try await eventually { bench.count(#"ostiary_events_dropped_total{reason="refused"}"#) == 2 }
            #expect(bench.box.all.count == 1 && bench.box.all[0].contains("403 Forbidden"))
            #expect(bench.writes.count == 2)
        }
    }

    @Test("In a namespace that is being deleted nothing can be told, which is nobody's fault")
    func endingNamespace() async throws {
        try await withRecorder { bench in
            let body =
                #"{"kind":"Status","status":"Failure","message":"it is being terminated","reason":"Forbidden","#
                + #""details":{"name":"x","causes":[{"reason":"NamespaceTerminating"}]},"code":403}"#
            let answer =
                "HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            bench.server.misbehave(at: "/apis/events.k8s.io/v1/namespaces/shop/events", .raw(Array(answer.utf8)))
            bench.recorder.record(refusal(of: "mine"))
            try await eventually { bench.count(#"ostiary_events_dropped_total{reason="gone"}"#) == 1 }
            #expect(bench.box.all.isEmpty)
        }
    }

    @Test("Of a policy that is gone nothing is told")
    func gonePolicy() async throws {
        try await withRecorder { bench in
            bench.recorder.record(refusal(of: "other"))
            try await eventually { bench.count(#"ostiary_events_dropped_total{reason="gone"}"#) == 1 }
            #expect(bench.writes.isEmpty)
        }
    }

    @Test("Without a writer there is no more than a bounded number of Events, and the rest is counted as dropped")
    func bounded() async throws {
        try await withRecorder(isRunning: false) { bench in
            for number in 0..<1200 {
                let policy = PolicyIdentity(
                    kind: .imagePolicy, key: ObjectKey(namespace: "n\(number)", name: "p"))
                bench.recorder.record(PolicyRefusal(policy: policy, outcome: .refused, image: "a", note: "n"))
            }
            #expect(bench.count(#"ostiary_events_dropped_total{reason="full"}"#) == 1200 - Limits.eventSeries)
        }
    }

    @Test(
        "Whatever a note or name holds, the API server takes the Event",
        arguments: [
            String(repeating: "é", count: 2000), "one\ntwo\u{1B}[31m\u{202E}", "", String(repeating: "🧱", count: 300),
        ])
    func notes(text: String) async throws {
        try await withRecorder { bench in
            let name = String(repeating: "a", count: 199) + "-" + String(repeating: "b", count: 53)
            bench.server.put(name, at: .clusterImagePolicy, #""spec":{"repositories":[]}"#)
            let policy = PolicyIdentity(kind: .clusterImagePolicy, key: ObjectKey(namespace: "", name: name))
            while bench.count("ostiary_events_written_total") == 0 {
                // Dropped until the watch has brought the policy.
                bench.recorder.record(PolicyRefusal(policy: policy, outcome: .undecided, image: text, note: text))
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(bench.count(#"ostiary_events_dropped_total{reason="refused"}"#) == 0)
            #expect(bench.server.requests.contains { $0.method == "POST" })
        }
    }
}
