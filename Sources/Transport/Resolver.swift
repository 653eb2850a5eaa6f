package import Primitives

/// Turns host names into addresses, as the machine is configured to (`/etc/hosts`, `/etc/resolv.conf`).
///
/// A name is looked up once for all who ask at the same time, and its addresses are used for a few seconds: a pod with many
/// images of one registry does not ask the name server for each connection. Users choose names, and a few hundred whose
/// servers do not answer keep the threads busy: then a name that is known goes on with the addresses that it had.
package struct Resolver: Sendable {
    private let threads: BlockingThreads
    private let lookUp: @Sendable (String) -> Result<[IPAddress], LookUpFailure>
    private let now: @Sendable () -> ContinuousClock.Instant
    private let memory = AddressMemory()
    private let flights = SingleFlight<String, [IPAddress], LookUpFailure>(patience: .seconds(30))

    /// How long addresses are used without asking. The system does not tell for how long they are meant.
    static let freshness = Duration.seconds(10)
    /// How long they are used where there is no answer.
    static let endurance = Duration.seconds(600)
    /// How long an answer is waited for where they can be used.
    static let patience = Duration.milliseconds(500)

    /// - Parameter threads: where getaddrinfo(3) may block.
    package init(threads: BlockingThreads) {
        self.init(threads: threads, now: { .now }, lookUp: SystemNames.lookUp)
    }

    /// - Parameter lookUp: asks the system; it may block.
    init(
        threads: BlockingThreads, now: @escaping @Sendable () -> ContinuousClock.Instant,
        lookUp: @escaping @Sendable (String) -> Result<[IPAddress], LookUpFailure>
    ) {
        self.threads = threads
        self.lookUp = lookUp
        self.now = now
    }

    /// How many wait for an answer of the system.
    var waiterCount: Int { flights.waiterCount }

    /// The addresses of a name in the order of the system's preference (RFC 6724); an IP literal is its own address.
    ///
    /// - Throws: `.unresolvable`, `.timedOut`, `.cancelled`.
    package func addresses(of host: String, by deadline: Deadline) async throws(TransportError) -> [IPAddress] {
        if let literal = IPAddress(host) { return [literal] }
        let known = memory.answer(for: host).map { (addresses: $0.addresses, age: now() - $0.time) }
        if let known, known.age < Self.freshness { return known.addresses }
        let old = known.flatMap { $0.age < Self.endurance ? $0.addresses : nil }
        let arrival = await flights.answer(
            for: host, by: old == nil ? deadline : deadline.butAtMost(Self.patience)
        ) { deadline in
            await ask(host, by: deadline)
        }
        switch arrival {
        case .landed(.success(let addresses)): return addresses
        case .landed(.failure(let failure)):
            if failure.isTemporary, let old { return old }
            throw failure.error
        case .late:
            if let old, !deadline.hasPassed { return old }
            throw .timedOut("resolving \(host)")
        case .cancelled: throw .cancelled
        }
    }

    private func ask(_ host: String, by deadline: Deadline) async -> Result<[IPAddress], LookUpFailure> {
        do throws(TransportError) {
            return try await threads.run("resolving \(host)", by: deadline) {
                let result = lookUp(host)
                // Also when nobody waits for it any more.
                remember(result, of: host)
                return result
            }
        } catch {
            return .failure(LookUpFailure(error: error, isTemporary: true))
        }
    }

    private func remember(_ result: Result<[IPAddress], LookUpFailure>, of host: String) {
        switch result {
        case .success(let addresses): memory.keep(AddressMemory.Answer(addresses: addresses, time: now()), for: host)
        case .failure(let failure): if !failure.isTemporary { memory.keep(nil, for: host) }
        }
    }
}

/// Why a name has no address.
struct LookUpFailure: Error {
    let error: TransportError
    /// Whether it may have one all the same: nobody said that it has none.
    let isTemporary: Bool
}
