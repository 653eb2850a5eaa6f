package import Kubernetes
internal import Primitives

/// The list and watch of one resource, as a machine without network and clock: it says what to do next, and is told what
/// came of it. It behaves as client-go's reflector does.
///
/// What it has seen reaches its user as changes: the whole at once when a list is complete, then one object at a time.
/// A list that did not come to its end reaches nobody, and nothing of a stream does from the first event that is out of
/// order. So the user's objects are always those of one moment, which may be some time ago.
package struct Watch<Object: Sendable>: Sendable {
    /// What to do next.
    package enum Step: Hashable, Sendable {
        case wait(until: ContinuousClock.Instant)
        /// Ask for a page of a list; nil for the first one.
        case list(continuation: String?)
        /// Ask for events. With `version` nil all objects come first, and a bookmark behind them.
        case watch(from: ResourceVersion?, seconds: Int)
    }

    /// What the user must do to their objects.
    package enum Change: Sendable {
        /// These are all there are.
        case replace([ObjectKey: Object])
        case set(ObjectKey, Object)
        case remove(ObjectKey)
    }

    private enum Phase {
        /// All objects are to come, as events or in pages.
        case listing(inPages: Bool, continuation: String?)
        case watching(ResourceVersion)
    }

    /// Whether the user has had a complete list.
    package private(set) var isSynced = false
    /// Why the last attempt failed; nil while all is well.
    package private(set) var problem: String?
    /// When the server last said something that the user's objects are as new as; a refusal makes nothing newer.
    package private(set) var lastNews: ContinuousClock.Instant?

    private var phase = Phase.listing(inPages: false, continuation: nil)
    private var pending: [ObjectKey: Object] = [:]
    private var pages = 0
    private var wakeTime: ContinuousClock.Instant?
    private var backoff: Backoff
    private var opened: ContinuousClock.Instant?
    private var hasEvents = false
    private let chance: @Sendable () -> Double

    /// - Parameter chance: a number from 0 to 1, another one each time.
    package init(
        backoff: Backoff = Backoff(), chance: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.backoff = backoff
        self.chance = chance
    }

    /// What to do now.
    package mutating func next(at now: ContinuousClock.Instant) -> Step {
        if let wakeTime, now < wakeTime { return .wait(until: wakeTime) }
        wakeTime = nil
        (opened, hasEvents) = (nil, false)
        switch phase {
        case .listing(inPages: true, let continuation): return .list(continuation: continuation)
        case .listing(inPages: false, _):
            pending = [:]
            return .watch(from: nil, seconds: duration)
        case .watching(let version): return .watch(from: version, seconds: duration)
        }
    }

    /// From five to ten minutes, so that not all watches end together.
    private var duration: Int { 300 + Int(chance() * 300) }
}

// MARK: - What came of it

extension Watch {
    /// The server has begun to answer a watch.
    package mutating func open(at now: ContinuousClock.Instant) {
        opened = now
        if case .watching = phase { (problem, lastNews) = (nil, now) }
    }

    /// An event of the watch came.
    ///
    /// - Returns: what follows from it; nil when the watch must be given up: what else comes of it is of no use.
    package mutating func receive(_ event: WatchEvent<Object>, at now: ContinuousClock.Instant) -> [Change]? {
        hasEvents = true
        switch (event, phase) {
        case (.failed(let status), _):
            refuse(status, at: now)
            return nil
        case (.set(let key, let object, _), .listing):
            pending[key] = object
            return []
        case (.removed(let key, _), .listing):
            pending[key] = nil
            return []
        case (.bookmark(let version, let isEnd), .listing): return isEnd ? complete(with: version, at: now) : []
        case (.set(let key, let object, let version), .watching(let last)):
            return advance(from: last, to: version, at: now) ? [.set(key, object)] : nil
        case (.removed(let key, let version), .watching(let last)):
            return advance(from: last, to: version, at: now) ? [.remove(key)] : nil
        case (.bookmark(let version, _), .watching(let last)):
            return advance(from: last, to: version, at: now) ? [] : nil
        }
    }

    /// A page of a list came.
    ///
    /// - Returns: what follows from it.
    package mutating func receive(_ page: ListPage<Object>, at now: ContinuousClock.Instant) -> [Change] {
        guard case .listing = phase else { return [] }
        pages += 1
        pending.merge(page.objects) { _, new in new }
        guard let continuation = page.continuation else { return complete(with: page.version, at: now) }
        phase = .listing(inPages: true, continuation: continuation)
        if pages >= Self.pageLimit { restart(problem: "a list of more than \(Self.pageLimit) pages", at: now) }
        return []
    }

    /// The server refused the question, or ended the watch with this.
    package mutating func refuse(_ status: APIStatus, at now: ContinuousClock.Instant) {
        let text = "\(status)"
        switch phase {
        case _ where status.isExpired || status.isFuture: restart(problem: text, at: now, isOrdinary: status.isExpired)
        case .listing(inPages: false, _) where Self.isUnknown(status):
            // A server that does not stream lists. The next list asks for a stream again: servers are renewed.
            (phase, pages) = (.listing(inPages: true, continuation: nil), 0)
        case .watching where Self.isUnknown(status): restart(problem: text, at: now)
        case .listing, .watching: retry(problem: text, at: now, notBefore: status.retryAfter)
        }
    }

    /// The watch has ended as it should, or the server was shut down.
    package mutating func end(at now: ContinuousClock.Instant) {
        switch phase {
        case .listing: retry(problem: "the list ended early", at: now)
        case .watching:
            let lifetime = opened.map { now - $0 } ?? .zero
            if !hasEvents, lifetime < .seconds(1) { retry(problem: "the watch ended at once", at: now) }
        }
    }

    /// No answer came, or one that breaks off or cannot be read.
    ///
    /// - Parameter isSilent: whether that is because nothing came for long.
    package mutating func fail(_ problem: String, isSilent: Bool, at now: ContinuousClock.Instant) {
        if isSilent, case .listing(inPages: false, _) = phase, opened != nil {
            // It may be one that takes the question for a common watch and never says that all have come.
            phase = .listing(inPages: true, continuation: nil)
            pages = 0
        }
        retry(problem: problem, at: now)
    }

    /// What came cannot be right: all is asked for anew.
    package mutating func reject(_ problem: String, at now: ContinuousClock.Instant) {
        restart(problem: problem, at: now)
    }
}

// MARK: - Steps

extension Watch {
    private static var pageLimit: Int { Limits.listPages }

    private mutating func complete(with version: ResourceVersion, at now: ContinuousClock.Instant) -> [Change] {
        (phase, isSynced, problem, pages, lastNews) = (.watching(version), true, nil, 0, now)
        defer { pending = [:] }
        return [.replace(pending)]
    }

    /// Goes on to a later version. Time does not go back: a server that says so was set back, or its events do not come
    /// in their order, and either way it cannot be told what there is.
    private mutating func advance(
        from last: ResourceVersion, to version: ResourceVersion, at now: ContinuousClock.Instant
    ) -> Bool {
        guard !version.isBefore(last) else {
            restart(problem: "version \(version) came behind \(last)", at: now)
            return false
        }
        (phase, lastNews) = (.watching(version), now)
        return true
    }

    private mutating func retry(problem: String, at now: ContinuousClock.Instant, notBefore: Duration? = nil) {
        self.problem = problem
        if case .listing(inPages: false, _) = phase { pending = [:] }
        let wait = backoff.next(at: now, chance: chance())
        wakeTime = now + max(wait, notBefore ?? .zero)
    }

    /// - Parameter isOrdinary: whether this comes without anybody's fault; then it is done at once, unless it just was.
    private mutating func restart(problem: String, at now: ContinuousClock.Instant, isOrdinary: Bool = false) {
        let isRested = backoff.isRested(at: now)
        retry(problem: problem, at: now)
        if isOrdinary, isRested { wakeTime = nil }
        (phase, pending, pages) = (.listing(inPages: false, continuation: nil), [:], 0)
    }

    /// Whether the question itself is what the server does not like.
    private static func isUnknown(_ status: APIStatus) -> Bool { [400, 405, 415, 422].contains(status.code) }
}
