package import Registry

/// Which signed name a `signedBy` requirement takes for the name of an image (the policy's `signedIdentity`).
///
/// A signature proves a digest *under a name*. Without this rule a signature of `team/tool:1` would also admit its bytes
/// as `team/tool:2`, or as another repository. The rules are those of containers-policy.json(5); a policy without
/// `signedIdentity` asks for `matchRepoDigestOrExact`.
package enum SignedIdentity: Sendable, Hashable {
    /// The signed name is the image's; an image asked for by digest alone only needs the same repository.
    case matchRepoDigestOrExact
    /// The signed name is the image's, with the same tag or digest.
    case matchExact
    /// The signed name is of the image's repository, under any tag.
    case matchRepository
    /// The signed name is this one, whatever the image is called. It has a tag or a digest: whoever reads the policy
    /// refuses one without, which could match nothing.
    case exactReference(ImageReference)
    /// The signed name is of this repository, whatever the image is called. Its tag or digest is not looked at.
    case exactRepository(ImageReference)
    /// An image below `prefix` (a host, or a name that begins with its host, up to a `/`) is looked for under
    /// `signedPrefix` instead, as a mirror's copy is signed under the origin's name; then as
    /// `matchRepoDigestOrExact`. Another image keeps its own name.
    case remapIdentity(prefix: String, signedPrefix: String)
}
