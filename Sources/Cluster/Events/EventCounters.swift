internal import Primitives

/// Counts Events, those that are written and those that nobody will see.
struct EventCounters: Sendable {
    /// Why an Event is not written.
    enum Drop: String, CaseIterable {
        /// Too many are waiting.
        case full
        /// The API server does not want it, most often for want of a right.
        case refused
        /// It was tried too often.
        case failed
        /// Its policy, or the namespace of that, is no more.
        case gone
    }

    let written: Counter
    private let dropped: [Drop: Counter]

    init(_ metrics: Metrics) {
        written = metrics.counter(
            "ostiary_events_written_total", help: "Events about policies that were created, or counted on.")
        dropped = Dictionary(
            uniqueKeysWithValues: Drop.allCases.map { reason in
                let counter = metrics.counter(
                    "ostiary_events_dropped_total", help: "Events about policies that nobody will see, by the reason.",
                    labels: [("reason", reason.rawValue)])
                return (reason, counter)
            })
    }

    func drop(_ reason: Drop) { dropped[reason]?.add() }
}
