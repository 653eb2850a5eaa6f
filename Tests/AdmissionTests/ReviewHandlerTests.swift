import Foundation
import HTTP
import Kubernetes
import Policies
import Primitives
import Registry
import Support
import Synchronization
import Testing

@testable import Admission

/// Keeps the records it gets.
private final class Notebook: DecisionLog {
    private let kept = Mutex<[DecisionRecord]>([])

    var records: [DecisionRecord] { kept.withLock { $0 } }

    func record(_ decision: DecisionRecord) { kept.withLock { $0.append(decision) } }
}

@Suite(.timeLimit(.minutes(2))) struct ReviewHandlerTests {
    private let network = FakeNetwork()
    private let notebook = Notebook()
    private let metrics = Metrics()
    private let counters: AdmissionMetrics
    private let gate: ReviewGate

    init() {
        counters = AdmissionMetrics(metrics)
        gate = ReviewGate(places: 3, metrics)
    }

    private func handler(
        _ entries: [Entry], at endpoint: Endpoint = .admit, over network: FakeNetwork? = nil
    ) throws -> ReviewHandler {
        ReviewHandler(
            endpoint, doorkeeper: try House(network ?? self.network, entries).doorkeeper, gate: gate, log: notebook,
            metrics: counters)
    }

    private func ask(_ handler: ReviewHandler, _ body: String, target: String = "/admit") async -> Response {
        let request = Request(
            method: .post, target: target, headers: ["Content-Type": "application/json"], body: Array(body.utf8))
        return await handler.respond(to: request, by: soon)
    }

    /// The body of an answer with status 200.
    private func answer(_ handler: ReviewHandler, _ body: String) async -> String {
        let response = await ask(handler, body)
        #expect(response.status == .ok)
        #expect(response.headers["Content-Type"] == "application/json")
        return String(decoding: response.body, as: UTF8.self)
    }

    private func envelope(_ response: String) -> String {
        #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":\#(response)}"#
    }

    /// What the audit log keeps; with a policy if an image was judged by one.
    private func annotations(_ decision: String, policy: Bool = true, _ digest: ImageDigest? = nil) -> String {
        let members =
            [#""decision":"\#(decision)""#] + (policy ? [#""policy":"ClusterImagePolicy default""#] : [])
            + (digest.map { [#""digest":"\#($0)""#] } ?? [])
        return #""auditAnnotations":{\#(members.joined(separator: ","))}"#
    }

    private func refusal(_ code: Int, _ reason: String, _ message: String, _ annotations: String) -> String {
        let text = String(decoding: JSON.string(message).serialized(), as: UTF8.self)
        return envelope(
            #"{"uid":"u-1","allowed":false,"status":{"metadata":{},"status":"Failure","message":\#(text),"#
                + #""reason":"\#(reason)","code":\#(code)},\#(annotations)}"#)
    }

    /// The answer about an object without images.
    private var allowance: String {
        envelope(#"{"uid":"u-1","allowed":true,\#(annotations("admitted", policy: false))}"#)
    }

    @Test("An image of which nothing is required is allowed without a patch")
    func allows() async throws {
        let answer = await answer(try handler([("*", Ask.nothing)]), podReview(["nginx"]))
        #expect(answer == envelope(#"{"uid":"u-1","allowed":true,\#(annotations("admitted"))}"#))
    }

    @Test("A verified image is allowed with the patch that binds it")
    func patches() async throws {
        try network.putImages("e.com/a:1")
        let answer = await answer(try handler([("*", Ask.anything)]), podReview(["e.com/a:1"]))
        let operations =
            #"[{"op":"replace","path":"/spec/containers/0/image","value":"e.com/a@\#(digest)"}]"#
        let patch = Data(operations.utf8).base64EncodedString()
        #expect(
            answer
                == envelope(
                    #"{"uid":"u-1","allowed":true,"patch":"\#(patch)","patchType":"JSONPatch","#
                        + annotations("admitted", digest) + "}"))
    }

    @Test("The validating endpoint decides the same and never patches")
    func validates() async throws {
        try network.putImages("e.com/a:1")
        let allowed = await answer(try handler([("*", Ask.anything)], at: .validate), podReview(["e.com/a:1"]))
        #expect(allowed == envelope(#"{"uid":"u-1","allowed":true,\#(annotations("admitted", digest))}"#))
        let refused = await answer(try handler([("*", Ask.reject)], at: .validate), podReview(["e.com/a:1"]))
        #expect(refused.contains(#""code":403"#))
    }

    @Test("A definite no is 403 Forbidden, with a line for each image")
    func refuses() async throws {
        try network.putImages("e.com/a:1")
        let handler = try handler([("e.com/*", Ask.reject)])
        let message = #"""
            Deny "e.com/a:1", simple: policy denied the request: Running image docker://e.com/a:1 is rejected by policy. (ClusterImagePolicy default, repository "e.com/*")
            Deny "nginx", no matching repositories in ClusterImagePolicy and no ImagePolicies in the "shop" namespace
            """#
        #expect(
            await answer(handler, podReview(["e.com/a:1", "nginx"]))
                == refusal(403, "Forbidden", message, annotations("refused", digest)))
    }

    @Test("What could not be told is 500 InternalError")
    func doubts() async throws {
        network.put(.status(503), at: try manifestURL("e.com/a:1"))
        let message =
            #"Deny "e.com/a:1", simple: registry e.com answered 503 Service Unavailable "#
            + #"(ClusterImagePolicy default, repository "*")"#
        let answer = await answer(try handler([("*", Ask.anything)]), podReview(["e.com/a:1"]))
        #expect(answer == refusal(500, "InternalError", message, annotations("undecided")))
    }

    @Test(
        "A body that is no review has nobody to be answered, and is a bad request",
        arguments: [
            ("", "bad request, unable to decode admission review body"),
            ("{", "bad request, unable to decode admission review body"),
            ("[]", "bad request, an AdmissionReview of admission.k8s.io/v1 is expected here"),
            (#"{"kind":"Pod","apiVersion":"v1"}"#, "found apiVersion \"v1\" and kind \"Pod\""),
            (#"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v2","request":{"uid":"u"}}"#, "v2"),
            (#"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}"#, "no admission request present"),
            (#"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":null}"#, "no admission request"),
            (#"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{}}"#, "request.uid"),
            (#"{"kind":"a\nb\u001b","apiVersion":"admission.k8s.io/v1"}"#, #"kind "a\nb\x1b""#),
        ])
    func refusesOtherBodies(_ body: String, _ text: String) async throws {
        let response = await ask(try handler([("*", Ask.nothing)]), body)
        #expect(response.status == .badRequest)
        let answer = String(decoding: response.body, as: UTF8.self)
        #expect(answer.contains(text), "\(answer)")
        #expect(answer.dropLast().allSatisfy { !$0.isNewline })
        #expect(notebook.records.map(\.decision) == [.refused])
    }

    @Test("A review that is too large or too deep is a bad request, and no prefix of a good one is a trap")
    func refusesExcess() async throws {
        let handler = try handler([("*", Ask.nothing)])
        let large = await ask(handler, String(repeating: " ", count: Limits.reviewBytes + 1))
        #expect(large.status == .badRequest)
        let deep = String(repeating: "[", count: 100_000)
        #expect(await ask(handler, deep).status == .badRequest)
        let good = podReview(["nginx"])
        for length in 0..<good.utf8.count {
            let response = await ask(handler, String(good.prefix(length)))
            #expect(response.status == .badRequest)
        }
    }

    @Test(
        "A request with a uid is answered, however malformed it is: refused",
        arguments: [
            (#""operation":"CREATE""#, #""operation":"DESTROY""#, "request.operation"),
            (#""operation":"CREATE""#, #""operation":7"#, "request.operation"),
            (#""namespace":"shop""#, #""namespace":[]"#, "request.namespace"),
            (#""containers":["#, #""containers":[null,"#, "spec.containers[0]"),
            (#""image":"nginx""#, #""image":{}"#, "spec.containers[0].image"),
            (#""image":"nginx""#, #""image":7"#, "spec.containers[0].image"),
        ])
    func refusesMalformedRequests(_ good: String, _ bad: String, _ text: String) async throws {
        let answer = await answer(
            try handler([("*", Ask.nothing)]), podReview(["nginx"]).replacing(good, with: bad))
        #expect(answer.hasPrefix(#"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","#))
        #expect(answer.contains(#""uid":"u-1","allowed":false"#))
        #expect(answer.contains(#""code":403"#))
        #expect(answer.contains(text), "\(answer)")
        #expect(notebook.records.map(\.decision) == [.refused])
        #expect(notebook.records.map(\.uid) == ["u-1"])
    }

    @Test("A deletion, and an object whose template is still null, have no images and are allowed")
    func allowsWithoutImages() async throws {
        let handler = try handler([("*", Ask.reject)])
        let bodies = [
            review(.null, operation: "DELETE"),
            review(["spec": ["template": .null]], resource: "replicationcontrollers", kind: "ReplicationController"),
            review(["spec": ["replicas": 3]], group: "apps", resource: "deployments", kind: "Deployment"),
        ]
        for body in bodies { #expect(await answer(handler, body) == allowance) }
    }

    @Test("A container without an image, or with a blank one, is passed over; the others are not")
    func passesOverBlankImages() async throws {
        let object: JSON = [
            "spec": ["containers": [["name": "a"], ["image": ""], ["image": " \t"], ["image": "nginx"]]]
        ]
        let answer = await answer(try handler([("other", Ask.nothing)]), review(object))
        #expect(answer.contains(#"Deny \"nginx\","#))
        #expect(answer.ranges(of: "Deny").count == 1)
    }

    @Test("A kind that nobody knows is admitted when there is no image in it, and judged when there is")
    func judgesOtherKinds() async throws {
        let handler = try handler([("e.com/*", Ask.nothing)])
        let empty = review(["spec": [:]], group: "e.com", resource: "jobs", kind: "Job")
        #expect(await answer(handler, empty) == allowance)
        let template: JSON = ["template": ["spec": ["containers": [["image": "nginx"]]]]]
        let filled = review(["spec": ["widgets": [template]]], group: "e.com", resource: "widgets", kind: "Widget")
        #expect(await answer(handler, filled).contains(#"Deny \"nginx\","#))
    }

    @Test("The older version of the API is answered in itself")
    func answersInKind() async throws {
        let body = podReview(["nginx"]).replacing("admission.k8s.io/v1", with: "admission.k8s.io/v1beta1")
        let answer = await answer(try handler([("*", Ask.nothing)]), body)
        #expect(answer.contains(#""apiVersion":"admission.k8s.io/v1beta1""#))
    }

    @Test(
        "What the API server really sends is read: each image is found and bound at its place",
        arguments: [
            ("01-pods-create", "/spec", "c"), ("02-pods-create", "/spec", "icc"), ("03-pods-create", "/spec", "icc"),
            ("04-deployments-create", "/spec/template/spec", "icc"),
            ("05-deployments-create", "/spec/template/spec", "icc"),
            ("06-replicasets-create", "/spec/template/spec", "icc"),
            ("07-daemonsets-create", "/spec/template/spec", "icc"),
            ("08-statefulsets-create", "/spec/template/spec", "icc"),
            ("09-replicationcontrollers-create", "/spec/template/spec", "icc"),
            ("10-jobs-create", "/spec/template/spec", "icc"),
            ("11-cronjobs-create", "/spec/jobTemplate/spec/template/spec", "icc"),
            ("12-podtemplates-create", "/template/spec", "icc"), ("13-pods-create-dryrun", "/spec", "c"),
            ("14-pods-update", "/spec", "icc"),
            ("15-pods-update", "/spec", "icc"), ("16-deployments-scale-update", "", ""),
            ("17-deployments-update", "/spec/template/spec", "icc"),
            ("18-pods-ephemeralcontainers-update", "/spec", "icce"),
        ])
    func replays(_ name: String, _ podSpec: String, _ containers: String) async throws {
        let shop = "registry.example.com:5000/shop"
        try network.putImages(
            "nginx", "\(shop)/migrate:1.4.2", "\(shop)/web:2.7.1", "\(shop)/web:2.7.2", "busybox:1.36")
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("KubernetesTests/Fixtures")
        let body = try String(contentsOf: fixtures.appendingPathComponent("\(name).json"), encoding: .utf8)
        // The image volume is written by a digest, of which there is no manifest here.
        let answer = await answer(try handler([("*", Ask.anything), ("\(shop)/model@*", Ask.nothing)]), body)
        let response = try #require(try json(answer)["response"])
        #expect(response["allowed"]?.boolean == true)
        #expect(try response["uid"]?.string == json(body)["request"]?["uid"]?.string)
        let lists = ["i": "initContainers", "c": "containers", "e": "ephemeralContainers"]
        let indices = containers.indices.map { position in
            let index = containers[..<position].count { $0 == containers[position] }
            return "\(lists[String(containers[position])] ?? "")/\(index)"
        }
        #expect(try paths(in: response) == indices.map { "\(podSpec)/\($0)/image" })
    }

    private func paths(in response: JSONValue) throws -> [String] {
        guard let patch = response["patch"]?.string else { return [] }
        let operations = try JSONDocument(parsing: Array(try #require(Data(base64Encoded: patch)))).root
        return operations.elements.compactMap { $0["path"]?.string }
    }

    @Test(
        "A review ends within the caller's patience, less what it takes to get the answer back",
        arguments: [(10, 1000), (2, 200), (30, 1000)])
    func keepsAMargin(seconds: Int, milliseconds: Int) {
        let deadline = Deadline.after(.seconds(seconds))
        let margin = deadline.moment - ReviewHandler.internalDeadline(deadline, now: .now).moment
        // A tenth of what is left, which is a little less than what was given.
        #expect(margin <= .milliseconds(milliseconds))
        #expect(margin > .milliseconds(milliseconds) / 2)
    }

    @Test("When the caller hangs up the registry is not waited for, and nothing is admitted")
    func stopsWhenCancelled() async throws {
        let (asked, question) = AsyncStream.makeStream(of: Void.self)
        let network = FakeNetwork { _, deadline throws(HTTPError) in
            question.yield()
            do { try await Task.sleep(until: deadline.instant, clock: .continuous) } catch { throw .cancelled }
        }
        let handler = try handler([("*", Ask.anything)], over: network)
        let review = Task { await ask(handler, podReview(["e.com/a:1"])) }
        for await _ in asked { break }
        review.cancel()
        let body = String(decoding: await review.value.body, as: UTF8.self)
        #expect(body.contains(#""allowed":false"#))
        #expect(body.contains(#""code":500"#))
    }

    @Test("Beyond the reviews that there is room for, the API server is told to come again, and nothing is looked at")
    func turnsAway() async throws {
        let (arrivals, departure) = (Barrier(4), Barrier(4))
        let network = FakeNetwork { _, _ in
            await arrivals.arrive()
            await departure.arrive()
        }
        try network.putImages("e.com/a:1", "e.com/a:2")
        let admit = try handler([("*", Ask.anything)], over: network)
        let validate = try handler([("*", Ask.anything)], at: .validate, over: network)
        await withTaskGroup { group in
            for tag in 1...2 {
                group.addTask { #expect(await ask(admit, podReview(["e.com/a:\(tag)"])).status == .ok) }
            }
            group.addTask { #expect(await ask(validate, podReview(["e.com/a:1"])).status == .ok) }
            await arrivals.arrive()
            #expect(gate.inFlight == 3)
            for (handler, body) in [(admit, podReview(["nginx"])), (validate, "{")] {
                let response = await ask(handler, body)
                #expect(response.status == .serviceUnavailable)
                #expect(response.headers["Retry-After"] == "1")
            }
            #expect(gate.inFlight == 3)
            await departure.arrive()
        }
        #expect(gate.inFlight == 0)
        #expect(gate.turnedAwayCount == 2)
        #expect(notebook.records.map(\.decision) == [.admitted, .admitted, .admitted])
        #expect(await ask(admit, "{").status == .badRequest)
        #expect(gate.inFlight == 0)
        #expect(metrics.exposition().contains("ostiary_reviews_turned_away_total 2\n"))
    }

    @Test("What the counters say is a page in Prometheus' format")
    func printsCounters() async throws {
        _ = await ask(try handler([("*", Ask.nothing)]), podReview(["nginx"]))
        let portieris = ["allow", "deny"].map { "portieris_pod_admission_decision_\($0)_count" }
        let page = try PrometheusText(parsing: metrics.exposition(), unconventional: Set(portieris))
        #expect(page.families.map(\.name).filter { $0.hasPrefix("portieris") } == portieris)
        #expect(try page.value(of: #"ostiary_review_duration_seconds_count{decision="admitted"}"#) == 1)
    }

    @Test("Each decision is counted and recorded")
    func keepsRecords() async throws {
        try network.putImages("e.com/a:1")
        _ = await ask(try handler([("*", Ask.anything)]), podReview(["e.com/a:1", "e.com/gone:1"]))
        _ = await ask(try handler([("*", Ask.nothing)], at: .validate), podReview(["nginx"]))
        _ = await ask(try handler([("*", Ask.nothing)]), "{")

        #expect(notebook.records.map(\.decision) == [.undecided, .admitted, .refused])
        #expect(notebook.records.map(\.endpoint) == [.admit, .validate, .admit])
        #expect(notebook.records.map(\.uid) == ["u-1", "u-1", ""])
        #expect(notebook.records.map { $0.request?.name } == ["web", "web", nil])
        #expect(notebook.records.map(\.findings.count) == [2, 1, 0])
        #expect(notebook.records[0].message.hasPrefix(#"Deny "e.com/gone:1", simple: "#))
        #expect(notebook.records[1].message.isEmpty)
        #expect(notebook.records.map(\.fault) == [nil, nil, .malformedReview])
        #expect(notebook.records.map { $0.request?.userName } == ["kim", "kim", nil])

        let page = metrics.exposition()
        for line in [
            #"ostiary_reviews_total{endpoint="admit",operation="CREATE",kind="Pod",decision="undecided"} 1"#,
            #"ostiary_reviews_total{endpoint="validate",operation="CREATE",kind="Pod",decision="admitted"} 1"#,
            #"ostiary_reviews_total{endpoint="admit",operation="unknown",kind="other",decision="refused"} 1"#,
            #"ostiary_refusals_total{reason="not_found"} 1"#, #"ostiary_refusals_total{reason="malformed_review"} 1"#,
            "portieris_pod_admission_decision_allow_count 1", "portieris_pod_admission_decision_deny_count 1",
            "ostiary_reviews_in_flight 0", "ostiary_reviews_in_flight_limit 3",
            #"ostiary_images_total{outcome="verified"} 1"#, #"ostiary_images_total{outcome="undecided"} 1"#,
            #"ostiary_images_total{outcome="not_required"} 1"#,
            #"ostiary_review_duration_seconds_count{decision="admitted"} 1"#,
        ] {
            #expect(page.contains(line + "\n"), "\(line)")
        }
    }
}
