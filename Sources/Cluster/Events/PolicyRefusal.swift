package import Policies
internal import Primitives

/// That a policy kept an image out, as whoever keeps the policy should hear of it.
package struct PolicyRefusal: Hashable, Sendable {
    /// What became of the image, by the names that Events are searched for.
    package enum Outcome: String, CaseIterable, Sendable {
        /// The policy does not admit it.
        case refused = "ImageRefused"
        /// It could not be told whether it does.
        case undecided = "ImageUndecided"
    }

    /// Bytes of the note of an Event (Kubernetes, `NoteLengthLimit`); a longer one is not taken.
    static let noteLimit = 1024
    /// Characters of an image's name that tell it from others here; whoever may create a pod may make it as long as they
    /// like.
    private static let imageLimit = 256

    /// The policy that spoke of the image, which the Event is about.
    package let policy: PolicyIdentity
    /// What it came to.
    package let outcome: Outcome
    /// As it was written, and cut.
    package let image: String
    /// For people: what the user was told, and nothing that the user may not see.
    package let note: String

    /// - Parameter note: one line; it is cut where it does not fit.
    package init(policy: PolicyIdentity, outcome: Outcome, image: String, note: String) {
        self.policy = policy
        self.outcome = outcome
        self.image = PlainText.make(from: image, limit: Self.imageLimit)
        self.note = PlainText.cut(PlainText.make(from: note, limit: Self.noteLimit), toBytes: Self.noteLimit)
    }
}
