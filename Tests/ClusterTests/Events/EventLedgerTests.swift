import Kubernetes
import Policies
import Primitives
import Testing

@testable import Cluster

@Suite struct EventLedgerTests {
    private let start = ContinuousClock.now

    private func moment(_ seconds: Int) -> EventSeries.Moment {
        EventSeries.Moment(
            instant: start + .seconds(seconds), time: Timestamp(secondsSince1970: 1_795_281_936 + Int64(seconds)))
    }

    private func refusal(
        _ image: String, of policy: String = "default", _ outcome: PolicyRefusal.Outcome = .refused
    ) -> PolicyRefusal {
        PolicyRefusal(
            policy: PolicyIdentity(kind: .clusterImagePolicy, key: ObjectKey(namespace: "", name: policy)),
            outcome: outcome, image: image, note: "Pod in shop: Deny \"\(image)\"")
    }

    private func take(from ledger: inout EventLedger) throws -> (key: EventLedger.Key, series: EventSeries) {
        let taken = ledger.take()
        return try #require(taken)
    }

    /// Writes all that is due; what was written, as `create note` or `count`.
    private func write(_ ledger: inout EventLedger, at seconds: Int) -> [String] {
        var written: [String] = []
        while let (key, series) = ledger.take() {
            written.append(series.write == .create ? "create \(series.refusal.note)" : "\(series.count)")
            ledger.noteWritten(key, count: series.count, at: start + .seconds(seconds))
        }
        return written
    }

    @Test("The first is written, the second makes it a series, and then it is counted until nothing comes any more")
    func series() {
        var ledger = EventLedger()
        #expect(ledger.note(refusal("a"), number: 1, at: moment(0)) == true)
        #expect(write(&ledger, at: 0) == ["create Pod in shop: Deny \"a\""])
        #expect(ledger.note(refusal("a"), number: 2, at: moment(1)) == true)
        #expect(write(&ledger, at: 1) == ["2"])
        for second in 2..<300 { #expect(ledger.note(refusal("a"), number: 3, at: moment(second)) == true) }
        ledger.sweep(at: start + .seconds(658))
        #expect(ledger.take() == nil)
        ledger.sweep(at: start + .seconds(659))
        #expect(write(&ledger, at: 659) == ["300"])
        ledger.sweep(at: start + .seconds(660))
        #expect(ledger.note(refusal("a"), number: 4, at: moment(661)) == true)
        #expect(write(&ledger, at: 661) == ["create Pod in shop: Deny \"a\""], "the series was over")
    }

    @Test("A series that goes on is written every half hour")
    func heartbeat() {
        var ledger = EventLedger()
        var written: [String] = []
        for second in stride(from: 0, through: 3700, by: 10) {
            #expect(ledger.note(refusal("a"), number: 1, at: moment(second)) == true)
            ledger.sweep(at: start + .seconds(second))
            written += write(&ledger, at: second)
        }
        #expect(written == ["create Pod in shop: Deny \"a\"", "2", "182", "362"])
    }

    @Test("What comes before the first is written is counted in it, and what comes while it is, behind it")
    func meanwhile() throws {
        var ledger = EventLedger()
        for _ in 0..<3 { #expect(ledger.note(refusal("a"), number: 1, at: moment(0)) == true) }
        let first = try take(from: &ledger)
        #expect(first.series.count == 3 && first.series.write == .create)
        var other = EventLedger()
        #expect(other.note(refusal("a"), number: 1, at: moment(0)) == true)
        let (key, series) = try take(from: &other)
        for _ in 0..<4 { #expect(other.note(refusal("a"), number: 1, at: moment(1)) == true) }
        other.noteWritten(key, count: series.count, at: start)
        #expect(write(&other, at: 1) == ["5"])
    }

    @Test("Images behind the tenth of a policy have one Event together, and a place when another one's is over")
    func manyImages() {
        var ledger = EventLedger()
        for number in 0..<1000 { #expect(ledger.note(refusal("i\(number)"), number: 1, at: moment(0)) == true) }
        let written = write(&ledger, at: 0)
        #expect(written.count == 11)
        #expect(written.last == "create one of more than 10 images: Pod in shop: Deny \"i10\"")
        #expect(ledger.note(refusal("i0", .undecided), number: 1, at: moment(0)) == true)
        #expect(ledger.note(refusal("i0", of: "other"), number: 1, at: moment(0)) == true)
        #expect(write(&ledger, at: 0).count == 2, "another outcome and another policy are others")
        ledger.sweep(at: start + .seconds(400))
        _ = write(&ledger, at: 400)
        ledger.sweep(at: start + .seconds(401))
        #expect(ledger.note(refusal("new"), number: 1, at: moment(402)) == true)
        #expect(write(&ledger, at: 402) == ["create Pod in shop: Deny \"new\""])
    }

    @Test("There is no more than what there is room for, and room again when one is given up")
    func capacity() throws {
        var ledger = EventLedger(capacity: 3)
        for number in 0..<3 { #expect(ledger.note(refusal("a", of: "p\(number)"), number: 1, at: moment(0)) == true) }
        #expect(ledger.note(refusal("a", of: "p3"), number: 1, at: moment(0)) == false)
        #expect(ledger.note(refusal("a", of: "p2"), number: 1, at: moment(0)) == true, "what is known is counted")
        ledger.giveUp(try take(from: &ledger).key)
        #expect(ledger.note(refusal("a", of: "p3"), number: 1, at: moment(0)) == true)
    }

    @Test("What is being written is handed to nobody else until it is known what came of it")
    func taken() throws {
        var ledger = EventLedger()
        for image in ["a", "b"] { #expect(ledger.note(refusal(image), number: 1, at: moment(0)) == true) }
        let first = try take(from: &ledger)
        let second = try take(from: &ledger)
        #expect(first.series.refusal.image == "a" && second.series.refusal.image == "b")
        #expect(ledger.take() == nil)
        #expect(ledger.hasWork)
        #expect(ledger.noteFailure(second.key) == 1)
        #expect(try take(from: &ledger).key == second.key)
        ledger.noteWritten(second.key, count: 1, at: start)
        // The end comes while the first is being written with what it had then.
        #expect(ledger.note(refusal("a"), number: 1, at: moment(1)) == true)
        #expect(ledger.note(refusal("a"), number: 1, at: moment(1)) == true)
        ledger.close()
        #expect(ledger.take() == nil)
        ledger.noteWritten(first.key, count: 1, at: start)
        #expect(write(&ledger, at: 1) == ["3"])
        #expect(!ledger.hasWork)
    }

    @Test("What grows while it is written is written once more when that was the end")
    func closedMeanwhile() throws {
        var ledger = EventLedger()
        for _ in 0..<2 { #expect(ledger.note(refusal("a"), number: 1, at: moment(0)) == true) }
        let (key, series) = try take(from: &ledger)
        #expect(ledger.note(refusal("a"), number: 1, at: moment(1)) == true)
        ledger.close()
        ledger.noteWritten(key, count: series.count, at: start)
        // What comes behind the end is written along, and not waited for.
        #expect(ledger.note(refusal("a"), number: 1, at: moment(1)) == true)
        let (last, more) = try take(from: &ledger)
        #expect(ledger.note(refusal("a"), number: 1, at: moment(1)) == true)
        ledger.noteWritten(last, count: more.count, at: start)
        #expect(more.count == 4 && !ledger.hasWork)
    }

    @Test("At the end all counts are due")
    func close() {
        var ledger = EventLedger()
        for _ in 0..<2 { #expect(ledger.note(refusal("a"), number: 1, at: moment(0)) == true) }
        _ = write(&ledger, at: 0)
        #expect(ledger.note(refusal("a"), number: 1, at: moment(1)) == true)
        #expect(ledger.take() == nil)
        ledger.close()
        #expect(write(&ledger, at: 1) == ["3"])
    }
}
