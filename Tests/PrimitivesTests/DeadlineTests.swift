import Primitives
import Testing

@Suite("Deadline")
struct DeadlineTests {
    @Test("has passed when its moment is not ahead any more")
    func passes() {
        #expect(Deadline.after(.zero).hasPassed)
        #expect(Deadline.after(.seconds(-1)).hasPassed)
        #expect(Deadline.after(.seconds(-1)).remaining <= .seconds(-1))
        #expect(!Deadline.after(.seconds(60)).hasPassed)
        let remaining = Deadline.after(.seconds(60)).remaining
        #expect(remaining > .zero && remaining <= .seconds(60))
    }

    @Test("is only ever brought forward")
    func isOnlyBroughtForward() {
        let soon = Deadline.after(.seconds(1))
        #expect(soon.butAtMost(.seconds(60)) == soon)
        #expect(soon.butAtMost(.zero) < soon)
        #expect(Deadline.after(.seconds(60)).butAtMost(.seconds(1)).remaining <= .seconds(1))
    }

    @Test("orders by moment")
    func compares() {
        let now = Moment.now
        #expect(Deadline(now) < Deadline(now + .nanoseconds(1)))
        #expect(Deadline(now) == Deadline(now))
    }

    @Test("is the same moment on the library's clock")
    func agrees() {
        let deadline = Deadline.after(.seconds(60))
        let remaining = deadline.instant - ContinuousClock.now
        #expect(remaining > .seconds(50) && remaining <= .seconds(60))
    }
}
