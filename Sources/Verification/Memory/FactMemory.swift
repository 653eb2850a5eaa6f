internal import Primitives
private import Synchronization

/// Facts by their keys, bounded in number and in bytes.
///
/// It has two halves. New facts, and old ones that were asked for, go into the young half; when that is full, what is left
/// in the old half is forgotten and the young one becomes the old one. So what is used stays, a flood only pushes out what
/// nobody asks for, and a look costs the same however much there is. Nothing is forgotten for its age: whoever asks says
/// what is too old.
final class FactMemory<Value: Sendable>: Sendable {
    private let bound: MemoryBounds
    private let halves = Mutex(Halves())
    private let evictions: Counter

    /// - Parameter name: what is remembered, for the metrics.
    init(_ name: String, bound: MemoryBounds, _ metrics: Metrics) {
        self.bound = bound
        evictions = metrics.counter(
            "ostiary_memory_evictions_total", help: "Facts that were forgotten to make room, by memory.",
            labels: [("memory", name)])
        metrics.gauge(
            "ostiary_memory_entries", help: "Facts that are remembered, by memory.", labels: [("memory", name)]
        ) {
            [weak self] in Int64(self?.count ?? 0)
        }
        metrics.gauge(
            "ostiary_memory_bytes", help: "Bytes that the remembered facts take, roughly, by memory.",
            labels: [("memory", name)]
        ) { [weak self] in Int64(self?.bytes ?? 0) }
    }

    /// How many facts there are, and how many bytes they take.
    var count: Int { halves.withLock { $0.young.facts.count + $0.old.facts.count } }
    var bytes: Int { halves.withLock { $0.young.bytes + $0.old.bytes } }

    /// The fact under a key, if it will do.
    func fact(for key: FactKey, where isAcceptable: (Fact<Value>) -> Bool) -> Fact<Value>? {
        let fact = halves.withLock { halves in halves.young.facts[key] ?? halves.old.facts[key] }?.fact
        guard let fact, isAcceptable(fact) else { return nil }
        touch(key)
        return fact
    }

    /// Remembers a fact, unless a later one is known, or it is so large that it would push out many others.
    ///
    /// - Parameter bytes: what its value takes beside its place.
    func keep(_ fact: Fact<Value>, under key: FactKey, bytes: Int) {
        let entry = Entry(fact: fact, bytes: bytes + Self.overhead)
        guard entry.bytes <= bound.bytes / 16, bound.entries > 1 else { return }
        release(halves.withLock { $0.keep(entry, under: key, bound) })
    }

    /// What was asked for is as good as new.
    private func touch(_ key: FactKey) {
        release(
            halves.withLock { halves in
                guard let entry = halves.old.facts[key] else { return nil }
                return halves.keep(entry, under: key, bound)
            })
    }

    /// Counts what is forgotten. It is freed here and not under the lock, for there may be much of it.
    private func release(_ forgotten: Half?) {
        if let forgotten { evictions.add(UInt64(forgotten.facts.count)) }
    }

    /// A key, a time, and their place in a table that is never quite full.
    private static var overhead: Int { 160 }
}

/// How much is remembered at most.
struct MemoryBounds: Sendable {
    let entries: Int
    let bytes: Int
}

extension FactMemory {
    private struct Entry: Sendable {
        let fact: Fact<Value>
        let bytes: Int
    }

    private struct Half: Sendable {
        private(set) var facts: [FactKey: Entry] = [:]
        private(set) var bytes = 0

        mutating func insert(_ entry: Entry, under key: FactKey) {
            if let former = facts.updateValue(entry, forKey: key) { bytes -= former.bytes }
            bytes += entry.bytes
        }

        mutating func remove(_ key: FactKey) {
            if let former = facts.removeValue(forKey: key) { bytes -= former.bytes }
        }
    }

    private struct Halves: Sendable {
        private(set) var young = Half()
        private(set) var old = Half()

        /// What was forgotten; nil if nothing had to be.
        mutating func keep(_ entry: Entry, under key: FactKey, _ bound: MemoryBounds) -> Half? {
            let known = young.facts[key] ?? old.facts[key]
            if let known, known.fact.asked > entry.fact.asked { return nil }
            old.remove(key)
            young.insert(entry, under: key)
            guard young.facts.count * 2 > bound.entries || young.bytes * 2 > bound.bytes else { return nil }
            let forgotten = old
            old = young
            young = Half()
            return forgotten
        }
    }
}
