internal import Primitives

/// A client's part of what is said before a SOCKS 5 proxy passes bytes on (RFC 1928; RFC 1929 for user names).
///
/// It never sees a socket: it is given what came and tells what to send. The proxy speaks only when it is asked, so that
/// bytes behind one of its messages are refused.
struct SOCKSHandshake {
    /// What to do next.
    enum Step: Hashable {
        /// Send this, then receive.
        case send([UInt8])
        /// Receive more.
        case receive
        /// What follows is the server's.
        case done
    }

    private enum Phase { case method, account, reply }

    private static let version: UInt8 = 5
    private static let accountVersion: UInt8 = 1
    private static let nobody: UInt8 = 0
    private static let namedUser: UInt8 = 2
    private static let noMethod: UInt8 = 0xFF

    private let request: [UInt8]
    private let account: Proxy.Account?
    private var phase = Phase.method
    private var input: [UInt8] = []

    /// - Parameters:
    ///   - host: a DNS name, which the proxy resolves, or an IP literal without brackets.
    ///   - account: offered to the proxy, which may do without it.
    init(host: String, port: UInt16, account: Proxy.Account?) {
        self.account = account
        request = Self.request(host: host, port: port)
    }

    /// What is sent first: the ways to say who asks (RFC 1928 §3).
    var greeting: [UInt8] {
        let methods = [Self.nobody] + (account == nil ? [] : [Self.namedUser])
        return [Self.version, UInt8(methods.count)] + methods
    }

    /// Takes in what the proxy sent, in whatever portions. Each byte is judged as soon as it is there.
    mutating func receive(_ bytes: some Collection<UInt8>) throws(SOCKSFault) -> Step {
        input += bytes
        guard let length = try messageLength(), length <= input.count else { return .receive }
        guard length == input.count else { throw .talkative }
        defer { input = [] }
        switch phase {
        case .method: return try introduce(by: input[1])
        case .account: return ask()
        case .reply: return .done
        }
    }

    /// The length of the message that is expected; nil as long as that cannot be told.
    private func messageLength() throws(SOCKSFault) -> Int? {
        guard let first = input.first else { return nil }
        guard first == (phase == .account ? Self.accountVersion : Self.version) else { throw .otherProtocol }
        guard input.count > 1 else { return nil }
        switch phase {
        case .method: return 2
        case .account:
            guard input[1] == 0 else { throw .accountRefused }
            return 2
        case .reply:
            guard input[1] == 0 else { throw .refused(SOCKSRefusal(code: input[1])) }
            return try replyLength()
        }
    }

    /// A reply holds the address that the proxy connects from (RFC 1928 §6), which is of no use here.
    private func replyLength() throws(SOCKSFault) -> Int? {
        guard input.count > 2 else { return nil }
        guard input[2] == 0 else { throw .malformedReply }
        guard input.count > 4 else { return nil }
        switch AddressType(rawValue: input[3]) {
        case .ipv4: return 4 + 4 + 2
        case .name: return 4 + 1 + Int(input[4]) + 2
        case .ipv6: return 4 + 16 + 2
        case nil: throw .malformedReply
        }
    }

    private mutating func introduce(by method: UInt8) throws(SOCKSFault) -> Step {
        switch (method, account) {
        case (Self.nobody, _): return ask()
        case (Self.namedUser, let account?):
            phase = .account
            return .send(Self.introduction(of: account))
        case (Self.noMethod, nil): throw .accountMissing
        case (Self.noMethod, _): throw .noCommonMethod
        default: throw .malformedReply
        }
    }

    private mutating func ask() -> Step {
        phase = .reply
        return .send(request)
    }
}

extension SOCKSHandshake {
    private enum AddressType: UInt8 {
        case ipv4 = 1
        case name = 3
        case ipv6 = 4
    }

    /// CONNECT (RFC 1928 §4).
    private static func request(host: String, port: UInt16) -> [UInt8] {
        [version, 1, 0] + address(of: host) + [UInt8(port >> 8), UInt8(port & 0xFF)]
    }

    private static func address(of host: String) -> [UInt8] {
        guard let address = IPAddress(host) else { return [AddressType.name.rawValue] + counted(Array(host.utf8)) }
        return [(address.isIPv6 ? AddressType.ipv6 : .ipv4).rawValue] + address.bytes
    }

    /// RFC 1929 §2.
    private static func introduction(of account: Proxy.Account) -> [UInt8] {
        [accountVersion] + counted(Array(account.name.utf8)) + counted(account.password.revealBytes())
    }

    /// DNS names have at most 253 bytes, and what `Proxy` takes for an account 255.
    private static func counted(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8(clamping: bytes.count)] + bytes.prefix(255)
    }
}
