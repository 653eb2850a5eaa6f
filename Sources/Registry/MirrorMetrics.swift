internal import Primitives
private import Synchronization

/// How mirrors do, for operators: which of them answers, and how often nobody but the registry is left.
final class MirrorMetrics: Sendable {
    /// What came of asking one mirror for one image.
    enum Outcome: String, CaseIterable, Sendable {
        /// It had the image.
        case found
        /// It does not have the image, or says so.
        case notFound = "not_found"
        /// It let nobody in.
        case unauthorised
        /// It was asked too often.
        case rateLimited = "rate_limited"
        /// It gave no answer, or failed.
        case unavailable
        /// What it gave is no manifest, or not the one that the digest names.
        case unusable

        init(_ error: RegistryError) {
            self =
                switch error {
                case .notFound: .notFound
                case .unauthorised, .unsupportedAuthentication, .unusableRealm, .unusableToken: .unauthorised
                case .rateLimited: .rateLimited
                default: error.isUnavailability ? .unavailable : .unusable
                }
        }
    }

    private struct Key: Hashable {
        let mirror: String
        let outcome: Outcome
    }

    private let counts = Mutex<[Key: UInt64]>([:])
    private let fallbacks: Counter

    /// What hosts are counted under when there are more of them than `Limits.countedMirrors`.
    private static let others = "other"

    init(_ metrics: Metrics) {
        fallbacks = metrics.counter(
            "ostiary_mirror_fallbacks_total",
            help: "Images that were asked for at their registry, or the server in its place, after all mirrors failed.")
        metrics.readings(
            "ostiary_mirror_requests_total", of: .counter,
            help: "Images that were asked for at a mirror, by its host and what came of it."
        ) { [weak self] in self?.readings ?? [] }
    }

    /// Counts one image that one mirror was asked for.
    func count(_ outcome: Outcome, of mirror: String) {
        counts.withLock { counts in
            let isKnown = counts.keys.contains { $0.mirror == mirror }
            let hasRoom = isKnown || Set(counts.keys.map(\.mirror)).count < Limits.countedMirrors
            counts[Key(mirror: hasRoom ? mirror : Self.others, outcome: outcome), default: 0] += 1
        }
    }

    /// Counts one image that was left to the registry.
    func countFallback() { fallbacks.add() }

    private var readings: [Metrics.Reading] {
        counts.withLock { $0 }.sorted {
            ($0.key.mirror, $0.key.outcome.rawValue) < ($1.key.mirror, $1.key.outcome.rawValue)
        }
        .map { key, count in
            Metrics.Reading([("mirror", key.mirror), ("outcome", key.outcome.rawValue)], Int64(clamping: count))
        }
    }
}
