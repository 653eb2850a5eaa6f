import Cluster
import Kubernetes
import Primitives

/// A stream of events, as an API server sends it, in pieces of any size.
enum WatchCase {
    private static let limit = 4096
    private static let reader = WatchReader<Int>(.imagePolicies) { value, _ in value["spec"] == nil ? 0 : 1 }

    private struct Parts: Equatable {
        var texts: [[UInt8]] = []
        var isComplete = true
    }

    static func check(_ input: [UInt8]) throws(BrokenPromise) {
        let whole: Parts? = accepted { try parts(of: [input]) }
        for size in [1, 7] {
            let pieces = stride(from: 0, to: input.count, by: size).map { Array(input[$0...].prefix(size)) }
            let split: Parts? = accepted { try parts(of: pieces) }
            try promise(split == whole, "where a piece ends decides what is taken")
        }
        let values: [JSONValue] = accepted { try Self.values(of: [input]).values } ?? []
        try follow(values)
    }

    private static func parts(of pieces: [[UInt8]]) throws(JSONError) -> Parts {
        let (values, isComplete) = try values(of: pieces)
        return Parts(texts: values.map { Array($0.text) }, isComplete: isComplete)
    }

    private static func values(of pieces: [[UInt8]]) throws(JSONError) -> (values: [JSONValue], isComplete: Bool) {
        var splitter = JSONSplitter(limit: limit)
        var values: [JSONValue] = []
        for piece in pieces { values += try splitter.feed(piece) }
        return (values, splitter.isBetweenObjects)
    }

    /// Whatever comes, its user hears of no object before all have come.
    private static func follow(_ values: [JSONValue]) throws(BrokenPromise) {
        let now = ContinuousClock.now
        var watch = Watch<Int>(chance: { 0.5 })
        _ = watch.next(at: now)
        watch.open(at: now)
        for value in values {
            guard let event = accepted({ try reader.event(value) }), let changes = watch.receive(event, at: now) else {
                break
            }
            try promise(watch.isSynced || changes.isEmpty, "an object came before all had")
        }
        watch.end(at: now)
        _ = watch.next(at: now)
    }
}
