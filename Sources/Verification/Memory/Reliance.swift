internal import Registry

/// On what an answer about an image may rest.
enum Reliance: Sendable {
    /// On what is remembered, as far as it is new enough, and on asking.
    case asking(Freshness)
    /// On what is remembered since a moment, and nothing else, because asking brought this error.
    case memory(since: ContinuousClock.Instant, insteadOf: VerificationError)

    /// Why nobody is asked; nil when somebody is.
    var error: VerificationError? {
        switch self {
        case .asking: nil
        case .memory(_, let error): error
        }
    }

    /// From when on what was said about a digest counts.
    var limit: ContinuousClock.Instant {
        switch self {
        case .asking(let freshness): freshness.fact
        case .memory(let since, _): since
        }
    }

    /// From when on it counts that there was nothing.
    var limitForNothing: ContinuousClock.Instant {
        switch self {
        case .asking(let freshness): freshness.negative
        case .memory(let since, _): since
        }
    }

    /// From when on what was said about the name of an image counts.
    ///
    /// - Throws: the error, for an image by tag if nobody can be asked: the tag may have moved since.
    func limit(for image: ImageReference) throws(VerificationError) -> ContinuousClock.Instant {
        guard image.digest == nil else { return limit }
        switch self {
        case .asking(let freshness): return freshness.tag
        case .memory(_, let error): throw error
        }
    }

    /// - Throws: the error, if nobody can be asked.
    func requireAsking() throws(VerificationError) {
        if let error { throw error }
    }
}
