private import HTTP
private import Primitives

extension RegistryError: CustomStringConvertible {
    /// One line for the user, with the remedy where there is one.
    package var description: String {
        switch self {
        case .invalidReference(let text, let problem):
            "invalid image name \"\(PlainText.make(from: text, limit: 300))\": \(problem)"
        case .invalidDigest(let text, let problem):
            "invalid digest \"\(PlainText.make(from: text, limit: 160))\": \(problem)"
        case .unprovableDigest(let image):
            "\(image) is bound to a \(image.digest?.algorithm.rawValue ?? "strange") digest; only sha256 can be"
                + " proven, so name the image by its sha256 digest"
        case .invalidHost(let host, let error):
            "no registry can be asked at \"\(PlainText.make(from: host, limit: 260))\": \(error)"
        case .invalidDockerConfig(let reason): "the credentials in it cannot be read: \(reason)"
        case .unreachable, .notFound, .unauthorised, .rateLimited, .unexpectedStatus, .tooLarge: answerText
        case .unusableMirrors(let peer): "\(peer) is not asked: its hosts.toml is broken; the log names the file"
        case .afterMirrors(let mirrors, let error):
            "\(error); before it \(mirrors.map(\.description).joined(separator: "; "))"
        case .unsupportedAuthentication, .unusableRealm, .unusableToken: authenticationText
        case .digestMismatch, .unusableManifest, .unusableSignatureList, .tooManySignatures, .emptySignature,
            .unreadableFolder:
            contentText
        }
    }

    private var answerText: String {
        switch self {
        case .unreachable(let peer, .connectionFailed(let host, let reason)) where host == peer.authority:
            "\(peer) could not be asked: \(reason)"
        case .unreachable(let peer, .unusableAnswer(let host, let reason)) where host == peer.authority:
            "\(peer) gave an answer that cannot be used: \(reason)"
        case .unreachable(let peer, .addressRefused(let host, let reason)) where host == peer.authority:
            "\(peer) may not be asked: \(reason)"
        case .unreachable(let peer, let error): "\(peer) gives no answer: \(error)"
        case .notFound(let peer, let image, let tried):
            "\(peer) has no manifest for \(image)" + (tried > 0 ? ", or hides it from \(Self.pullSecrets(tried))" : "")
        case .unauthorised(let peer, let image, let tried):
            "\(peer) does not let \(image) be read, neither anonymously nor with \(Self.pullSecrets(tried))"
        case .rateLimited(let peer, let retryAfter):
            "\(peer) limits the rate of requests (429)"
                + (retryAfter.map { "; it may be asked again in \($0) s" } ?? "; try later or with a pull secret")
        case .unexpectedStatus(let peer, let status, let detail):
            "\(peer) answered \(status)" + (detail.isEmpty ? "" : " (\(detail))") + hint(for: peer, status.code)
        case .tooLarge(let peer, let limit): "\(peer) sent more than the \(limit) bytes that are accepted"
        default: ""
        }
    }

    private var authenticationText: String {
        switch self {
        case .unsupportedAuthentication(let peer, let schemes):
            schemes.isEmpty
                ? "\(peer) does not let anonymous clients read and does not say how to authenticate"
                : "\(peer) asks for authentication by \(schemes.joined(separator: ", ")); only Basic and Bearer are known"
        case .unusableRealm(let peer, let reason): "\(peer) names a token service that is not asked: \(reason)"
        case .unusableToken(let peer, let reason): "\(peer) sent no usable token: \(reason)"
        default: ""
        }
    }

    private var contentText: String {
        switch self {
        case .digestMismatch(let peer, let expected, let actual):
            "\(peer) sent other bytes than asked for: their digest is \(actual), not \(expected)"
        case .unusableManifest(let peer, let problem): "\(peer) sent a manifest that is refused: \(problem)"
        case .unusableSignatureList(let peer, let reason):
            "\(peer) sent a list of signatures that cannot be read: \(reason)"
        case .tooManySignatures(let peer, let limit):
            "\(peer) holds more than \(limit) signatures for this image; remove the old ones"
        case .emptySignature(let peer, let place): "\(peer) holds an empty signature: \(place)"
        case .unreadableFolder(let peer, let reason): "\(peer) cannot be read: \(reason)"
        default: ""
        }
    }

    private func hint(for peer: Peer, _ code: Int) -> String {
        switch (peer.role, code) {
        case (.signatureStore, 403): "; a store must answer 404 for a signature that it does not have"
        case (.signatureStore, 401): "; the store asks for credentials"
        default: ""
        }
    }

    private static func pullSecrets(_ count: Int) -> String {
        switch count {
        case 0: "a pull secret, because none names this registry"
        case 1: "the 1 pull secret for this registry"
        default: "any of the \(count) pull secrets for this registry"
        }
    }
}
