import Foundation
import HTTP
import Primitives
import Registry
import Support
import Testing

/// What an image costs at real registries and a real store when nothing of it is remembered, the first time and from
/// then on: the questions, and how many of them wait for one another.
@Suite("Round trips", .timeLimit(.minutes(3))) struct RoundTripTests {
    private let authority: CertificateFactory
    private let store: SignatureStoreServer
    private let image: OCIImage

    init() async throws {
        authority = try await CertificateFactory()
        store = try await SignatureStoreServer.start(pair: try await authority.issue(for: ["127.0.0.1"]))
        image = try await OCIImage(text: "hello")
        let folder = "\(store.staging)/demo/app@\(image.digest.replacing(":", with: "="))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data([1]).write(to: Foundation.URL(fileURLWithPath: "\(folder)/signature-1"))
    }

    private var manifest: String { "/v2/demo/app/manifests/1.0" }
    private var signatures: [String] {
        let folder = "/sigs/demo/app@\(image.digest.replacing(":", with: "="))"
        return ["\(folder)/signature-1", "\(folder)/signature-2"]
    }

    /// What the first reading and two later ones asked.
    private func readings(
        of address: String, _ credentials: [Credential] = [], anonymously: Bool = true
    ) async throws -> [(paths: [String], depth: Int)] {
        let trips = RoundTrips(over: try LiveNetwork(trusting: authority))
        let (client, signatures) = (RegistryClient(exchange: trips), SignatureStore(exchange: trips))
        let reference = try ImageReference(parsing: "\(address)/demo/app:1.0")
        let location = SignatureLocation.server(try URL(parsing: store.url))
        var readings: [(paths: [String], depth: Int)] = []
        for _ in 0..<3 {
            let found = try await client.manifest(
                for: reference, credentials: credentials, anonymously: anonymously, by: .after(.seconds(60)))
            let list = try await signatures.signatures(
                for: found.digest, of: reference, in: location, by: .after(.seconds(60)))
            #expect(list == [[1]])
            readings.append(trips.take())
        }
        return readings
    }

    /// A manifest in one round trip, and all its signatures in another.
    private func expectWarm(_ readings: ArraySlice<(paths: [String], depth: Int)>) {
        for reading in readings {
            #expect(reading.paths == [manifest] + signatures)
            #expect(reading.depth == 2)
        }
    }

    private func push(to registry: DockerRegistry) async throws {
        let staging = try TemporaryFolder()
        let skopeo = try Skopeo(registry: registry, authority: authority.authority, staging: staging.path)
        try await skopeo.push(image, as: "demo/app:1.0", signature: nil)
    }

    @Test("A registry that is open to all: never more than the manifest and its signatures")
    func open() async throws {
        let registry = try await DockerRegistry.start(pair: try await authority.issue(for: ["127.0.0.1"]))
        try await push(to: registry)
        expectWarm(try await readings(of: registry.address)[...])
    }

    @Test("A registry with a password: one refusal, the first time only", arguments: [true, false])
    func password(anonymously: Bool) async throws {
        let account = DockerRegistry.Account(username: "puller", password: "correct horse")
        let pair = try await authority.issue(for: ["127.0.0.1"])
        let registry = try await DockerRegistry.start(pair: pair, account: account)
        try await push(to: registry)
        let puller = try credential(account.username, account.password)
        let readings = try await readings(of: registry.address, [puller], anonymously: anonymously)
        #expect(readings[0].paths == [anonymously ? manifest : "/v2/", manifest] + signatures)
        #expect(readings[0].depth == 3)
        expectWarm(readings.dropFirst())
    }

    @Test("A registry with a token service: refusals and tokens, the first time only", arguments: [true, false])
    func token(anonymously: Bool) async throws {
        let registry = try await TokenGuardedRegistry.start(authority: authority)
        try await registry.push(image, as: "demo/app:1.0", trusting: authority)
        let puller = try credential(TokenIssuer.username, TokenIssuer.password)
        let readings = try await readings(of: registry.address, [puller], anonymously: anonymously)
        // Where nobody asks without a name, nobody is given a token in vain.
        let vain = anonymously ? [manifest, "/token", manifest] : ["/v2/"]
        #expect(readings[0].paths == vain + ["/token", manifest] + signatures)
        #expect(readings[0].depth == vain.count + 3)
        expectWarm(readings.dropFirst())
    }
}
