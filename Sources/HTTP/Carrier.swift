internal import Synchronization

/// Carries a value that cannot be copied to where closures and collections cannot: whoever comes first takes it out.
final class Carrier<Value: ~Copyable & Sendable>: Sendable {
    private let content: Mutex<Value?>

    init(_ value: consuming Value) {
        content = Mutex(value)
    }

    /// The value; nil if it was taken before.
    func take() -> Value? {
        content.withLock { $0.take() }
    }
}
