import HTTP
import Primitives
import Registry
import Synchronization

/// Counts what is asked over another network, and how many questions had to wait for the answer to one before.
///
/// The answer to a store's first signature is held back until its second is asked for as well: who asks for one after the
/// other waits for ever.
final class RoundTrips: HTTPExchanging {
    private struct Trip {
        let url: String
        /// How many answers had come when it was asked, at the end of a chain in which each waited for the one before.
        let depth: Int
    }

    private struct State {
        var trips: [Trip] = []
        /// The longest chain of answers that have come.
        var answered = 0
    }

    private let network: any HTTPExchanging
    private let state = Mutex(State())

    init(over network: any HTTPExchanging) {
        self.network = network
    }

    /// What was asked since the last time: the paths in the order in which they were asked, those of one moment sorted,
    /// and how many round trips in a row that took.
    func take() -> (paths: [String], depth: Int) {
        state.withLock { state in
            defer { state = State() }
            let trips = state.trips.sorted { ($0.depth, $0.url) < ($1.depth, $1.url) }
            return (trips.map(\.url), state.answered)
        }
    }

    func send(_ request: ClientRequest, by deadline: Deadline) async throws(HTTPError) -> ClientResponse {
        let path = request.url.path
        let depth = state.withLock { state in
            state.trips.append(Trip(url: path, depth: state.answered + 1))
            return state.answered + 1
        }
        let response = try await network.send(request, by: deadline)
        if path.hasSuffix("/signature-1") { await waitForSecond(path, by: deadline) }
        state.withLock { $0.answered = max($0.answered, depth) }
        return response
    }

    private func waitForSecond(_ path: String, by deadline: Deadline) async {
        let second = path.dropLast() + "2"
        while !state.withLock({ $0.trips.contains { $0.url == second } }), !deadline.hasPassed { await Task.yield() }
    }
}
