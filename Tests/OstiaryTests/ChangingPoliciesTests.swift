import Support
import Testing

extension RealProgram {
    /// A cluster whose policies come and go while it is asked.
    @Suite("serve, while policies change", .atMost(2), .timeLimit(.minutes(3)))
    struct ChangingPoliciesTests {
        let world: World

        init() throws {
            world = try World.current
        }

        @Test("Every answer under load is by the policies of that moment, or of the second before it")
        func everyAnswer() async throws {
            try await Cluster.run(as: world.identity) { cluster in
                let timeline = PolicyTimeline(on: cluster.server)
                let house = try await cluster.house()
                let load = Load(PolicyTimeline.reviews, tls: house.tls)
                let lateness = Lateness()
                let change = Task { await lateness.measure() }
                defer { change.cancel() }
                try await load.run(kept: 3, fresh: 1, to: { house.process.webhook }) {
                    var generator = SeededGenerator(seed: 6)
                    for _ in 0..<20 {
                        timeline.change(with: &generator)
                        // Long enough that what is still missing of one is seen in the next second.
                        try await Task.sleep(for: .milliseconds(300))
                    }
                    // Many at once, and then none for longer than an answer may be behind.
                    for _ in 0..<100 { timeline.change(with: &generator) }
                    try await Task.sleep(for: .milliseconds(1500))
                }
                #expect(load.failures == [])
                let ages = load.samples.map { timeline.age(of: $0) }
                let unexplained = zip(load.samples, ages).filter { $0.1 == nil }.map { $0.0.answer.text }
                #expect(unexplained == [])
                let oldest = ages.compactMap { $0 }.max() ?? .zero
                #expect(oldest < .seconds(1) + lateness.longest * 4, "late by itself: \(lateness.longest)")
                #expect(load.samples.count > 100 && timeline.changeCount == 120)
            }
        }
    }
}
