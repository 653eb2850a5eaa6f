/// Why something asked of a registry, a token service or a signature store has no answer.
///
/// Each case says who is at fault and what can be done; none carries a credential. All of them mean "could not tell",
/// never "unsigned".
package enum RegistryError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The object names an image in a way that no registry understands.
    case invalidReference(text: String, problem: ImageReference.Problem)
    /// A digest of the wrong form.
    case invalidDigest(text: String, problem: ImageDigest.Problem)

    /// The content of a pull secret is not what its key says.
    case invalidDockerConfig(String)

    /// One line for the user, with the remedy where there is one.
    package var description: String {
        switch self {
        case .invalidReference(let text, let problem):
            "invalid image name \"\(PlainText.make(from: text, limit: 300))\": \(problem)"
        case .invalidDigest(let text, let problem):
            "invalid digest \"\(PlainText.make(from: text, limit: 160))\": \(problem)"
        case .invalidDockerConfig(let reason): "the credentials cannot be read: \(reason)"
        }
    }
}
