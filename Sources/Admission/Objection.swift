internal import Kubernetes
internal import Policies
package import Registry
internal import Verification

/// What stands against an image: a code to count, and a text for whoever wanted to run it.
package struct Objection: Sendable {
    /// The kind of reason.
    package let code: ReasonCode
    /// One line, without the image's name unless Portieris' text has it.
    package let text: String
    /// The digest that was looked at, if it came to that.
    package let digest: ImageDigest?

    init(_ code: ReasonCode, _ text: String, digest: ImageDigest? = nil) {
        self.code = code
        self.text = text
        self.digest = digest
    }

    init(_ refusal: Refusal) {
        self.init(ReasonCode(refusal.reason), refusal.description, digest: refusal.digest)
    }

    init(_ error: VerificationError) {
        self.init(ReasonCode(error), error.description)
    }

    /// Where nobody was let in, the text also says with which credentials that was tried, by where they were found, and
    /// what is wrong with those that could not be tried.
    init(_ error: VerificationError, shown credentials: [Credential], secretProblems: [String]) {
        guard case .registry(.unauthorised) = error else {
            self.init(error)
            return
        }
        let origins = DistinctNames(credentials.map(\.origin).filter { !$0.isEmpty }).names
        let refused = origins.isEmpty ? [] : ["refused: \(origins.joined(separator: ", "))"]
        let reasons = (refused + secretProblems).joined(separator: "; ")
        self.init(ReasonCode(error), error.description + (reasons.isEmpty ? "" : " (\(reasons))"))
    }

    /// A name that cannot be read.
    init(_ error: RegistryError) {
        guard case .invalidReference(_, let problem) = error else {
            self.init(ReasonCode(error), "\(error)")
            return
        }
        self.init(.invalidName, "invalid image name: \(problem)")
    }
}
