import Support
import Synchronization

/// The replicas that are asked, as a Service has them: those that say that they are ready.
final class Endpoints: Sendable {
    private struct State {
        var ready: [String]
        var turn = 0
    }

    private let houses: [House]
    private let state: Mutex<State>

    /// All are ready.
    init(_ houses: [House]) {
        self.houses = houses
        state = Mutex(State(ready: houses.map(\.process.webhook)))
    }

    /// Those that are ready.
    var ready: [String] { state.withLock { $0.ready } }

    /// Where the next connection goes to.
    func next() -> String {
        state.withLock { state in
            state.turn += 1
            return state.ready.isEmpty ? "" : state.ready[state.turn % state.ready.count]
        }
    }

    /// Asks them all each second, as the kubelets do, until the task is cancelled.
    func probe() async {
        while !Task.isCancelled {
            var ready: [String] = []
            for house in houses where (try? await house.page("/readyz").status) == 200 {
                ready.append(house.process.webhook)
            }
            if !Task.isCancelled { state.withLock { $0.ready = ready } }
            // Cancelled with the task, which the loop looks at.
            try? await Task.sleep(for: .seconds(1))
        }
    }
}
