package import Primitives
private import Synchronization

/// Bounds how many reviews are worked on at a time, at all endpoints together: each needs memory for its object and what
/// it fetches, and beyond some number all would only become slow.
///
/// Whoever finds no place is told at once to come again. Nothing waits in a queue: the API server has only seconds, and
/// asks again by itself.
package final class ReviewGate: Sendable {
    private let places: Int
    private let taken = Atomic(0)
    private let turnedAway: Counter

    /// - Parameter places: reviews at a time.
    package init(places: Int, _ metrics: Metrics) {
        self.places = places
        turnedAway = metrics.counter(
            "ostiary_reviews_turned_away_total", help: "Reviews answered with 503 because too many were in flight.")
        metrics.gauge("ostiary_reviews_in_flight_limit", help: "Reviews that may be in flight.") { Int64(places) }
        metrics.gauge("ostiary_reviews_in_flight", help: "Reviews being worked on.") { [weak self] in
            Int64(self?.inFlight ?? 0)
        }
    }

    /// Reviews that are being worked on.
    package var inFlight: Int { taken.load(ordering: .relaxed) }

    /// Reviews that found no place so far.
    package var turnedAwayCount: UInt64 { turnedAway.value }

    /// Takes a place, which `leave` gives back; false when there is none.
    func enter() -> Bool {
        guard taken.wrappingAdd(1, ordering: .relaxed).newValue > places else { return true }
        leave()
        turnedAway.add()
        return false
    }

    func leave() {
        taken.wrappingSubtract(1, ordering: .relaxed)
    }
}
