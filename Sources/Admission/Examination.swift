internal import Kubernetes
package import Policies
package import Verification

/// What was found out about one image in one namespace.
package struct Examination: Sendable {
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

/// The form of the lines that refuse an image.
enum Complaint {
    /// An Event's note holds 1024 bytes; the API server puts the webhook's name in front.
    private static let limit = 900

    /// Portieris' texts that name the image already.
    private static let namingPrefixes = ["Deny \"", "simple: Deny \""]

    static func line(about image: String, _ reason: String, origin: PolicyMatch?) -> String {
        let namesImage = namingPrefixes.contains { reason.hasPrefix($0) }
        let clean = withoutControls(namesImage ? reason : "Deny \(QuotedText.make(from: image)), \(reason)")
        let source =
            origin.map {
                " (\($0.policy.kind.rawValue) \($0.policy.key), repository \(QuotedText.make(from: $0.pattern.description)))"
            } ?? ""
        let room = max(0, limit - source.utf8.count)
        return clean.utf8.count <= room ? clean + source : shortened(clean, to: room) + source
    }

    private static func withoutControls(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }
        return String(String.UnicodeScalarView(scalars))
    }

    private static func shortened(_ text: String, to bytes: Int) -> String {
        var kept = ""
        for character in text where kept.utf8.count + character.utf8.count + 3 <= bytes { kept.append(character) }
        return kept + "…"
    }
}
