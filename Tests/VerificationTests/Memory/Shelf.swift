import HTTP
import OpenPGP
import Policies
import Primitives
import Registry
import Support
import Synchronization
import Testing

@testable import Verification

/// A clock that goes when it is told to.
final class ManualClock: Sendable {
    private let time = Mutex(ContinuousClock.now)

    var now: ContinuousClock.Instant { time.withLock { $0 } }

    func advance(by duration: Duration) { time.withLock { $0 += duration } }
}

/// A verifier that remembers, by a clock of the test's, over a network of the test's.
struct Shelf {
    static let store = "https://sigs.e.com/store"
    static let image = "e.com/team/app:1"
    static let manifestURL = "https://e.com/v2/team/app/manifests/1"

    let network: FakeNetwork
    let clock = ManualClock()
    let metrics = Metrics()
    let verifier: ImageVerifier

    init(_ network: FakeNetwork = FakeNetwork(), bytes: Int = 64 << 20, mirrors: RegistryMirrors = RegistryMirrors()) {
        self.network = network
        var settings = MemorySettings()
        settings.bytes = bytes
        settings.now = { [clock] in clock.now }
        verifier = ImageVerifier(
            registry: RegistryClient(exchange: network, mirrors: { mirrors }),
            store: SignatureStore(exchange: network), memory: settings, metrics: metrics)
    }

    /// Puts the small image, under its tag and under its digest.
    func putImage(_ text: String = manifest) {
        network.put(.manifest(text), at: Self.manifestURL)
        let digest = ImageDigest.sha256(of: Array(text.utf8))
        network.put(.manifest(text), at: "https://e.com/v2/team/app/manifests/\(digest)")
    }

    /// Where the store keeps a signature.
    static func signatureURL(_ number: Int = 1, of digest: ImageDigest = digest) -> String {
        "\(store)/team/app@sha256=\(digest.hex)/signature-\(number)"
    }

    /// What comes of an image; by default one that is then bound.
    func verify(
        _ image: String = image, _ ring: KeyRing? = nil, identity: SignedIdentity = .matchRepoDigestOrExact,
        isBound: Bool = true, lastGood: Duration? = nil, credentials: [Credential] = [], at now: Timestamp = .now
    ) async throws(VerificationError) -> ImageVerdict {
        let signedBy = signedBy("release", identity)
        let demand = VerificationDemand(
            image: Self.reference(image),
            simple: SimpleSigning(
                requirements: [ring == nil ? .insecureAcceptAnything : .signedBy(signedBy)],
                storeURL: Self.url),
            keyRings: ring.map { [signedBy: $0] } ?? [:], credentials: credentials, isBound: isBound, lastGood: lastGood
        )
        return try await verifier.verify(demand, at: now, by: .after(.seconds(100)))
    }

    /// How often an address was asked for.
    func count(_ url: String) -> Int { network.urls.count { $0 == url } }

    private static func reference(_ text: String) -> ImageReference {
        do { return try ImageReference(parsing: text) } catch { preconditionFailure("\(error)") }
    }

    private static var url: URL {
        do { return try URL(parsing: store) } catch { preconditionFailure("\(error)") }
    }
}

extension ImageVerdict {
    /// The image that was proven; nil when it was not.
    var image: VerifiedImage? {
        if case .verified(let image) = self { image } else { nil }
    }

    /// What is missing; nil when nothing is.
    var reason: Refusal.Reason? {
        if case .refused(let refusal) = self { refusal.reason } else { nil }
    }
}
