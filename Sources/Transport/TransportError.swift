/// Why bytes could not be carried. None of these says "no": they all mean "could not tell".
package enum TransportError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The deadline passed while waiting for what is named.
    case timedOut(String)
    /// The task was cancelled: whoever asked has gone.
    case cancelled
    /// The peer closed or reset the connection where more was expected.
    case closedByPeer
    /// A host name could not be resolved.
    case unresolvable(host: String, reason: String)
    /// The address is one that is never connected to.
    case addressRefused(address: String, AddressGuard.Reason)
    /// No connection could be made.
    case unreachable(address: String, reason: String)
    /// A system call failed on this side.
    case system(call: String, code: Int32)
    /// TLS failed.
    case tls(TLSError)

    package var description: String {
        switch self {
        case .timedOut(let step): "timed out while \(step)"
        case .cancelled: "cancelled"
        case .closedByPeer: "the peer closed the connection"
        case .unresolvable(let host, let reason): "host name \(host) could not be resolved: \(reason)"
        case .addressRefused(let address, let reason):
            "\(address) is \(reason.rawValue), which is not asked"
                + (reason.canBeAllowed ? "; allow it with --allow-address \(address)" : "")
        case .unreachable(let address, let reason): "no connection to \(address): \(reason)"
        case .system(let call, let code): "\(call): \(SystemError.text(of: code))"
        case .tls(let error): "\(error)"
        }
    }
}
