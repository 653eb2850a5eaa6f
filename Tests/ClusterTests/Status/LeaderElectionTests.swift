import Kubernetes
import Primitives
import Testing

@testable import Cluster

@Suite struct LeaderElectionTests {
    private let start = ContinuousClock.now
    private let time = Timestamp(secondsSince1970: 1_795_281_936)

    private func lease(of holder: String, renewed: Int64 = 0, version: String = "7") -> Lease {
        Lease(
            holder: holder, acquired: time, renewed: Timestamp(secondsSince1970: renewed), transitions: 3,
            version: version)
    }

    @Test("Without a Lease one is made, and its maker leads when it was written")
    func create() throws {
        var election = LeaderElection(name: "a")
        guard case .create(let lease) = election.consider(nil, at: start, time: time) else {
            Issue.record("no Lease was made")
            return
        }
        #expect(lease.holder == "a" && !election.leads(at: start))
        election.succeed(asked: start)
        #expect(election.leads(at: start + .milliseconds(9999)) && !election.leads(at: start + .seconds(10)))
    }

    @Test("A Lease that is renewed stays its holder's; one that is not is taken after 15 seconds by the own clock")
    func takeOver() {
        var election = LeaderElection(name: "b")
        #expect(election.consider(lease(of: "a"), at: start, time: time) == .wait)
        #expect(election.consider(lease(of: "a"), at: start + .seconds(14), time: time) == .wait)
        #expect(
            election.consider(lease(of: "a", renewed: 1, version: "8"), at: start + .seconds(15), time: time) == .wait)
        #expect(
            election.consider(lease(of: "a", renewed: 1, version: "8"), at: start + .seconds(29), time: time) == .wait)
        let taken = Lease(holder: "b", acquired: time, renewed: time, transitions: 4, version: "8")
        #expect(
            election.consider(lease(of: "a", renewed: 1, version: "8"), at: start + .seconds(30), time: time)
                == .replace(taken))
    }

    @Test("A Lease that was given back is taken at once")
    func givenBack() {
        var election = LeaderElection(name: "b")
        guard case .replace = election.consider(lease(of: ""), at: start, time: time) else {
            Issue.record("it was not taken")
            return
        }
    }

    @Test("Whoever holds it renews it, and keeps since when")
    func renew() {
        var election = LeaderElection(name: "a")
        let later = Timestamp(secondsSince1970: time.secondsSince1970 + 2)
        #expect(
            election.consider(lease(of: "a"), at: start, time: later)
                == .replace(Lease(holder: "a", acquired: time, renewed: later, transitions: 3, version: "7")))
    }

    @Test("Whoever finds that another has it leads no more")
    func lost() {
        var election = LeaderElection(name: "a")
        election.succeed(asked: start)
        #expect(election.consider(lease(of: "b"), at: start + .seconds(1), time: time) == .wait)
        #expect(!election.leads(at: start + .seconds(1)))
    }

    @Test("Who could not renew stops leading before another may begin")
    func partition() {
        #expect(LeaderElection.belief < LeaderElection.duration)
        var (first, second) = (LeaderElection(name: "a"), LeaderElection(name: "b"))
        _ = first.consider(nil, at: start, time: time)
        first.succeed(asked: start)
        // The other sees what was written then at the earliest.
        _ = second.consider(lease(of: "a"), at: start, time: time)
        for second_ in 0..<60 {
            let now = start + .seconds(second_)
            guard case .replace = second.consider(lease(of: "a"), at: now, time: time) else { continue }
            #expect(!first.leads(at: now))
        }
    }

    @Test("Whoever has it gives it back, nobody else does, and what is given back is over at once")
    func resign() throws {
        var election = LeaderElection(name: "a")
        election.succeed(asked: start)
        let returned = election.resign(from: lease(of: "a"), time: time)
        let back = try #require(returned)
        #expect(back == Lease(holder: "", acquired: time, renewed: time, transitions: 3, version: "7"))
        #expect(!election.leads(at: start))
        let text = String(decoding: back.object(name: "ostiary", namespace: "p").serialized(), as: UTF8.self)
        #expect(text.contains(#""holderIdentity":"","leaseDurationSeconds":1,"#))
        #expect(election.resign(from: lease(of: "b"), time: time) == nil)
        #expect(election.resign(from: nil, time: time) == nil)
    }

    @Test("What is written is read again, with Kubernetes' microseconds")
    func roundTrip() throws {
        let lease = lease(of: "a", renewed: 1_795_281_938)
        let bytes = lease.object(name: "ostiary", namespace: "portieris").serialized()
        #expect(String(decoding: bytes, as: UTF8.self).contains(#""renewTime":"2026-11-21T17:25:38.000000Z""#))
        #expect(try Lease(JSONDocument(parsing: bytes).root) == lease)
    }

    @Test(
        "A Lease that cannot be read is an error, not free",
        arguments: [#"{"spec":{"renewTime":"soon"}}"#, #"{"spec":{"holderIdentity":7}}"#, #"{"spec":[]}"#])
    func malformed(text: String) throws {
        let value = try JSONDocument(parsing: Array(text.utf8)).root
        #expect(throws: FieldError.self) { try Lease(value) }
    }
}
