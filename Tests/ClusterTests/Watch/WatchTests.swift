import Kubernetes
import Testing

@testable import Cluster

/// A watch and a clock that only the test moves. Chance is always one half: waits are 1.2 s, 2.4 s, 4.8 s and so on.
private final class Bench {
    private(set) var watch = Watch<String>(chance: { 0.5 })
    var now = ContinuousClock.now
    /// What its user would have.
    private(set) var objects: [String: String] = [:]

    func next() -> Watch<String>.Step { watch.next(at: now) }

    /// Waits as long as it wants, and says how long that was and what comes then.
    func nextAfterWait() -> (wait: Duration, step: Watch<String>.Step) {
        guard case .wait(let time) = next() else { return (.zero, next()) }
        let wait = time - now
        now = time
        return (wait, next())
    }

    func open() { watch.open(at: now) }

    @discardableResult
    func receive(_ event: WatchEvent<String>) -> Bool {
        guard let changes = watch.receive(event, at: now) else { return false }
        apply(changes)
        return true
    }

    func set(_ name: String, _ value: String, _ version: String) -> Bool {
        receive(.set(ObjectKey(namespace: "", name: name), value, version: ResourceVersion(version)))
    }

    func remove(_ name: String, _ version: String) -> Bool {
        receive(.removed(ObjectKey(namespace: "", name: name), version: ResourceVersion(version)))
    }

    func bookmark(_ version: String, isEnd: Bool = false) -> Bool {
        receive(.bookmark(version: ResourceVersion(version), endsInitialEvents: isEnd))
    }

    func page(_ objects: [String: String], _ version: String, continuation: String? = nil) {
        let keyed = objects.map { (ObjectKey(namespace: "", name: $0.key), $0.value) }
        let page = ListPage(
            objects: Dictionary(uniqueKeysWithValues: keyed), version: ResourceVersion(version),
            continuation: continuation)
        apply(watch.receive(page, at: now))
    }

    func refuse(_ code: Int, _ reason: String = "", retryAfter: Duration? = nil, causes: [String] = []) {
        watch.refuse(APIStatus(code: code, reason: reason, retryAfter: retryAfter, causes: causes), at: now)
    }

    func end() { watch.end(at: now) }

    func fail(isSilent: Bool = false) { watch.fail("broken", isSilent: isSilent, at: now) }

    /// Lists one object, `a` at version 10, as a stream.
    func sync() {
        _ = next()
        open()
        _ = set("a", "1", "7")
        _ = bookmark("10", isEnd: true)
        now += .seconds(10)
    }

    private func apply(_ changes: [Watch<String>.Change]) {
        for change in changes {
            switch change {
            case .replace(let all): objects = Dictionary(uniqueKeysWithValues: all.map { ($0.key.name, $0.value) })
            case .set(let key, let value): objects[key.name] = value
            case .remove(let key): objects[key.name] = nil
            }
        }
    }
}

@Suite struct WatchTests {
    private let stream = Watch<String>.Step.watch(from: nil, seconds: 450)

    private func resume(_ version: String) -> Watch<String>.Step {
        .watch(from: ResourceVersion(version), seconds: 450)
    }

    @Test("A streamed list reaches its user when its last bookmark comes, all at once")
    func streamedList() {
        let bench = Bench()
        #expect(bench.next() == stream)
        bench.open()
        #expect(bench.set("b", "1", "9") && bench.set("a", "1", "5") && bench.bookmark("9") && bench.remove("b", "10"))
        #expect(bench.objects.isEmpty && !bench.watch.isSynced)
        #expect(bench.bookmark("12", isEnd: true))
        #expect(bench.objects == ["a": "1"] && bench.watch.isSynced && bench.watch.problem == nil)
        #expect(bench.set("c", "1", "13") && bench.set("a", "2", "14") && bench.remove("c", "15"))
        #expect(bench.objects == ["a": "2"])
    }

    @Test("A stream that breaks off before its last bookmark is worth nothing, and is asked for again")
    func brokenList() {
        let bench = Bench()
        _ = bench.next()
        bench.open()
        _ = bench.set("gone", "1", "9")
        bench.end()
        let (wait, step) = bench.nextAfterWait()
        #expect(wait == .milliseconds(1200) && step == stream)
        bench.open()
        _ = bench.set("a", "1", "11")
        _ = bench.bookmark("12", isEnd: true)
        #expect(bench.objects == ["a": "1"])
    }

    @Test(
        "A server that streams no lists is asked for pages; the next list is asked for as a stream again",
        arguments: [400, 422])
    func pages(code: Int) {
        let bench = Bench()
        _ = bench.next()
        bench.refuse(code, "Invalid")
        #expect(bench.next() == .list(continuation: nil))
        bench.page(["a": "1"], "20", continuation: "more")
        #expect(bench.objects.isEmpty)
        #expect(bench.next() == .list(continuation: "more"))
        bench.page(["b": "1"], "20")
        #expect(bench.objects == ["a": "1", "b": "1"])
        #expect(bench.next() == resume("20"))
        bench.refuse(410, "Expired")
        #expect(bench.next() == stream)
    }

    @Test("A continuation that has expired begins the list anew, without what came before")
    func expiredPage() {
        let bench = Bench()
        _ = bench.next()
        bench.refuse(422)
        _ = bench.next()
        bench.page(["gone": "1"], "20", continuation: "more")
        bench.refuse(410, "Expired")
        #expect(bench.next() == stream)
        bench.refuse(422)
        _ = bench.next()
        bench.page(["a": "1"], "30")
        #expect(bench.objects == ["a": "1"])
    }

    @Test("A page that fails is asked for again, with the pages before it kept")
    func failedPage() {
        let bench = Bench()
        _ = bench.next()
        bench.refuse(422)
        _ = bench.next()
        bench.page(["a": "1"], "20", continuation: "more")
        bench.fail()
        #expect(bench.nextAfterWait().step == .list(continuation: "more"))
        bench.page(["b": "1"], "20")
        #expect(bench.objects == ["a": "1", "b": "1"])
    }

    @Test("A watch that ends in order goes on at once where it was")
    func cleanEnd() {
        let bench = Bench()
        bench.sync()
        _ = bench.bookmark("40")
        bench.end()
        #expect(bench.next() == resume("40"))
        bench.open()
        bench.now += .seconds(2)
        bench.end()
        #expect(bench.next() == resume("40"))
    }

    @Test("A watch that ends at once without an event is no good sign")
    func shortWatch() {
        let bench = Bench()
        bench.sync()
        bench.end()
        _ = bench.next()
        bench.open()
        bench.end()
        #expect(bench.nextAfterWait().wait == .milliseconds(1200))
        #expect(bench.watch.problem != nil)
    }

    @Test("What is too long ago is listed anew at once, and not at once again")
    func expired() {
        let bench = Bench()
        bench.sync()
        #expect(!bench.receive(.failed(APIStatus(code: 410, reason: "Expired"))))
        #expect(bench.next() == stream)
        #expect(bench.objects == ["a": "1"], "what was known stays until there is something better")
        bench.open()
        _ = bench.bookmark("50", isEnd: true)
        #expect(bench.objects.isEmpty)
        bench.refuse(410, "Gone")
        #expect(bench.nextAfterWait().wait == .milliseconds(2400))
    }

    @Test("A version that the server has not reached is forgotten")
    func future() {
        let bench = Bench()
        bench.sync()
        bench.refuse(504, "Timeout", causes: ["ResourceVersionTooLarge"])
        let (wait, step) = bench.nextAfterWait()
        #expect(wait > .zero && step == stream)
    }

    @Test("A server that is busy is asked later, and not before it said", arguments: [429, 503])
    func busy(code: Int) {
        let bench = Bench()
        bench.sync()
        bench.refuse(code, retryAfter: .seconds(20))
        #expect(bench.nextAfterWait() == (.seconds(20), resume("10")))
        bench.refuse(code, retryAfter: .seconds(1))
        #expect(bench.nextAfterWait().wait == .milliseconds(2400))
    }

    @Test("Waits double from failure to failure, up to a minute, and begin anew after two minutes of health")
    func waits() {
        let bench = Bench()
        bench.sync()
        var waits: [Duration] = []
        for _ in 0..<8 {
            bench.fail()
            waits.append(bench.nextAfterWait().wait)
        }
        #expect(waits == [1.2, 2.4, 4.8, 9.6, 19.2, 38.4, 45, 45].map { .milliseconds(Int($0 * 1000)) })
        bench.open()
        bench.now += .seconds(121)
        bench.fail()
        #expect(bench.nextAfterWait().wait == .milliseconds(1200))
    }

    @Test(
        "Refusals leave what is known as it is, and say why",
        arguments: [(401, "Unauthorized"), (403, "Forbidden"), (404, "NotFound"), (500, "InternalError")])
    func refused(code: Int, reason: String) {
        let bench = Bench()
        bench.sync()
        bench.refuse(code, reason)
        #expect(bench.nextAfterWait().step == resume("10"))
        #expect(bench.objects == ["a": "1"] && bench.watch.isSynced)
        #expect(bench.watch.problem == "\(code) \(reason)")
        bench.open()
        #expect(bench.watch.problem == nil)
    }

    @Test("A kind that is not installed yet is asked for until it is")
    func notInstalled() {
        let bench = Bench()
        for _ in 0..<3 {
            #expect(bench.nextAfterWait().step == stream)
            bench.refuse(404)
            #expect(!bench.watch.isSynced)
        }
        _ = bench.nextAfterWait()
        bench.open()
        _ = bench.bookmark("1", isEnd: true)
        #expect(bench.watch.isSynced)
    }

    @Test("An event from before what was seen makes everything be asked anew, and changes nothing itself")
    func outOfOrder() {
        let bench = Bench()
        bench.sync()
        #expect(bench.set("a", "2", "12"))
        #expect(!bench.set("a", "1", "11"))
        #expect(bench.objects == ["a": "2"])
        #expect(bench.nextAfterWait().step == stream)
    }

    @Test("A deletion that is heard of late does not bring back what is there")
    func lateDeletion() {
        let bench = Bench()
        bench.sync()
        #expect(bench.set("a", "2", "12"))
        #expect(!bench.remove("a", "11"))
        #expect(bench.objects == ["a": "2"])
    }

    @Test("An event that comes twice is the same as one")
    func twice() {
        let bench = Bench()
        bench.sync()
        #expect(
            bench.set("b", "1", "12") && bench.set("b", "1", "12") && bench.remove("b", "13") && bench.remove("b", "13")
        )
        #expect(bench.objects == ["a": "1"])
    }

    @Test("A bookmark of long ago tells of a server that was set back")
    func setBack() {
        let bench = Bench()
        bench.sync()
        #expect(!bench.bookmark("3"))
        #expect(bench.nextAfterWait().step == stream)
        bench.open()
        #expect(bench.bookmark("3", isEnd: true))
        #expect(bench.objects.isEmpty)
    }

    @Test("A stream that never says that all have come is given up for pages")
    func silentStream() {
        let bench = Bench()
        _ = bench.next()
        bench.open()
        _ = bench.set("a", "1", "5")
        bench.fail(isSilent: true)
        #expect(bench.nextAfterWait().step == .list(continuation: nil))
    }

    @Test("A server that cannot be reached is no reason to change the question")
    func unreachable() {
        let bench = Bench()
        _ = bench.next()
        bench.fail(isSilent: true)
        #expect(bench.nextAfterWait().step == stream)
    }

    @Test("Other errors in a stream make it be asked for again where it was, or anew")
    func otherErrors() {
        let bench = Bench()
        bench.sync()
        _ = bench.set("b", "1", "11")
        #expect(!bench.receive(.failed(APIStatus(code: 500, reason: "InternalError"))))
        #expect(bench.nextAfterWait().step == resume("11"))
        bench.refuse(400, "BadRequest")
        #expect(bench.nextAfterWait().step == stream)
    }
}
