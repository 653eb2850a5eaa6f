internal import HTTP
internal import Policies
internal import Primitives

/// The numbers of the process beside its decisions: its connections, its policies, its certificate and itself.
struct ServiceMetrics: Sendable {
    /// Where all numbers of the process are kept.
    let metrics: Metrics
    private let certificateExpiry: Gauge
    private let failures: [ConnectionFault: Counter]

    init(_ metrics: Metrics = Metrics()) {
        self.metrics = metrics
        metrics.gauge(
            "ostiary_build_info", help: "Always 1; the labels say which build this is.",
            labels: [("version", Version.number), ("swift", Version.swift)]
        ) { 1 }
        certificateExpiry = metrics.gauge(
            "ostiary_certificate_expiry_timestamp_seconds", help: "When the serving certificate expires.")
        let counters = ConnectionFault.allCases.map { fault in
            let counter = metrics.counter(
                "ostiary_connection_failures_total",
                help: "Connections to the webhook that ended otherwise than after an answer, by the reason.",
                labels: [("reason", fault.rawValue)])
            return (fault, counter)
        }
        failures = Dictionary(uniqueKeysWithValues: counters)
    }

    /// Shows how many connections a server has open.
    func show(_ server: HTTPServer, as name: String) {
        metrics.gauge(
            "ostiary_open_connections", help: "Connections that are open, by server.", labels: [("server", name)]
        ) { Int64(server.connectionCount) }
    }

    /// Shows how many policies there are, and how many of their entries can be used.
    func show(_ policies: @escaping @Sendable () -> PolicyStore) {
        for kind in PolicyIdentity.Kind.allCases {
            metrics.gauge("ostiary_policies", help: "Policies, by kind.", labels: [("kind", kind.rawValue)]) {
                Int64(policies().policies.count { $0.identity.kind == kind })
            }
        }
        for kind in PolicyIdentity.Kind.allCases {
            for state in EntryState.allCases {
                metrics.gauge(
                    "ostiary_policy_entries", help: "Entries of policies; an unusable one admits nothing.",
                    labels: [("kind", kind.rawValue), ("state", state.rawValue)]
                ) {
                    let entries = policies().policies.lazy.filter { $0.identity.kind == kind }.flatMap(\.entries)
                    return Int64(entries.count { EntryState($0) == state })
                }
            }
        }
    }

    /// Shows which files are not used as they are now.
    func show(_ problems: @escaping @Sendable () -> [FileProblem]) {
        metrics.readings(
            "ostiary_unusable_files", of: .gauge,
            help: "1 for each file of certificates, mirrors or credentials that is not used as it is now; see the log."
        ) {
            Set(problems().map(\.path)).sorted().map { Metrics.Reading([("file", $0)], 1) }
        }
    }

    /// Counts a connection that failed.
    func count(_ failure: HTTPServer.ConnectionFailure) {
        failures[ConnectionFault(failure)]?.add()
    }

    /// Shows when the serving certificate expires.
    func note(expiry: Timestamp) {
        certificateExpiry.set(expiry.secondsSince1970)
    }
}

private enum EntryState: String, CaseIterable {
    case usable, unusable

    init(_ entry: RepositoryEntry) {
        switch entry.requirement {
        case .success: self = .usable
        case .failure: self = .unusable
        }
    }
}

/// Why a connection failed, for counting.
private enum ConnectionFault: String, CaseIterable {
    case notSetUp = "not_set_up"
    case refused
    case tooSlow = "too_slow"
    case turnedAway = "turned_away"
    case tooMuch = "too_much"
    case unwritable

    init(_ failure: HTTPServer.ConnectionFailure) {
        self =
            switch failure {
            case .notSetUp: .notSetUp
            case .refused: .refused
            case .tooSlow: .tooSlow
            case .turnedAway: .turnedAway
            case .tooMuch: .tooMuch
            case .unwritable: .unwritable
            }
    }
}
