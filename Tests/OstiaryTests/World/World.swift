import Foundation
import Support
import Testing
import Transport

/// What the tests of the real program share, built once for all of them: an authority, registries and a signature
/// store over TLS, keys, images that gpg and skopeo really signed, and a webhook with the usual policies.
final class World: Sendable {
    @TaskLocal static var shared: World?

    let identity: Identity
    let registry: DockerRegistry
    /// A registry that asks for a name and password.
    let guarded: DockerRegistry
    let store: SignatureStoreServer
    let keys: Keys
    let images: Images
    /// A webhook with `usualPolicies`.
    let house: House

    /// The world of the suite that runs.
    static var current: World {
        get throws { try #require(shared, "this test has to be in the suite RealProgram") }
    }

    init() async throws {
        async let generatedKeys = Keys()
        let identity = try await Identity()
        let account = DockerRegistry.Account(username: "reader", password: Planted.password)
        async let openRegistry = DockerRegistry.start(pair: identity.pair)
        async let guardedRegistry = DockerRegistry.start(pair: identity.pair, account: account)
        let store = try await SignatureStoreServer.start(pair: identity.pair, rules: FaultyPeers.rules)
        let (registry, guarded, keys) = try await (openRegistry, guardedRegistry, generatedKeys)
        images = try await Images(
            in: registry, guarded: guarded, store: store, authority: identity.authority.authority, keys: keys)
        let policies = Self.policies(registry: registry, store: store, keys: keys)
        house = try await House.start(as: identity, policies: policies, options: [])
        (self.identity, self.registry, self.guarded, self.store, self.keys) = (identity, registry, guarded, store, keys)
    }

    /// A webhook with other policies than the usual.
    func house(
        _ policies: [String], options: [String] = [], environment: [String: String] = [:], pair: CertifiedKey? = nil,
        in surroundings: Surroundings = .usual
    ) async throws -> House {
        try await House.start(
            as: identity, policies: policies, options: options, environment: environment, pair: pair,
            in: surroundings)
    }

    /// `127.0.0.1:PORT/app/NAME` in the registry that is open to all.
    func name(_ image: String) -> String { "\(registry.address)/app/\(image)" }

    /// `127.0.0.1:PORT` of the signature store, which also plays registries that are broken.
    var storeAddress: String {
        String(store.url.dropFirst("https://".count).prefix { $0 != "/" })
    }

    /// `127.0.0.1:PORT/app/NAME@sha256:…`: what an admitted image is pinned to.
    func pinned(_ repository: String, _ digest: String) -> String { "\(registry.address)/app/\(repository)@\(digest)" }

    /// All that must never be seen in what the program says: what was planted, and the lines of private keys.
    var secrets: [String] {
        get throws {
            let keys = try [identity.pair.key, identity.authority.authorityKey].map {
                String(decoding: try TemporaryFolder.read(path: $0), as: UTF8.self)
            }
            let lines = keys.flatMap { $0.split(separator: "\n") }.filter { !$0.hasPrefix("-----") }
            return Planted.forms + lines.map(String.init)
        }
    }

    /// Images of the open registry's `app/` need alice's signature, whose key is in `keys`; images under `faulty/`
    /// of any local registry need to be there.
    var usualPolicies: [String] { Self.policies(registry: registry, store: store, keys: keys) }

    private static func policies(
        registry: DockerRegistry, store: SignatureStoreServer, keys: Keys
    ) -> [String] {
        let signedByAlice = Manifest.simple(store: store.url, Manifest.signedBy("alice", in: "keys"))
        let anything = Manifest.simple(Manifest.anything)
        return [
            Manifest.cluster(["\(registry.address)/app/*": signedByAlice]),
            Manifest.cluster(
                ["127.0.0.1:*/faulty/*": anything, "registry.invalid/faulty/*": anything], name: "faulty"),
            Manifest.key("alice", in: "keys", keys.alice.armored),
        ]
    }
}

/// Who the peers and the webhook are to each other.
struct Identity: Sendable {
    let authority: CertificateFactory
    /// For 127.0.0.1, shown by all peers that are in order, and by the webhook.
    let pair: CertifiedKey
    /// A context that believes the authority.
    let tls: TLSContext

    init() async throws {
        authority = try await CertificateFactory(commonName: "Authority of the peers")
        pair = try await authority.issue(for: ["127.0.0.1"], commonName: "peer")
        tls = try Network.trusting(authority.authority)
    }
}
