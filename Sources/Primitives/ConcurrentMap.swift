extension Collection where Element: Sendable, Self: Sendable {
    /// What becomes of each element, all worked on at the same time; in the order of the elements.
    ///
    /// - Parameter transform: a failure is a part of its result. (It throws nothing: see "No typed throw in a stored
    ///   asynchronous closure" in docs/architecture.md.)
    package func concurrentMap<Value: Sendable>(_ transform: @escaping @Sendable (Element) async -> Value) async
        -> [Value]
    {
        await withTaskGroup(of: (Int, Value).self) { group in
            for (place, element) in enumerated() { group.addTask { (place, await transform(element)) } }
            var values = [Value?](repeating: nil, count: count)
            for await (place, value) in group { values[place] = value }
            return values.compactMap(\.self)
        }
    }
}
