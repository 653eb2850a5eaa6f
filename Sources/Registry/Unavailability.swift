internal import HTTP
internal import Transport

// What is no answer, for those who may go on without one. Every case is named, so that a new one has to be thought of.

extension RegistryError {
    /// Whether nobody could be asked, or whoever was asked was not able to say anything: no connection, no answer in time,
    /// a failure of the server, or too many questions. What was said, such as that there is no such image or that somebody
    /// may not see it, is an answer.
    ///
    /// Behind mirrors the registry itself counts: that a mirror does not have an image says nothing.
    package var isUnavailability: Bool {
        switch self {
        case .unreachable(_, let error): error.isUnavailability
        case .rateLimited: true
        case .unexpectedStatus(_, let status, _): status.isUnavailability
        case .afterMirrors(_, let error): error.isUnavailability
        case .invalidReference, .invalidDigest, .unprovableDigest, .invalidHost, .invalidDockerConfig, .notFound,
            .unauthorised, .tooLarge, .unusableMirrors, .unsupportedAuthentication, .unusableRealm, .unusableToken,
            .digestMismatch, .unusableManifest, .unusableSignatureList, .tooManySignatures, .emptySignature,
            .unreadableFolder:
            false
        }
    }

    /// Whether there was too little time for an answer.
    package var isTimeout: Bool {
        switch self {
        case .unreachable(_, .timedOut(_, _)): true
        case .afterMirrors(_, let error): error.isTimeout
        default: false
        }
    }
}

extension HTTPError {
    fileprivate var isUnavailability: Bool {
        switch self {
        case .timedOut, .truncated: true
        case .connectionFailed(_, let error): error.isUnavailability
        case .proxyFailed(_, _, let fault): fault.isUnavailability
        case .unusableAnswer(_, let reason): reason.isUnavailability
        // Nobody waits any more, or nobody is to be asked.
        case .cancelled, .addressRefused, .plainTextRefused, .redirectRefused, .invalidURL, .illegalField: false
        case .malformed, .unsupportedVersion, .unsupportedTransferCoding, .unsupportedExpectation, .headTooLarge,
            .bodyTooLarge:
            false
        }
    }
}

extension ProxyFault {
    /// A proxy that refuses a host or a password has answered.
    fileprivate var isUnavailability: Bool {
        switch self {
        case .unreachable(let error): error.isUnavailability
        case .refused(let status): status == .tooManyRequests || status.isUnavailability
        case .socks(let fault): fault.isUnavailability
        case .unusable(let error): error.isUnavailability
        }
    }
}

extension SOCKSFault {
    fileprivate var isUnavailability: Bool {
        switch self {
        case .refused(.failure), .refused(.networkUnreachable), .refused(.hostUnreachable),
            .refused(.connectionRefused), .refused(.timeToLiveExpired), .refused(.unassigned):
            true
        case .refused(.notAllowed), .refused(.commandNotSupported), .refused(.addressTypeNotSupported), .otherProtocol,
            .accountMissing, .accountRefused, .noCommonMethod, .malformedReply, .talkative:
            false
        }
    }
}

extension TransportError {
    /// A certificate that proves nothing leaves open who answered, which is no answer.
    fileprivate var isUnavailability: Bool {
        switch self {
        case .timedOut, .closedByPeer, .unresolvable, .unreachable, .system, .tls: true
        case .cancelled, .addressRefused: false
        }
    }
}

extension Status {
    fileprivate var isUnavailability: Bool { code >= 500 }
}
