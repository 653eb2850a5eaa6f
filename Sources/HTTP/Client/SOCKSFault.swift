/// Why a SOCKS proxy does not lead anywhere.
package enum SOCKSFault: Error, Hashable, Sendable {
    /// It speaks something else.
    case otherProtocol
    /// It wants a user name and password, and there are none.
    case accountMissing
    /// It refused the user name and password.
    case accountRefused
    /// It wants to be told in another way who asks.
    case noCommonMethod
    /// It said why it does not connect to the server.
    case refused(SOCKSRefusal)
    /// It said something that has no meaning.
    case malformedReply
    /// It said more than it was asked.
    case talkative
}

/// The reasons that a SOCKS proxy can give (RFC 1928 §6).
package enum SOCKSRefusal: Hashable, Sendable {
    case failure
    case notAllowed
    case networkUnreachable
    case hostUnreachable
    case connectionRefused
    case timeToLiveExpired
    case commandNotSupported
    case addressTypeNotSupported
    case unassigned(UInt8)

    private static let codes: [UInt8: SOCKSRefusal] = [
        1: .failure, 2: .notAllowed, 3: .networkUnreachable, 4: .hostUnreachable, 5: .connectionRefused,
        6: .timeToLiveExpired, 7: .commandNotSupported, 8: .addressTypeNotSupported,
    ]

    init(code: UInt8) {
        self = Self.codes[code] ?? .unassigned(code)
    }
}

extension SOCKSFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .otherProtocol: "it does not speak SOCKS 5; is it an http:// or https:// proxy?"
        case .accountMissing: "it wants a user name and password; \(Self.place)"
        case .accountRefused: "it wants another user name and password; \(Self.place)"
        case .noCommonMethod: "it takes no user name and password, and nobody without"
        case .refused(let refusal): "it answered that \(refusal)"
        case .malformedReply: "it gave an answer that SOCKS 5 does not have"
        case .talkative: "it sent more than it was asked for"
        }
    }

    private static let place = "give them as socks5://USER:PASSWORD@HOST:PORT"
}

extension SOCKSRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .failure: "it failed"
        case .notAllowed: "its rules do not allow it"
        case .networkUnreachable: "the network cannot be reached"
        case .hostUnreachable: "the host cannot be reached"
        case .connectionRefused: "the host refuses connections there"
        case .timeToLiveExpired: "the time to live expired on the way"
        case .commandNotSupported: "it does not make connections"
        case .addressTypeNotSupported: "it does not take this kind of address"
        case .unassigned(let code): "something went wrong that has no name (\(code))"
        }
    }
}
