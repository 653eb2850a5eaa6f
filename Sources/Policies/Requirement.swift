package import HTTP
package import Registry

/// What a repository entry asks of an image before it may run.
package struct Requirement: Hashable, Sendable {
    /// Signatures of the simple-signing format; nil when none are asked for.
    package let simple: SimpleSigning?
    /// Signed names and digests of a Notary server; nil when none are asked for.
    package let trust: NotaryTrust?
    /// What a scanner must have found; nil when none is asked.
    package let vulnerability: VulnerabilityCheck?
    /// Whether an image that passed is bound to the digest that was verified. Without it a tag may name other bytes
    /// by the time the image is pulled.
    package let mutatesImage: Bool
    /// How it is bound.
    package let pinStyle: PinStyle
    /// Whether the manifests of an index must be proven too.
    package let multiArch: MultiArch
    /// `policy.anonymousPull`: whether the registry is asked without a credential before any is shown to it.
    package let pullsAnonymously: Bool
    /// How old what was found out about an image by digest may be for it to run while its registry or its signature
    /// store cannot be reached; nil to refuse it then.
    package let lastGood: Duration?

    package init(
        simple: SimpleSigning?, trust: NotaryTrust? = nil, vulnerability: VulnerabilityCheck? = nil,
        mutatesImage: Bool = true, pinStyle: PinStyle = .nameAtDigest, multiArch: MultiArch = .index,
        pullsAnonymously: Bool = true, lastGood: Duration? = nil
    ) {
        self.simple = simple
        self.trust = trust
        self.vulnerability = vulnerability
        self.mutatesImage = mutatesImage
        self.pinStyle = pinStyle
        self.multiArch = multiArch
        self.pullsAnonymously = pullsAnonymously
        self.lastGood = lastGood
    }

    /// Whether nothing is asked: the image is admitted as it is written, without a look at the registry.
    package var isEmpty: Bool { blocks.isEmpty }

    /// The names of the blocks of the policy that ask for something.
    package var blocks: [String] {
        [simple.map { _ in "simple" }, trust.map { _ in "trust" }, vulnerability.map { _ in "vulnerability" }]
            .compactMap { $0 }
    }
}

/// `policy.pin`: the form in which the digest that was verified is written into the object.
package enum PinStyle: String, CaseIterable, Sendable {
    /// Without the tag, as Portieris does.
    case nameAtDigest = "name@digest"
    /// With the tag that led to the digest, for people to read: nodes pull by the digest alone.
    case nameTagAtDigest = "name:tag@digest"
}

/// `policy.trust`, switched on: what Notary (v1) must have signed. Read, and not enforced yet.
package struct NotaryTrust: Hashable, Sendable {
    /// nil for the one that belongs to the image's registry.
    package let server: URL?
    /// The names of Secrets, each with a signer whose signature is asked for.
    package let signerSecrets: [String]

    package init(server: URL?, signerSecrets: [String]) {
        self.server = server
        self.signerSecrets = signerSecrets
    }
}

/// `policy.vulnerability.ICCRVA`, switched on: IBM's Vulnerability Advisor is to be asked. Read, and not enforced.
package struct VulnerabilityCheck: Hashable, Sendable {
    /// The account it is asked for; nil for the one of the credentials.
    package let account: String?

    package init(account: String?) {
        self.account = account
    }
}

/// `policy.simple`: what a manifest's simple signatures must show.
package struct SimpleSigning: Hashable, Sendable {
    /// All must hold, in this order; there is at least one.
    package let requirements: [SimpleRequirement]
    /// Where signatures are kept, each place once; none when only the registry itself may have them. All are looked
    /// into, and a signature counts wherever it is.
    package let stores: [SignatureLocation]
    /// The Secret with the user name and password of these stores; nil when they ask for none.
    package let storeSecret: NamedSecret?

    package init(
        requirements: [SimpleRequirement], stores: [SignatureLocation] = [], storeSecret: NamedSecret? = nil
    ) {
        self.requirements = requirements
        self.stores = stores
        self.storeSecret = storeSecret
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

/// Signatures that are asked for: by so many of the listed keys.
package struct SignedBy: Hashable, Sendable {
    /// The Secrets whose values `key` are key rings; at least one, each once. A key counts whichever ring it is in.
    package let keySecrets: [NamedSecret]
    /// Which signed names are names of the image.
    package let identity: SignedIdentity
    /// How many different primary keys must have signed; at least one.
    package let threshold: Int

    package init(keySecrets: [NamedSecret], identity: SignedIdentity, threshold: Int = 1) {
        self.keySecrets = keySecrets
        self.identity = identity
        self.threshold = threshold
    }
}
