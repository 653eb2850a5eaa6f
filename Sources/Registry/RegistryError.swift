package import HTTP

/// Why something asked of a registry, a token service or a signature store has no answer.
///
/// Each case says who is at fault and what can be done; none carries a credential. All of them mean "could not tell",
/// never "unsigned".
package enum RegistryError: Error, Hashable, Sendable {
    // What the object or the cluster says.

    /// The object names an image in a way that no registry understands.
    case invalidReference(text: String, problem: ImageReference.Problem)
    /// A digest of the wrong form.
    case invalidDigest(text: String, problem: ImageDigest.Problem)
    /// The image is bound to a digest that is not SHA-256, which nothing here can prove.
    case unprovableDigest(ImageReference)
    /// The registry's part of the name is no address.
    case invalidHost(String, HTTPError)
    /// The content of a pull secret, or of Ostiary's own file of credentials, is not what it should be.
    case invalidDockerConfig(String)

    // What came back.

    /// No answer: no connection, an untrusted certificate, the deadline, or an answer that is not HTTP.
    case unreachable(Peer, HTTPError)
    /// A clean 404.
    case notFound(Peer, ImageReference, tried: Int)
    /// 401 or 403 without credentials and with each of `tried` credentials.
    case unauthorised(Peer, ImageReference, tried: Int)
    /// 429; `retryAfter` in seconds, if the peer said so.
    case rateLimited(Peer, retryAfter: Int?)
    /// Any other status than the one that was asked for, with what the peer said about it.
    case unexpectedStatus(Peer, Status, detail: String)
    /// A body beyond its limit.
    case tooLarge(Peer, limit: Int)

    /// Where the images of the registry may be read cannot be told: the file that says so is broken.
    case unusableMirrors(Peer)
    /// Neither the mirrors, which failed with the first errors in order, nor the registry itself, with the last.
    indirect case afterMirrors([RegistryError], RegistryError)

    // Proving who asks.

    /// The registry offers only ways to authenticate that are not known here.
    case unsupportedAuthentication(Peer, schemes: [String])
    /// The registry sends its clients to a token service that must not be asked.
    case unusableRealm(Peer, reason: String)
    /// The token service's answer holds no token.
    case unusableToken(Peer, reason: String)

    // What was in it.

    /// The bytes are not those that the reference is bound to.
    case digestMismatch(Peer, expected: ImageDigest, actual: ImageDigest)
    /// The body is no manifest, or one that two readers could take for two things.
    case unusableManifest(Peer, Manifest.Problem)
    /// The list of signatures that a registry keeps cannot be read.
    case unusableSignatureList(Peer, reason: String)
    /// More signatures than one image may have; the rest is not cut off, because the good one may be there.
    case tooManySignatures(Peer, limit: Int)
    /// A stored signature without a byte.
    case emptySignature(Peer, at: String)
    /// A folder of signatures that cannot be read.
    case unreadableFolder(Peer, reason: String)
}

extension RegistryError {
    /// Who was asked.
    package struct Peer: Hashable, Sendable, CustomStringConvertible {
        /// What it was asked as.
        package enum Role: String, Hashable, Sendable {
            case registry
            case mirror
            case tokenService = "token service"
            case signatureStore = "signature store"
            case signatureExtension = "signature extension of registry"
        }

        /// What it was asked as.
        package let role: Role
        /// `host` or `host:port`; the path of a folder.
        package let authority: String

        init(_ role: Role, at url: URL) {
            self.role = role
            authority = url.authority
        }

        /// - Parameter folder: takes the place of the authority.
        init(_ role: Role, inFolder folder: String) {
            self.role = role
            authority = folder
        }

        /// `registry e.com:5000`.
        package var description: String { "\(role.rawValue) \(authority)" }
    }

    /// An exchange that did not come to its end: a body beyond its limit is told apart from the rest.
    static func failure(_ peer: Peer, _ error: HTTPError) -> RegistryError {
        switch error {
        case .bodyTooLarge(let limit), .unusableAnswer(_, .bodyTooLarge(let limit)): .tooLarge(peer, limit: limit)
        default: .unreachable(peer, error)
        }
    }
}
