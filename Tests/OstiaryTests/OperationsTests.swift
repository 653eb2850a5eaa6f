import Foundation
import HTTP
import Primitives
import Support
import Synchronization
import Testing
import Transport

extension RealProgram {
    /// What operators see of it: lines of the log, numbers, and what it does under too much load.
    @Suite("Operations", .timeLimit(.minutes(5))) struct OperationsTests {
        private let world: World

        init() throws {
            world = try World.current
        }

        /// The line of a review's decision.
        private func line(of review: Review, in house: House) throws -> [String: Any] {
            let lines = house.process.log.split(separator: "\n").filter { $0.contains(review.uid) }
            #expect(lines.count == 1)
            let object = try JSONSerialization.jsonObject(with: Data(try #require(lines.first).utf8))
            return try #require(object as? [String: Any])
        }

        private func page(of house: House) async throws -> PrometheusText {
            let portieris = ["allow", "deny"].map { "portieris_pod_admission_decision_\($0)_count" }
            return try PrometheusText(parsing: try await house.page("/metrics").text, unconventional: Set(portieris))
        }

        @Test("The line of a decision says who asked for what, and what came of each image")
        func logsDecisions() async throws {
            let (signed, unsigned) = (world.name("signed:1.0"), world.name("unsigned:1.0"))
            let review = Review(.deployment, signed, unsigned, signed, #"odd\u001b[2J\u202e\nname"#)
            _ = try await world.house.ask(review)
            let line = try line(of: review, in: world.house)
            #expect(Set(line.keys).isSuperset(of: ["ts", "level", "msg", "uid", "duration_ms"]))
            let texts = [
                "level": "notice", "msg": "review refused", "decision": "refused", "endpoint": "admit", "user": "tests",
                "operation": "CREATE", "kind": "Deployment", "namespace": "team", "name": "web",
            ]
            for (key, text) in texts { #expect(line[key] as? String == text, "\(key)") }
            #expect(line["dry_run"] as? Bool == false)
            #expect(try #require(line["duration_ms"] as? Double) > 0)

            let images = try #require(line["images"] as? [[String: String]])
            #expect(images.map { $0["image"] } == [signed, unsigned, signed, "odd [2J name"])
            #expect(images.map { $0["decision"] } == ["admitted", "refused", "admitted", "refused"])
            #expect(images.map { $0["reason"] } == [nil, "unsigned", nil, "invalid_name"])
            #expect(images[0]["policy"] == "ClusterImagePolicy default")
            #expect(images[0]["digest"] == world.images.signed)
            #expect(images[1]["digest"] == world.images.unsigned)
            #expect(images[1]["message"]?.contains("no signature exists") == true)
            #expect(images[3]["policy"] == nil)
        }

        @Test("What could not be read is logged with its reason, and an object without a name by what it is made from")
        func logsOddReviews() async throws {
            let template = Review(object: #"{"metadata":{"generateName":"job-"},"spec":{"containers":[]}}"#)
            let nameless = Review(
                bytes: Array(
                    String(decoding: template.body, as: UTF8.self).replacing(#""name":"web""#, with: #""name":"""#).utf8
                ))
            _ = try await world.house.ask(nameless)
            let line = try line(of: template, in: world.house)
            #expect(line["generate_name"] as? String == "job-")
            #expect(line["name"] == nil)
            #expect(line["images"] == nil)

            let malformed = Review(object: #"{"spec":{"containers":[{"image":7}]}}"#)
            _ = try await world.house.ask(malformed)
            let refused = try self.line(of: malformed, in: world.house)
            #expect(refused["reason"] as? String == "malformed_object")
            #expect((refused["message"] as? String)?.contains("containers[0].image") == true)
        }

        @Test("Of very many images the line has those that may not run, and says how many it has not")
        func logsManyImages() async throws {
            let bad = (0..<70).map { "example.com/image\($0):Bad/Tag" }
            let house = try await world.house([Manifest.cluster(["*": "{}"])])
            for images in [bad + ["nginx"], ["nginx"] + bad] {
                let containers = images.map { #"{"image":"\#($0)"}"# }.joined(separator: ",")
                let review = Review(object: #"{"spec":{"containers":[\#(containers)]}}"#)
                _ = try await house.ask(review)
                let line = try line(of: review, in: house)
                let logged = try #require(line["images"] as? [[String: String]])
                #expect(logged.map { $0["image"] ?? "" } == Array(bad.prefix(64)))
                #expect(logged.allSatisfy { $0["decision"] == "refused" && $0["reason"] == "invalid_name" })
                #expect(line["images_left_out"] as? Int == 7)
            }
        }

        @Test("In the text form too, a decision is one line, with JSON for what has parts")
        func logsText() async throws {
            let house = try await world.house(world.usualPolicies, options: ["--log-format", "text"])
            let object = #"{"spec":{"containers":[{"image":"x y\" decision=admitted\nINFO fake"}]}}"#
            let review = Review(object: object)
            _ = try await house.ask(review)
            let lines = house.process.log.split(separator: "\n").filter { $0.contains(review.uid) }
            #expect(lines.count == 1)
            let line = try #require(lines.first)
            #expect(line.contains(#" images=[{"image":"x y\" decision=admitted INFO fake","#), "\(line)")
            #expect(line.contains(" dry_run=false ") && line.hasSuffix(" user=tests"), "\(line)")
        }

        @Test("The numbers are a clean page, from the first scrape on")
        func printsNumbers() async throws {
            let house = try await world.house(world.usualPolicies, options: ["--max-in-flight", "7"])
            let first = try await page(of: house)
            let names = Set(first.families.map(\.name))
            #expect(
                names.isSuperset(of: [
                    "ostiary_build_info", "ostiary_certificate_expiry_timestamp_seconds", "ostiary_open_connections",
                    "ostiary_policies", "ostiary_policy_entries", "ostiary_reviews_total", "ostiary_refusals_total",
                    "ostiary_review_duration_seconds", "ostiary_reviews_in_flight", "ostiary_reviews_turned_away_total",
                    "portieris_pod_admission_decision_allow_count", "portieris_pod_admission_decision_deny_count",
                ]))
            let (good, bad) = (Review(.pod, world.name("signed:1.0")), Review(.pod, world.name("unsigned:1.0")))
            for review in [good, bad, bad] { _ = try await house.ask(review) }

            let page = try await page(of: house)
            let pods = #"endpoint="admit",operation="CREATE",kind="Pod""#
            let values: KeyValuePairs<String, Double> = [
                #"ostiary_reviews_total{\#(pods),decision="admitted"}"#: 1,
                #"ostiary_reviews_total{\#(pods),decision="refused"}"#: 2,
                #"ostiary_refusals_total{reason="unsigned"}"#: 2,
                #"ostiary_review_duration_seconds_count{decision="refused"}"#: 2,
                "portieris_pod_admission_decision_allow_count": 1, "portieris_pod_admission_decision_deny_count": 2,
                "ostiary_reviews_in_flight": 0, "ostiary_reviews_in_flight_limit": 7,
                #"ostiary_policies{kind="ClusterImagePolicy"}"#: 2, #"ostiary_policies{kind="ImagePolicy"}"#: 0,
                #"ostiary_policy_entries{kind="ClusterImagePolicy",state="usable"}"#: 3,
                #"ostiary_policy_entries{kind="ClusterImagePolicy",state="unusable"}"#: 0,
                #"ostiary_open_connections{server="webhook"}"#: 1,
            ]
            for (series, value) in values { #expect(try page.value(of: series) == value, "\(series)") }
            let expiry = try #require(try page.value(of: "ostiary_certificate_expiry_timestamp_seconds"))
            #expect(expiry > Date.now.timeIntervalSince1970)
            #expect(try #require(try page.value(of: #"ostiary_open_connections{server="health"}"#)) >= 1)
        }

        @Test("Beyond --max-in-flight reviews are told to come again, while health pages and numbers go on")
        func turnsAway() async throws {
            let door = Door()
            let registry = try ClosedRegistry(door)
            let address = registry.address
            let house = try await world.house(
                world.usualPolicies, options: ["--max-in-flight", "2", "--insecure-registry", address])
            async let served: Void = registry.serve()
            let waiting = (1...2).map { Review(.pod, "\(address)/faulty/app:\($0)") }
            async let first = house.ask(waiting[0])
            async let second = house.ask(waiting[1])
            await door.wait(for: 2)

            var wire = try await Wire(to: house.process.webhook, tls: house.tls)
            for body in [Review(.pod, world.name("signed:1.0")).body, Array("{".utf8)] {
                try await wire.send(
                    "POST /validate?timeout=10s HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.count)\r\n\r\n")
                try await wire.send(body)
                let (head, _) = try await wire.receiveAnswer()
                #expect(head.hasPrefix("HTTP/1.1 503 "))
                #expect(head.contains("\r\nRetry-After: 1"))
            }
            for path in ["/health/liveness", "/health/readiness"] {
                try await wire.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await wire.receiveAnswer().head.hasPrefix("HTTP/1.1 200 "))
            }
            for path in ["/healthz", "/readyz"] { #expect(try await house.page(path).status == 200) }
            let page = try await page(of: house)
            #expect(try page.value(of: "ostiary_reviews_in_flight") == 2)
            #expect(try page.value(of: "ostiary_reviews_turned_away_total") == 2)

            door.open()
            for answer in try await [first, second] { #expect(answer.decision == .undecided) }
            #expect(try await house.ask(Review(.pod, world.name("signed:1.0"))).decision == .admitted)
            await registry.server.drain(by: .after(.zero))
            try await served
        }

        @Test("A bound that is none is wrong usage", arguments: ["0", "-1", "many", "100001", "1.5"])
        func refusesBounds(_ text: String) async throws {
            let policies = try TemporaryFolder()
            let options = ["serve", "--policies", policies.path, "--tls-cert", world.identity.pair.certificate]
            let output = try await CommandLineTool(built: "ostiary").attempt(
                options + ["--tls-key", world.identity.pair.key],
                environment: ["OSTIARY_MAX_IN_FLIGHT": text, "OSTIARY_LISTEN": "127.0.0.1:0"])
            #expect(output.exitCode == 64)
            #expect(output.errorText.contains("--max-in-flight: \"\(text)\" is not a number"))
        }
    }
}

/// A registry over plain HTTP behind a door.
private actor ClosedRegistry {
    /// `127.0.0.1:PORT`.
    nonisolated let address: String
    nonisolated let server: HTTPServer
    private var listener: Listener?

    init(_ door: Door) throws {
        let listener = try Network.listen()
        address = "\(listener.localAddress)"
        self.listener = consume listener
        server = HTTPServer(tls: nil, handler: door)
    }

    func serve() async throws {
        guard let listener = listener.take() else { return }
        try await server.serve(on: listener)
    }
}

/// What answers nobody until it is told to, and then that it cannot.
private final class Door: RequestHandler {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
    private let state = Mutex(State())

    /// Waits until so many requests are there.
    func wait(for count: Int) async {
        var iterator = arrivals.makeAsyncIterator()
        for _ in 0..<count { _ = await iterator.next() }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func respond(to request: Request, by deadline: Deadline) async -> Response {
        arrival.yield()
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
        return .text(.serviceUnavailable, "closed")
    }
}
