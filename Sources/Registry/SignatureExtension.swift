internal import HTTP
internal import Primitives

// The extension of the registry protocol by which a registry keeps simple signatures itself, as OpenShift's does
// (containers/image, "signature access protocols").

/// Whether a registry keeps signatures itself, as far as it said so with a manifest.
package enum SignatureExtension: Sendable {
    case announced
    /// It did not say so. It may still do when it is asked for `/v2/`.
    case unannounced
    /// The manifest came from a mirror, which is asked for bytes only.
    case mirrored
}

extension ClientResponse {
    /// Whether the registry says with this answer that it keeps signatures itself; a host that it redirects to cannot.
    func announcesSignatures(of registry: RegistryEndpoint) -> Bool {
        url.origin == registry.base.origin && headers.values(of: "X-Registry-Supports-Signatures").contains("1")
    }
}

extension SignatureList.Problem {
    /// The error of the registry that sent such a list.
    func failure(of peer: RegistryError.Peer) -> RegistryError {
        switch self {
        case .malformed(let reason): .unusableSignatureList(peer, reason: reason)
        case .tooMany: .tooManySignatures(peer, limit: Limits.signaturesPerImage)
        }
    }
}

extension RegistryEndpoint {
    /// What is known of its extension after an answer.
    func signatureExtension(announced: Bool) -> SignatureExtension {
        guard peer.role == .registry else { return .mirrored }
        return announced ? .announced : .unannounced
    }

    /// The list of the signatures that it keeps for the manifest with this digest.
    func signatures(of image: ImageReference, _ digest: ImageDigest) -> URL {
        asking(base.root.appending(path: "extensions/v2/\(image.path)/signatures/\(digest)"))
    }
}
