package import OpenPGP
package import Policies
package import Registry

/// Why it could not be told whether an image satisfies its policy. The image stays out; asking again may help.
package enum VerificationError: Error, Sendable, CustomStringConvertible {
    /// The registry, its token service or the signature store gave no usable answer.
    case registry(RegistryError)
    /// The policy, or a Secret that it names, is at fault.
    case policy(PolicyError)
    /// The Secret's `key` holds no usable key ring.
    case keyRing(secret: String, namespace: String, OpenPGPError)
    /// The store has something under a signature's name that is none.
    case unreadableSignature(number: Int, SignatureBlobError)
    /// OpenSSL could not check a signature.
    case cryptography(OpenPGPError)

    package var description: String {
        switch self {
        case .registry(.unauthorised(_, let image, let tried)) where tried == 0:
            "simple: Deny \"\(image)\", no valid ImagePullSecret, 0 tried"
        case .registry(.unauthorised(_, let image, let tried)):
            "simple: Deny \"\(image)\", no valid ImagePullSecret, \(tried) tried"
        case .registry(let error): "simple: \(error)"
        case .policy(let error): "\(error)"
        case .keyRing(let secret, let namespace, let error):
            "secret \"\(secret)\" in \"\(namespace)\" does not hold a usable key: \(error)"
        case .unreadableSignature(let number, let problem): "simple: signature-\(number): \(problem)"
        case .cryptography(let error): "simple: \(error)"
        }
    }
}
