import Primitives
import Testing

@testable import Transport

extension WaitTable {
    /// The waiters that an event ends.
    fileprivate mutating func note(_ event: Readiness.Event, _ id: RegistrationID) -> [Waiter] {
        var ended: [Waiter] = []
        note(event, id) { ended.append($0) }
        return ended
    }
}

@Suite("TimerHeap")
struct TimerHeapTests {
    @Test("keys come in the order of their moments, however they were put in")
    func order() {
        let start = Moment.now
        var generator = SystemRandomNumberGenerator()
        var heap = TimerHeap<Int>()
        for delay in (0..<500).shuffled(using: &generator) { heap.schedule(delay, at: start + .seconds(delay)) }
        #expect(heap.popDue(at: start - .seconds(1))?.key == nil)
        var popped: [Int] = []
        while let entry = heap.popDue(at: start + .seconds(500)) { popped.append(entry.key) }
        #expect(popped == Array(0..<500))
    }
}

@Suite("WaitTable")
struct WaitTableTests {
    private let start = Moment.now
    private func deadline(in seconds: Int) -> Deadline { Deadline(start + .seconds(seconds)) }

    @Test("an event ends the wait that is parked for it")
    func event() {
        var table = WaitTable<String>()
        let id = table.register(7)
        #expect(table.park("reader", id, .read, by: deadline(in: 5), now: start) == nil)
        #expect(table.note(.writable, id) == [])
        #expect(table.note(.readable, id) == ["reader"])
        #expect(table.note(.readable, id) == [])
        #expect(table.takeLatch(id, .read) == .ready)
    }

    @Test("an event for an earlier descriptor of the same number reaches nobody")
    func generations() {
        var table = WaitTable<String>()
        let old = table.register(7)
        #expect(table.park("old", old, .read, by: deadline(in: 5), now: start) == nil)
        #expect(table.deregister(old) == ["old"])
        let new = table.register(7)
        #expect(table.park("new", new, .read, by: deadline(in: 5), now: start) == nil)
        #expect(table.note(.readable, old) == [])
        #expect(table.remove(old, .read) == nil)
        #expect(table.deregister(old) == [])
        #expect(table.takeLatch(old, .read) == .closed)
        #expect(table.note(.readable, new) == ["new"])
    }

    @Test("a deadline ends its wait, and no other")
    func deadlines() {
        var table = WaitTable<String>()
        let first = table.register(1)
        let second = table.register(2)
        #expect(table.park("first", first, .read, by: deadline(in: 10), now: start) == nil)
        #expect(table.park("second", second, .read, by: deadline(in: 5), now: start) == nil)
        #expect(table.nextDeadline == start + .seconds(5))
        #expect(table.expire(at: start + .seconds(5)) == ["second"])
        #expect(table.nextDeadline == start + .seconds(10))
        #expect(table.expire(at: start + .seconds(10)) == ["first"])
        #expect(table.park("late", first, .read, by: deadline(in: 10), now: start + .seconds(10)) == .timedOut)
    }

    @Test("a later deadline of the same descriptor waits its turn without another timer")
    func rearm() {
        var table = WaitTable<String>()
        let id = table.register(1)
        for round in 1...1000 {
            #expect(table.park("r", id, .read, by: deadline(in: 100 + round), now: start) == nil)
            #expect(table.note(.readable, id) == ["r"])
        }
        #expect(table.park("last", id, .read, by: deadline(in: 2000), now: start) == nil)
        #expect(table.nextDeadline == start + .seconds(101))
        #expect(table.expire(at: start + .seconds(101)) == [])
        #expect(table.nextDeadline == start + .seconds(2000))
        #expect(table.expire(at: start + .seconds(2000)) == ["last"])
        #expect(table.nextDeadline == nil)
    }

    @Test("short waits between long ones, of which some end early, add no timer for each")
    func shortAndLong() {
        var table = WaitTable<String>()
        let id = table.register(1)
        var now = start
        func wake(_ table: inout WaitTable<String>, until end: Moment) -> (expired: [String], count: Int) {
            var (expired, count): ([String], Int) = ([], 0)
            while let next = table.nextDeadline, next <= end {
                expired += table.expire(at: next)
                count += 1
            }
            return (expired, count)
        }
        var wakes = 0
        for _ in 0..<3000 {
            // As a connection rests that is asked every 1.2 s.
            #expect(table.park("short", id, .read, by: Deadline(now + .seconds(1)), now: now) == nil)
            let woken = wake(&table, until: now + .seconds(1))
            #expect(woken.expired == ["short"])
            wakes += woken.count
            #expect(table.park("long", id, .read, by: Deadline(now + .seconds(120)), now: now) == nil)
            now = now + .milliseconds(1200)
            wakes += wake(&table, until: now).count
            #expect(table.note(.readable, id) == ["long"])
        }
        // One for each short wait, and one for every two minutes.
        #expect(wakes <= 3000 + 3600 / 119 + 1)
        let rest = wake(&table, until: now + .seconds(1000))
        #expect(rest.expired == [] && rest.count <= 2)
        #expect(table.park("last", id, .read, by: Deadline(now + .seconds(5)), now: now) == nil)
        #expect(wake(&table, until: now + .seconds(4)).expired == [])
        #expect(wake(&table, until: now + .seconds(5)).expired == ["last"])
    }

    @Test("closing a descriptor ends its waits, and a second waiter for the same is turned away")
    func close() {
        var table = WaitTable<String>()
        let id = table.register(1)
        #expect(table.park("r", id, .read, by: deadline(in: 5), now: start) == nil)
        #expect(table.park("w", id, .write, by: deadline(in: 5), now: start) == nil)
        #expect(table.park("again", id, .read, by: deadline(in: 5), now: start) == .closed)
        #expect(Set(table.deregister(id)) == ["r", "w"])
        #expect(table.count == 0)
    }

    @Test("a token names its registration", arguments: [Int32(0), 7, .max])
    func tokens(descriptor: Int32) {
        let id = RegistrationID(descriptor: descriptor, generation: .max - 1)
        #expect(RegistrationID(token: id.token) == id)
    }
}
