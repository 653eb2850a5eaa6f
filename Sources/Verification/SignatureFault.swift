package import OpenPGP
package import Registry

/// Why one stored signature is not accepted: a definite no.
package enum SignatureFault: Equatable, Sendable, CustomStringConvertible {
    /// It is of another family than the one asked for.
    case otherFamily
    /// It is no OpenPGP message that this house reads.
    case unreadable(OpenPGPError)
    /// It is not, or not any more, a signature by a key that the policy trusts.
    case untrusted(MessageRefusal)
    /// A trusted key signed something that is no simple signature.
    case unusablePayload(PayloadError)
    /// A trusted key signed another manifest.
    case otherDigest(ImageDigest)
    /// A trusted key signed this manifest under a name that the policy does not accept for the image.
    case otherIdentity(ImageReference)

    /// One line, in containers/image's words where it has some, because people search for them.
    package var description: String {
        switch self {
        case .otherFamily: "a Sigstore signature, not a simple one"
        case .unreadable(let error): "\(error)"
        case .untrusted(let refusal): "\(refusal)"
        case .unusablePayload(let error): "\(error)"
        case .otherDigest(let digest): "Signature for digest \(digest) does not match"
        case .otherIdentity(let reference): "Signature for identity \"\(reference)\" is not accepted"
        }
    }
}
