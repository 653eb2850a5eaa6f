internal import Kubernetes
internal import Primitives

/// Who may write, among several replicas, as client-go's leader election decides it: a machine without network and wall
/// clock. Whoever holds the Lease renews it every few seconds; whoever saw nobody renew it for its whole duration, by its
/// own clock, takes it. The times in the Lease are for people.
///
/// It makes writes rare, not impossible, to happen twice: what is written must bear that.
struct LeaderElection: Sendable {
    /// How long a Lease holds without being renewed.
    static let duration = Duration.seconds(15)
    /// How long after the last renewal the holder believes in it itself. Less, so that it stops before another begins.
    static let belief = Duration.seconds(10)
    /// How often everybody looks.
    static let period = Duration.seconds(2)

    /// What to do about the Lease.
    enum Move: Equatable, Sendable {
        case create(Lease)
        case replace(Lease)
        /// Somebody else holds it.
        case wait
    }

    private let name: String
    private var seen: (lease: Lease, at: ContinuousClock.Instant)?
    private var renewed: ContinuousClock.Instant?

    /// - Parameter name: of this replica, unlike all others'.
    init(name: String) {
        self.name = name
    }

    /// Whether this replica may write now.
    func leads(at now: ContinuousClock.Instant) -> Bool { renewed.map { now - $0 < Self.belief } ?? false }

    /// What to do, now that the Lease was read.
    ///
    /// - Parameters:
    ///   - lease: nil when there is none.
    ///   - now: this machine's clock, which only measures durations.
    ///   - time: what to write into the Lease.
    mutating func consider(_ lease: Lease?, at now: ContinuousClock.Instant, time: Timestamp) -> Move {
        guard let lease else {
            return .create(Lease(holder: name, acquired: time, renewed: time, transitions: 0, version: nil))
        }
        if lease.holder == name {
            return .replace(
                Lease(
                    holder: name, acquired: lease.acquired, renewed: time, transitions: lease.transitions,
                    version: lease.version))
        }
        renewed = nil
        if seen?.lease != lease { seen = (lease, now) }
        let isOver = seen.map { now - $0.at >= Self.duration } ?? false
        guard isOver || lease.holder.isEmpty else { return .wait }
        return .replace(
            Lease(
                holder: name, acquired: time, renewed: time, transitions: lease.transitions + 1, version: lease.version)
        )
    }

    /// What to write so that another may take the Lease at once, as client-go's `ReleaseOnCancel` does; nil when it is not
    /// this replica's.
    mutating func resign(from lease: Lease?, time: Timestamp) -> Lease? {
        renewed = nil
        guard let lease, lease.holder == name else { return nil }
        return Lease(
            holder: "", acquired: time, renewed: time, transitions: lease.transitions, version: lease.version)
    }

    /// The Lease was written as it was said.
    ///
    /// - Parameter asked: when it was asked to be: another replica may count from then.
    mutating func succeed(asked: ContinuousClock.Instant) { renewed = asked }
}

/// A Lease (coordination.k8s.io/v1), as far as it matters here.
struct Lease: Hashable, Sendable {
    /// Empty when somebody gave it back.
    let holder: String
    let acquired: Timestamp
    let renewed: Timestamp
    let transitions: Int64
    /// Of the object that was read; nil for one that is to be made.
    let version: String?

    init(holder: String, acquired: Timestamp, renewed: Timestamp, transitions: Int64, version: String?) {
        self.holder = holder
        self.acquired = acquired
        self.renewed = renewed
        self.transitions = transitions
        self.version = version
    }

    /// - Throws: `FieldError` for mistyped fields, and times that are none.
    init(_ object: JSONValue) throws(FieldError) {
        let spec = try Field(object).member("spec")
        holder = try spec.member("holderIdentity").string() ?? ""
        acquired = try Self.time(spec.member("acquireTime"))
        renewed = try Self.time(spec.member("renewTime"))
        transitions = try spec.member("leaseTransitions").value?.integer ?? 0
        version = try Field(object).member("metadata").member("resourceVersion").string()
    }

    private static func time(_ field: Field) throws(FieldError) -> Timestamp {
        guard let text = try field.string() else { return Timestamp(secondsSince1970: 0) }
        guard let time = Timestamp(parsing: text) else { throw field.error(.invalid("not a time of RFC 3339")) }
        return time
    }

    /// The object to write. With its version it only takes the place of what was read.
    func object(name: String, namespace: String) -> JSON {
        var metadata: [(key: String, value: JSON)] = [
            (key: "name", value: .string(name)), (key: "namespace", value: .string(namespace)),
        ]
        if let version { metadata.append((key: "resourceVersion", value: .string(version))) }
        return [
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": .object(metadata),
            "spec": [
                "holderIdentity": .string(holder),
                // One that was given back is over.
                "leaseDurationSeconds": .integer(holder.isEmpty ? 1 : LeaderElection.duration.components.seconds),
                "acquireTime": .string(acquired.microTime), "renewTime": .string(renewed.microTime),
                "leaseTransitions": .integer(transitions),
            ],
        ]
    }
}
