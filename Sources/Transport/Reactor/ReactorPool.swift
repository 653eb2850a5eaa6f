internal import CLinux
internal import Glibc
internal import Synchronization

/// A reactor for each processor. They take connections in turns, and whatever a connection needs is then done on one
/// thread: nobody is woken on another one, and a busy thread fetches all that came meanwhile with one call.
package final class ReactorPool: Sendable {
    /// The one to take where it does not matter which.
    package let first: Reactor
    private let all: [Reactor]
    private let turn = Atomic(0)

    /// - Parameter count: how many threads; as many as there are processors that this process may use, if not said.
    /// - Throws: `.system` when the kernel has no descriptors or threads for them.
    package init(count: Int? = nil) throws(TransportError) {
        first = try Reactor()
        var all = [first]
        while all.count < count ?? Self.processors { all.append(try Reactor()) }
        self.all = all
    }

    /// Ends the threads; see `Reactor.shutDown`.
    package func shutDown() {
        for reactor in all { reactor.shutDown() }
    }

    /// How many threads there are.
    package var count: Int { all.count }

    /// Returns when each thread has come around to its tasks once, which is never if one of them hangs.
    package func comeAround() async {
        for reactor in all { await withTaskExecutorPreference(reactor) {} }
    }

    /// The next in turn.
    func next() -> Reactor {
        all[Int(UInt(bitPattern: turn.wrappingAdd(1, ordering: .relaxed).oldValue) % UInt(all.count))]
    }

    /// How many processors this process may use: where it is bound to one, a second thread would only get in its way.
    private static var processors: Int { max(1, min(Int(ostiary_usable_processors()), 16)) }
}
