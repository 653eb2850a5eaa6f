/// What is remembered, for how long, and how much of it.
package struct MemorySettings: Sendable {
    /// How long a tag names the digest that it was found to name. Only for images that are then bound to that digest.
    package var tag = Duration.seconds(10)
    /// How long what a registry and a store said of a digest counts.
    package var fact = Duration.seconds(3600)
    /// How long "no" counts: what is missing may have been put there.
    package var negative = Duration.seconds(5)
    /// Bytes of all that is remembered.
    package var bytes = 64 << 20
    /// How long a question may take on which others may wait too: as long as the first to ask can wait, but at most as
    /// long as any API server does, and not so short that one in a hurry leaves the others without an answer.
    package var patience = Duration.seconds(5)...Duration.seconds(30)
    /// The clock that ages are told by.
    package var now: @Sendable () -> ContinuousClock.Instant = { .now }

    package init() {}

    /// Each question is asked anew, but for those that are asked at the same time.
    package static let nothing: MemorySettings = {
        var settings = MemorySettings()
        (settings.tag, settings.fact, settings.negative) = (.zero, .zero, .zero)
        return settings
    }()
}

/// From which time on answers count in one attempt.
struct Freshness: Sendable {
    /// What a tag names.
    let tag: ContinuousClock.Instant
    /// What is known of a digest.
    let fact: ContinuousClock.Instant
    /// That something is missing.
    let negative: ContinuousClock.Instant

    /// - Parameter isBound: whether the image is bound to the digest in the end. If not, who pulls it resolves the tag
    ///   once more, so that every moment between counts.
    init(_ settings: MemorySettings, at now: ContinuousClock.Instant, isBound: Bool) {
        tag = isBound ? now - settings.tag : now
        fact = now - settings.fact
        negative = now - settings.negative
    }

    private init(tag: ContinuousClock.Instant, fact: ContinuousClock.Instant, negative: ContinuousClock.Instant) {
        (self.tag, self.fact, self.negative) = (tag, fact, negative)
    }

    /// The same, with nothing older than what a "no" may rest on.
    var forRefusals: Freshness {
        Freshness(tag: max(tag, negative), fact: max(fact, negative), negative: negative)
    }
}
