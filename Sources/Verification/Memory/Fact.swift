/// Something that was found out by asking, and when.
///
/// A fact is never a verdict: it says what a registry or a store answered. What follows from it is asked of the policy
/// and the keys each time.
struct Fact<Value: Sendable>: Sendable {
    let value: Value
    /// When the question was sent. What changed after that may be missing in the answer.
    let asked: ContinuousClock.Instant
}
