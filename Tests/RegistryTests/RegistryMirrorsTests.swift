import HTTP
import Primitives
import Support
import Testing

@testable import Registry

@Suite("RegistryMirrors", .timeLimit(.minutes(1))) struct RegistryMirrorsTests {
    private static let manifest =
        #"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{},"layers":[]}"#
    private let network = FakeNetwork()

    private static func host(_ url: String, resolvesTags: Bool = true, token: String? = nil) throws
        -> RegistryMirrors.Host
    {
        RegistryMirrors.Host(
            base: try URL(parsing: url), resolvesTags: resolvesTags, headers: ["X-Cluster": "one"],
            authorization: token.map { Secret($0) })
    }

    private func ask(
        _ name: String, _ mirrors: RegistryMirrors, credentials: [Credential] = []
    ) async throws(RegistryError) -> Registry.Manifest {
        let client = RegistryClient(exchange: network, mirrors: { mirrors })
        return try await client.manifest(
            for: try ImageReference(parsing: name), credentials: credentials, by: .after(.seconds(20)))
    }

    @Test("Mirrors are asked in order and told which registry they stand for, then the registry")
    func order() async throws {
        let mirrors = RegistryMirrors([
            "docker.io": .init(mirrors: [try Self.host("https://a.test/v2/"), try Self.host("https://b.test/x/v2/")])
        ])
        network.put(.manifest(Self.manifest), at: "https://registry-1.docker.io/v2/library/nginx/manifests/1")
        _ = try await ask("nginx:1", mirrors)
        #expect(
            network.urls == [
                "https://a.test/v2/library/nginx/manifests/1?ns=docker.io",
                "https://b.test/x/v2/library/nginx/manifests/1?ns=docker.io",
                "https://registry-1.docker.io/v2/library/nginx/manifests/1",
            ])
        #expect(network.questions.map { $0.request.headers["X-Cluster"] } == ["one", "one", nil])
    }

    @Test("The first that has the image answers, and nobody behind it is asked")
    func first() async throws {
        let mirrors = RegistryMirrors(others: .init(mirrors: [try Self.host("https://a.test/v2/")]))
        network.put(.manifest(Self.manifest), at: "https://a.test/v2/app/manifests/1?ns=e.com")
        #expect(try await ask("e.com/app:1", mirrors).digest == .sha256(of: Array(Self.manifest.utf8)))
        #expect(network.questions.count == 1)
    }

    @Test("The registry's credentials are not shown to a mirror, which gets its own")
    func credentials() async throws {
        let mirrors = RegistryMirrors([
            "e.com": .init(mirrors: [try Self.host("https://a.test/v2/", token: "Bearer mirror")])
        ])
        let challenge = FakeNetwork.Answer.status(401, [("WWW-Authenticate", #"Basic realm="x""#)])
        network.put(challenge, at: "https://a.test/v2/app/manifests/1?ns=e.com")
        network.put(challenge, .manifest(Self.manifest), at: "https://e.com/v2/app/manifests/1")
        let credential = try #require(Credential(username: "puller", password: Secret("planted")))
        _ = try await ask("e.com/app:1", mirrors, credentials: [credential])
        for question in network.questions {
            let shown = question.request.authorization?.revealText()
            #expect(question.request.url.host == "a.test" ? shown == "Bearer mirror" : shown != "Bearer mirror")
        }
        #expect(network.questions.last?.request.authorization == credential.basicAuthorization)
    }

    @Test("One that does not resolve tags is asked for digests only")
    func capabilities() async throws {
        let digest = ImageDigest.sha256(of: Array(Self.manifest.utf8))
        let mirrors = RegistryMirrors([
            "e.com": .init(mirrors: [try Self.host("https://a.test/v2/", resolvesTags: false)])
        ])
        network.put(.manifest(Self.manifest), at: "https://e.com/v2/app/manifests/1")
        network.put(.manifest(Self.manifest), at: "https://a.test/v2/app/manifests/\(digest)?ns=e.com")
        _ = try await ask("e.com/app:1", mirrors)
        _ = try await ask("e.com/app@\(digest)", mirrors)
        #expect(network.questions.map(\.request.url.host) == ["e.com", "a.test"])
    }

    @Test("A server takes the registry's place, and its credentials are not shown there")
    func server() async throws {
        let mirrors = RegistryMirrors(["e.com": .init(mirrors: [], server: try Self.host("https://s.test/v2/"))])
        let credential = try #require(Credential(username: "puller", password: Secret("planted")))
        network.put(
            .status(401, [("WWW-Authenticate", #"Basic realm="x""#)]), at: "https://s.test/v2/app/manifests/1?ns=e.com")
        await #expect(throws: RegistryError.self) { try await ask("e.com/app:1", mirrors, credentials: [credential]) }
        #expect(network.questions.allSatisfy { $0.request.url.host == "s.test" && $0.request.authorization == nil })
    }

    @Test("Other bytes than the digest names are not taken from a mirror either")
    func lying() async throws {
        let digest = ImageDigest.sha256(of: Array(Self.manifest.utf8))
        let mirrors = RegistryMirrors(["e.com": .init(mirrors: [try Self.host("https://a.test/v2/")])])
        network.put(.manifest(#"{"schemaVersion":2}"#), at: "https://a.test/v2/app/manifests/\(digest)?ns=e.com")
        network.put(.manifest(Self.manifest), at: "https://e.com/v2/app/manifests/\(digest)")
        #expect(try await ask("e.com/app@\(digest)", mirrors).digest == digest)
    }

    @Test("What each mirror did is counted by its host, and how often nobody but the registry was left")
    func counts() async throws {
        let metrics = Metrics()
        let mirrors = RegistryMirrors(
            others: .init(mirrors: [try Self.host("https://a.test/v2/"), try Self.host("https://b.test:5000/v2/")]))
        let client = RegistryClient(exchange: network, metrics: metrics, mirrors: { mirrors })
        let answers: [FakeNetwork.Answer] = [
            .manifest(Self.manifest), .status(404), .status(401), .status(403), .status(429), .status(503), .file([]),
        ]
        for (number, answer) in answers.enumerated() {
            network.put(answer, at: "https://a.test/v2/app/manifests/\(number)?ns=e.com")
            network.put(.manifest(Self.manifest), at: "https://b.test:5000/v2/app/manifests/\(number)?ns=e.com")
        }
        network.put(.manifest(Self.manifest), at: "https://e.com/v2/app/manifests/9")
        for tag in Array(0..<answers.count) + [9] {
            let image = try ImageReference(parsing: "e.com/app:\(tag)")
            _ = try await client.manifest(for: image, credentials: [], by: .after(.seconds(60)))
        }
        let page = try PrometheusText(parsing: metrics.exposition())
        let expected: [(mirror: String, outcome: String, count: Double)] = [
            ("a.test", "found", 1), ("a.test", "not_found", 2), ("a.test", "unauthorised", 2),
            ("a.test", "rate_limited", 1), ("a.test", "unavailable", 1), ("a.test", "unusable", 1),
            ("b.test:5000", "found", 6), ("b.test:5000", "not_found", 1),
        ]
        for row in expected {
            let series = "ostiary_mirror_requests_total{mirror=\"\(row.mirror)\",outcome=\"\(row.outcome)\"}"
            #expect(try page.value(of: series) == row.count, "\(series)")
        }
        #expect(try page.value(of: "ostiary_mirror_fallbacks_total") == 1)
    }

    @Test("However many mirrors there are, those beyond the limit are counted together")
    func bounded() throws {
        let metrics = Metrics()
        let counts = MirrorMetrics(metrics)
        for number in 0..<2 * Limits.countedMirrors { counts.count(.found, of: "m\(number).test") }
        let lines = metrics.exposition().split(separator: "\n").filter { $0.hasPrefix("ostiary_mirror_requests") }
        #expect(lines.count == Limits.countedMirrors + 1)
        #expect(
            lines.contains(#"ostiary_mirror_requests_total{mirror="other",outcome="found"} \#(Limits.countedMirrors)"#))
    }

    @Test("When nobody has it, the error is the registry's, and says what the mirrors did")
    func failure() async throws {
        let mirrors = RegistryMirrors(["e.com": .init(mirrors: [try Self.host("https://a.test/v2/")])])
        network.put(.status(503), at: "https://a.test/v2/app/manifests/1?ns=e.com")
        let error = await #expect(throws: RegistryError.self) { try await ask("e.com/app:1", mirrors) }
        guard case .afterMirrors(let first, .notFound) = error, first.count == 1 else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(
            error?.description.hasSuffix("; before it mirror a.test answered 503 Service Unavailable") == true,
            "\(String(describing: error))")
    }
}
