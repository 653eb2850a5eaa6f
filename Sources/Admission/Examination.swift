package import Policies
package import Verification

/// What was found out about one image in one namespace.
package struct Examination: Sendable {
    /// What an examination can come to. Only the first two admit.
    package enum Outcome: Sendable {
        /// The policy asks nothing of it: it is admitted as it is written.
        case notRequired
        /// Proven. The pin is the name to run it under, where the policy wants it bound to what was verified.
        case verified(VerifiedImage, pin: String?)
        /// A definite no, with the digest that was looked at, if it came to that.
        case refused(reason: String, Refusal?)
        /// It could not be told. Asking again may help.
        case undecided(reason: String)
    }

    /// The image as it was written.
    package let image: String
    /// The policy entry that decided; nil when none did.
    package let policy: PolicyMatch?
    /// What came of it.
    package let outcome: Outcome
    /// What the user should hear although it is no reason to refuse.
    package let warnings: [String]

    init(image: String, policy: PolicyMatch? = nil, outcome: Outcome, warnings: [String] = []) {
        self.image = image
        self.policy = policy
        self.outcome = outcome
        self.warnings = warnings
    }

    /// An image that was not examined.
    init(undecided image: String) {
        self.init(image: image, outcome: .undecided(reason: "the image was not examined"))
    }

    /// Whether the image may run.
    package var isAdmitted: Bool {
        switch outcome {
        case .notRequired, .verified: true
        case .refused, .undecided: false
        }
    }

    /// One line that says why the image may not run: which image, what is missing, and which policy entry asked for
    /// it. Nil when it may run. It is cut to fit an Event with room for the API server's words around it.
    package var complaint: String? {
        let reason: String
        switch outcome {
        case .notRequired, .verified: return nil
        case .refused(let text, _), .undecided(let text): reason = text
        }
        return Complaint.line(about: image, reason, origin: policy)
    }
}
