internal import Registry

/// Where the signatures of an image may be.
enum SignaturePlace: Sendable {
    /// A store that the policy names.
    case store(SignatureLocation)
    /// The image's own registry, which says that it keeps signatures.
    case registry

    /// Whom messages name.
    func name(for image: ImageReference) -> String {
        switch self {
        case .store(let location): "signature store \(location.authority)"
        case .registry: "signature extension of registry \(image.registryHost)"
        }
    }
}
