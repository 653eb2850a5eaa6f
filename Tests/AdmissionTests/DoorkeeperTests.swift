import HTTP
import Kubernetes
import Policies
import Primitives
import Support
import Synchronization
import Testing

@testable import Admission

@Suite(.timeLimit(.minutes(2))) struct DoorkeeperTests {
    private let network = FakeNetwork()

    private func outcomes(_ verdict: Verdict) -> [String] {
        verdict.findings.map { "\($0.use.image) \($0.examination.outcome.name)" }
    }

    @Test("Every image of the object is reported in the object's order, whatever comes of it")
    func reportsAll() async throws {
        try network.putImages("e.com/a:1", "e.com/never:1")
        let entries = [
            ("e.com/*", Ask.anything), ("e.com/free", Ask.nothing), ("e.com/never", Ask.reject),
            ("e.com/odd", Ask.notary),
        ]
        let verdict = try await House(network, entries).review(
            podReview(["e.com/never:1", "e.com/a:1", "other.com/b:1", "e.com/odd:1", "e.com/free:1", "e.com/gone:1"]))
        #expect(
            outcomes(verdict) == [
                "e.com/never:1 refused", "e.com/a:1 verified", "other.com/b:1 refused", "e.com/odd:1 undecided",
                "e.com/free:1 not required", "e.com/gone:1 undecided",
            ])
        #expect(verdict.decision == .refused)
        #expect(verdict.message.split(separator: "\n").count == 4)
    }

    @Test("An image that the object names twice is resolved once, and all its places get the same answer")
    func examinesOnce() async throws {
        network.put(.manifest(manifest), .manifest(manifest + "\n"), at: try manifestURL("e.com/a:1"))
        let house = try House(network, [("*", Ask.anything)])
        let verdict = try await house.review(podReview(["e.com/a:1", "e.com/a:1", "e.com/a:1"]))
        #expect(network.urls == [try manifestURL("e.com/a:1")])
        let operations = String(decoding: verdict.patch.operations.serialized(), as: UTF8.self)
        #expect(operations.ranges(of: "\"e.com/a@\(digest)\"").count == 3)
    }

    @Test("A second round over what was bound changes nothing", arguments: [Ask.anything, Ask.tagged])
    func isIdempotent(policy: String) async throws {
        let bound = ["e.com/a:1@\(digest)", "nginx@\(digest)", "nginx:1@\(digest)"]
        for image in bound + ["e.com/a:1", "nginx"] { try network.putImages(image) }
        let house = try House(network, [("*", policy)])
        #expect(try await house.review(podReview(bound)).patch.operations.serialized() == Array("[]".utf8))
        let first = try await house.review(podReview(["e.com/a:1", "nginx"]))
        let pins = first.findings.compactMap { finding -> String? in
            guard case .verified(_, let pin) = finding.examination.outcome else { return nil }
            return pin
        }
        #expect(pins.count == 2)
        let second = try await house.review(podReview(pins))
        #expect(second.decision == .admitted)
        #expect(second.patch.operations.serialized() == Array("[]".utf8))
    }

    @Test("Two spellings of one image are judged each by the entry for its text")
    func judgesSpellingsApart() async throws {
        try network.putImages("nginx")
        let house = try House(network, [("nginx*", Ask.reject), ("docker.io/*", Ask.nothing)])
        for images in [["nginx", "docker.io/library/nginx"], ["docker.io/library/nginx", "nginx"]] {
            let verdict = try await house.review(podReview(images))
            #expect(verdict.decision == .refused)
            #expect(verdict.findings.map(\.examination.isAdmitted) == images.map { $0 != "nginx" })
        }
    }

    @Test("Texts that Unicode takes for the same are examined apart: only one of them is an image's name")
    func comparesBytes() async throws {
        let house = try House(network, [("*", Ask.nothing)])
        let names = ["K.e.com/app:1", "\u{212A}.e.com/app:1"]
        for images in [names, names.reversed()] {
            let verdict = try await house.review(podReview(images))
            #expect(verdict.decision == .refused)
            for finding in verdict.findings {
                #expect(finding.examination.image.utf8.elementsEqual(finding.use.image.utf8))
                #expect(finding.examination.isAdmitted == (finding.use.image.utf8.first == UInt8(ascii: "K")))
            }
        }
    }

    @Test("The images of an object are examined at the same time")
    func examinesInParallel() async throws {
        let barrier = Barrier(8)
        let network = FakeNetwork { _, _ in await barrier.arrive() }
        let images = (1...8).map { "e.com/app:\($0)" }
        for image in images { try network.putImages(image) }
        let verdict = try await House(network, [("*", Ask.anything)]).review(podReview(images))
        #expect(verdict.decision == .admitted)
        #expect(network.questions.count == 8)
    }

    @Test("Hundreds of images are not examined all at once: what each fetches is held meanwhile")
    func boundsParallelism() async throws {
        let load = Mutex((now: 0, most: 0))
        let network = FakeNetwork { _, _ in
            load.withLock { $0 = (now: $0.now + 1, most: max($0.most, $0.now + 1)) }
            for _ in 0..<10 { await Task.yield() }
            load.withLock { $0.now -= 1 }
        }
        let images = (1...100).map { "e.com/app:\($0)" }
        for image in images { try network.putImages(image) }
        let verdict = try await House(network, [("*", Ask.anything)]).review(podReview(images))
        #expect(verdict.decision == .admitted)
        #expect(network.questions.count == 100)
        let most = load.withLock { $0.most }
        #expect(most <= Limits.imagesAtATime)
    }

    @Test("Who is not answered is undecided; the others are reported as they are")
    func tellsSilence() async throws {
        let network = FakeNetwork { request, _ throws(HTTPError) in
            guard request.url.host == "silent.e.com" else { return }
            throw .timedOut(authority: request.url.authority, .receiving)
        }
        try network.putImages("e.com/a:1", "e.com/never:1", "silent.e.com/b:1")
        let house = try House(network, [("*", Ask.anything), ("e.com/never", Ask.reject)])
        let verdict = try await house.review(podReview(["silent.e.com/b:1", "e.com/a:1", "e.com/never:1"]))
        #expect(outcomes(verdict) == ["silent.e.com/b:1 undecided", "e.com/a:1 verified", "e.com/never:1 refused"])
        #expect(verdict.decision == .refused)
        #expect(verdict.message.hasPrefix(#"Deny "silent.e.com/b:1", simple: registry silent.e.com gives no answer"#))

        let alone = try await house.review(podReview(["e.com/a:1", "silent.e.com/b:1"]))
        #expect(alone.decision == .undecided)
    }

    @Test("When the deadline passes nobody is waited for, and nothing is admitted")
    func keepsTheDeadline() async throws {
        let network = FakeNetwork { request, deadline throws(HTTPError) in
            // As the client does whose peer never answers.
            try? await Task.sleep(until: deadline.instant, clock: .continuous)
            throw .timedOut(authority: request.url.authority, .receiving)
        }
        let verdict = try await House(network, [("*", Ask.anything)]).review(
            podReview(["silent.e.com/b:1"]), by: .after(.milliseconds(50)))
        #expect(verdict.decision == .undecided)
        #expect(verdict.message.hasPrefix(#"Deny "silent.e.com/b:1", simple: registry silent.e.com gives no answer"#))
    }

    @Test("An object without images is admitted, and nobody is asked")
    func admitsTheEmpty() async throws {
        let house = try House(network, [("*", Ask.reject)])
        for object in [[:], ["spec": .null], ["spec": [:]], ["spec": ["containers": []]]] as [JSON] {
            let verdict = try await house.review(review(object))
            #expect(verdict.decision == .admitted)
            #expect(verdict.findings.isEmpty)
        }
        #expect(network.questions.isEmpty)
    }

    @Test("The policies are read once a review: what changes meanwhile counts for the next")
    func readsPoliciesOnce() async throws {
        let strict = try House(network, [("*", Ask.reject)])
        let lax = try House(network, [("*", Ask.nothing)])
        let reads = Count()
        try network.putImages("e.com/a:1", "e.com/b:1")
        let doorkeeper = Doorkeeper(examiner: strict.examiner) { reads.next() == 1 ? strict.store : lax.store }
        let request = try AdmissionReview(parsing: Array(podReview(["e.com/a:1", "e.com/b:1"]).utf8)).request
        let verdict = try await doorkeeper.review(request, at: .admit, by: soon)
        #expect(verdict.findings.allSatisfy { !$0.examination.isAdmitted })
        #expect(try await doorkeeper.review(request, at: .admit, by: soon).decision == .admitted)
    }

    @Test("The pull secrets of the pod are shown to the image's registry, and to nobody else")
    func usesPullSecrets() async throws {
        let config = #"{"auths":{"e.com":{"username":"ann","password":"hunter2"}}}"#
        for host in ["e.com", "other.com"] {
            let challenge = FakeNetwork.Answer.status(401, [("WWW-Authenticate", "Basic realm=\"x\"")])
            network.put(challenge, .manifest(manifest), at: try manifestURL("\(host)/a:1"))
        }
        let secrets = [try secret("pull", [".dockerconfigjson": config])]
        let house = try House(network, [("*", Ask.anything)], secrets: secrets)
        let verdict = try await house.review(podReview(["e.com/a:1", "other.com/a:1"], pullSecrets: ["pull"]))
        #expect(outcomes(verdict) == ["e.com/a:1 verified", "other.com/a:1 undecided"])
        #expect(!verdict.message.contains("hunter2"))
        let shown = network.questions.filter { $0.request.authorization != nil }
        #expect(shown.map(\.request.url.host) == ["e.com"])
    }

    @Test("An object whose images cannot be told is refused, not admitted for having none")
    func refusesTheUnreadable() async throws {
        let house = try House(network, [("*", Ask.nothing)])
        for object in [
            ["spec": "text"], ["spec": ["containers": [:]]], ["spec": ["containers": [.null]]],
            ["spec": ["containers": [["image": 7]]]], ["spec": ["containers": [["image": ["nginx"]]]]],
        ] as [JSON] {
            await #expect(throws: KubernetesError.self) { try await house.review(review(object)) }
        }
    }
}
