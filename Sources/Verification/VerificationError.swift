package import OpenPGP
package import Policies
private import Primitives
package import Registry

/// Why it could not be told whether an image satisfies its policy. The image stays out; asking again may help.
package enum VerificationError: Error, Sendable, CustomStringConvertible {
    /// The registry, its token service or the signature store gave no usable answer.
    case registry(RegistryError)
    /// The policy, or a Secret that it names, is at fault.
    case policy(PolicyError)
    /// The Secret's `key` holds no usable key ring.
    case keyRing(secret: String, namespace: String, OpenPGPError)
    /// A requirement came without its key ring. No policy or Secret is at fault, but this program.
    case noKeyRing(secret: String)
    /// A demand that asks for nothing, which would admit anything. This program is at fault: a policy always asks.
    case noRequirements
    /// The store has something under a signature's name that is none.
    case unreadableSignature(number: Int, SignatureBlobError)
    /// Nobody waits for the answer any more. Somebody else's signature may be among those not looked at.
    case outOfTime(verified: Int, of: Int)
    /// Whoever was asked (`registry e.com`) did not answer in the time that this review had.
    case late(String)
    /// The API server hung up while the answer was waited for.
    case cancelled(String)
    /// OpenSSL could not check a signature.
    case cryptography(OpenPGPError)

    /// One line, in Portieris' words where it has some; never a credential or a key.
    package var description: String {
        switch self {
        case .registry(.unauthorised(_, let image, let tried)):
            "simple: Deny \"\(image)\", no valid ImagePullSecret, \(tried) tried"
        case .registry(let error): "simple: \(error)"
        case .policy(let error): "\(error)"
        case .keyRing(let secret, let namespace, let error):
            "secret \(Self.quote(secret)) in \(Self.quote(namespace)) does not hold a usable key: \(error)"
        case .noKeyRing(let secret): "the key ring in secret \(Self.quote(secret)) was not looked for"
        case .noRequirements: "nothing is required of the image, which proves nothing"
        case .unreadableSignature(let number, let problem): "simple: signature-\(number): \(problem)"
        case .outOfTime(let verified, let count):
            "simple: the time was up when \(verified) of \(count) signatures had been verified"
        case .late(let peer): "simple: \(peer) gives no answer: the time was up"
        case .cancelled(let peer): "simple: \(peer) gives no answer: cancelled"
        case .cryptography(let error): "simple: \(error)"
        }
    }

    /// Whether there was too little time for an answer.
    var isTimeout: Bool {
        if case .registry(let error) = self { error.isTimeout } else { false }
    }

    /// Whether a registry or a store could not be reached, or was not able to say anything; see
    /// `RegistryError.isUnavailability`.
    var isUnavailability: Bool {
        switch self {
        case .late: true
        case .registry(let error): error.isUnavailability
        case .policy, .keyRing, .noKeyRing, .noRequirements, .unreadableSignature, .outOfTime, .cancelled,
            .cryptography:
            false
        }
    }

    /// Names have at most 253 characters.
    private static func quote(_ name: String) -> String { "\"\(PlainText.make(from: name, limit: 253))\"" }
}
