internal import Kubernetes
internal import Policies
internal import Primitives

/// What one Event says (events.k8s.io/v1): something that happened, and how often it has happened since.
struct EventSeries: Sendable {
    /// A moment, by the clock that measures and by the one that people read.
    struct Moment: Sendable {
        let instant: ContinuousClock.Instant
        let time: Timestamp

        static var now: Moment { Moment(instant: .now, time: .now) }
    }

    /// How the API server is told.
    enum Write: Equatable, Sendable {
        case create
        /// A merge patch of an Event that is stored already.
        case patch
    }

    /// Who reports, for searches; the same on all replicas.
    private static let controller = "ostiary"
    /// Bytes of the policy's name in that of the Event, which may have 253.
    private static let nameLimit = 200

    let refusal: PolicyRefusal
    /// Of the Event.
    let name: String
    private let first: Moment
    private(set) var last: Moment
    private(set) var count = 1
    /// What is stored: how often it says that it happened, and since when it says so.
    private var stored: (count: Int, since: ContinuousClock.Instant)?
    /// How often it was tried in vain to store what is not.
    private(set) var failures = 0

    /// - Parameter number: makes the name unlike that of any other Event.
    init(_ refusal: PolicyRefusal, number: UInt64, at moment: Moment) {
        self.refusal = refusal
        // Cut behind a mark it would end in one, which no part of a name may.
        let prefix = refusal.policy.key.name.prefix(Self.nameLimit).reversed().drop { $0 == "-" || $0 == "." }
            .reversed()
        name = "\(String(prefix)).\(String(number, radix: 16))"
        (first, last) = (moment, moment)
    }

    /// In which namespace the Event is: an object that is in none has its Events in `default`.
    var namespace: String {
        refusal.policy.key.namespace.isEmpty ? "default" : refusal.policy.key.namespace
    }

    /// What is to be done to store it as it is.
    var write: Write { stored == nil ? .create : .patch }

    /// Whether something is not stored.
    var isDue: Bool { stored?.count != count }

    /// For how long what is stored is so.
    func age(at now: ContinuousClock.Instant) -> Duration { stored.map { now - $0.since } ?? .zero }

    /// It happened again.
    mutating func add(at moment: Moment) {
        count += 1
        last = moment
    }

    /// It was stored with this count.
    mutating func noteStored(count: Int, at now: ContinuousClock.Instant) {
        stored = (count: count, since: now)
        failures = 0
    }

    /// It could not be stored.
    mutating func noteFailure() { failures += 1 }

    /// There is no such Event any more: the API server forgets them after an hour.
    mutating func noteMissing() { stored = nil }

    /// The Event.
    ///
    /// - Parameters:
    ///   - identifier: the policy's `uid`, by which `kubectl describe` finds its Events.
    ///   - instance: which replica reports.
    func object(regarding identifier: String, instance: String) -> JSON {
        let policy = refusal.policy
        var regarding: [(key: String, value: JSON)] = [
            (key: "apiVersion", value: "portieris.cloud.ibm.com/v1"),
            (key: "kind", value: .string(policy.kind.rawValue)),
            (key: "name", value: .string(policy.key.name)), (key: "uid", value: .string(identifier)),
        ]
        if !policy.key.namespace.isEmpty {
            regarding.append((key: "namespace", value: .string(policy.key.namespace)))
        }
        return .object(
            [
                (key: "apiVersion", value: "events.k8s.io/v1"), (key: "kind", value: "Event"),
                (key: "metadata", value: ["name": .string(name), "namespace": .string(namespace)]),
                (key: "eventTime", value: .string(first.time.microTime)),
                (key: "reportingController", value: .string(Self.controller)),
                (key: "reportingInstance", value: .string(instance)), (key: "action", value: "Review"),
                (key: "reason", value: .string(refusal.outcome.rawValue)),
                (key: "regarding", value: .object(regarding)),
                (key: "note", value: .string(refusal.note)), (key: "type", value: "Warning"),
            ] + series)
    }

    /// The merge patch (RFC 7396) of the Event, of which nothing else may change.
    var patch: JSON { .object(series) }

    /// A series has at least two members; one alone is none.
    private var series: [(key: String, value: JSON)] {
        guard count > 1 else { return [] }
        let value: JSON = ["count": .integer(Int64(count)), "lastObservedTime": .string(last.time.microTime)]
        return [(key: "series", value: value)]
    }
}
