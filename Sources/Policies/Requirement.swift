package import HTTP

/// What a repository entry asks of an image before it may run.
package struct Requirement: Hashable, Sendable {
    /// Signatures of the simple-signing format; nil when none are asked for.
    package let simple: SimpleSigning?
    /// Whether an image that passed is bound to the digest that was verified. Without it a tag may name other bytes
    /// by the time the image is pulled.
    package let mutatesImage: Bool

    package init(simple: SimpleSigning?, mutatesImage: Bool = true) {
        self.simple = simple
        self.mutatesImage = mutatesImage
    }

    /// Whether nothing is asked: the image is admitted as it is written, without a look at the registry.
    package var isEmpty: Bool { simple == nil }

    /// The names of the blocks of the policy that ask for something.
    package var blocks: [String] { simple == nil ? [] : ["simple"] }
}

/// `policy.simple`: what a manifest's simple signatures must show.
package struct SimpleSigning: Hashable, Sendable {
    /// All must hold, in this order; there is at least one.
    package let requirements: [SimpleRequirement]
    /// Where signatures are kept; nil when only the registry itself may have them.
    package let storeURL: URL?

    package init(requirements: [SimpleRequirement], storeURL: URL?) {
        self.requirements = requirements
        self.storeURL = storeURL
    }
}

/// One of `policy.simple.requirements`.
package enum SimpleRequirement: Hashable, Sendable {
    /// Any image that the registry has.
    case insecureAcceptAnything
    /// No image.
    case reject
    /// At least one signature by a key of this ring, for this manifest, under an accepted name.
    case signedBy(SignedBy)
}

/// A signature that is asked for.
package struct SignedBy: Hashable, Sendable {
    /// In which namespace the Secret with the key ring is looked for.
    package enum KeyLocation: Hashable, Sendable {
        /// In this one only.
        case namespace(String)
        /// In Ostiary's own, then in the workload's: a cluster policy that does not say.
        case ownThenWorkload
    }

    /// The name of the Secret whose value `key` is the key ring.
    package let keySecret: String
    package let keyLocation: KeyLocation
    /// Which signed names are names of the image.
    package let identity: SignedIdentity

    package init(keySecret: String, keyLocation: KeyLocation, identity: SignedIdentity) {
        self.keySecret = keySecret
        self.keyLocation = keyLocation
        self.identity = identity
    }
}
