package import Policies
package import Registry
package import Verification

/// What was found out about one image in one namespace. (A class, because it is handed on from step to step, and has many
/// parts.)
package final class Examination: Sendable {
    /// What an examination can come to. Only the first two admit.
    package indirect enum Outcome: Sendable {
        /// The policy asks nothing of it: it is admitted as it is written.
        case notRequired
        /// Proven. The pin is the name to run it under, where the policy wants it bound to what was verified.
        case verified(VerifiedImage, pin: String?)
        /// A definite no.
        case refused(Objection)
        /// It could not be told. Asking again may help.
        case undecided(Objection)
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
    convenience init(undecided image: String) {
        self.init(image: image, outcome: .undecided(Objection(.other, "the image was not examined")))
    }

    /// What it means for the object.
    package var decision: Verdict.Decision {
        switch outcome {
        case .notRequired, .verified: .admitted
        case .refused: .refused
        case .undecided: .undecided
        }
    }

    /// Whether the image may run.
    package var isAdmitted: Bool { decision == .admitted }

    /// One line that says why the image may not run: which image, what is missing, and which policy entry asked for
    /// it. Nil when it may run. It is cut to fit an Event with room for the API server's words around it.
    package var complaint: String? {
        objection.map { Complaint.line(about: image, $0.text, origin: policy) }
    }

    /// What stands against the image; nil when it may run.
    package var objection: Objection? {
        switch outcome {
        case .notRequired, .verified: nil
        case .refused(let objection), .undecided(let objection): objection
        }
    }

    /// The digest that was looked at; nil when it did not come to that.
    package var digest: ImageDigest? {
        switch outcome {
        case .notRequired: nil
        case .verified(let image, _): image.digest
        case .refused(let objection), .undecided(let objection): objection.digest
        }
    }
}
