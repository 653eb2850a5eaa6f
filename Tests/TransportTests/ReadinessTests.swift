import Testing

@testable import Transport

@Suite("Readiness")
struct ReadinessTests {
    @Test(
        "a change that came before the wait is taken once",
        arguments: [
            (Readiness.Event.readable, Readiness.Interest.read), (.writable, .write),
        ])
    func latch(event: Readiness.Event, interest: Readiness.Interest) {
        var readiness = Readiness()
        #expect(readiness.take(interest) == false)
        readiness.note(event)
        readiness.note(event)
        #expect(readiness.take(interest) == true)
        #expect(readiness.take(interest) == false)
    }

    @Test("one kind of change does not end a wait for another")
    func independence() {
        var readiness = Readiness()
        readiness.note(.readable)
        #expect(readiness.take(.write) == false)
        #expect(readiness.take(.hangUp) == false)
        #expect(readiness.take(.read) == true)
    }

    @Test("a hang-up ends every wait, and stays")
    func hangUp() {
        var readiness = Readiness()
        readiness.note(.hangUp)
        #expect(readiness.take(.read) == true)
        #expect(readiness.take(.write) == true)
        #expect(readiness.take(.hangUp) == true)
        #expect(readiness.take(.hangUp) == true)
    }
}
