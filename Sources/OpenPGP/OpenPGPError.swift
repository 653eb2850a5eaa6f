internal import Cryptography
package import Primitives

/// Why bytes could not be read as OpenPGP (RFC 9580, RFC 4880).
///
/// A message that was read and is not accepted is no error but a `MessageRefusal`.
package enum OpenPGPError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The input is larger than this house reads; whoever stored it is at fault.
    case tooLarge(what: String, limit: Int, unit: String = "bytes")
    /// What is named ended early: it was cut on its way, or written wrongly.
    case truncated(String)
    /// The bytes break the format, as the text says.
    case malformed(String)
    /// Sound, perhaps, but of a kind that this house does not verify.
    case unsupported(String)
    /// Packets in another order or number than a message with one signature has.
    case unexpectedStructure(String)
    /// The message is text: ASCII armor or a cleartext signature, where a stored signature is binary.
    case textualMessage
    /// The compressed part of a message does not expand.
    case compression(InflateError)
    /// A key ring of no bytes, or of white space.
    case emptyKeyRing
    /// A key ring that is neither binary OpenPGP nor armor.
    case notAKeyRing
    /// A key ring in which every key has a problem.
    case noUsableKey([KeyRingProblem])
    /// OpenSSL could not check a signature; nothing is known about it.
    case cryptography(String)

    /// One line for the operator of a cluster: what is wrong, and with what.
    package var description: String {
        switch self {
        case .tooLarge(let what, let limit, let unit): "the \(what) is larger than \(limit) \(unit)"
        case .truncated(let what): "the \(what) ends early"
        case .malformed(let what): "malformed OpenPGP data: \(what)"
        case .unsupported(let what): "unsupported OpenPGP feature: \(what)"
        case .unexpectedStructure(let what): "not an OpenPGP message with one signature: \(what)"
        case .textualMessage:
            "the signature is text; it must be a binary OpenPGP message, neither armored nor cleartext"
        case .compression(let error): "the signed message does not expand: \(error)"
        case .emptyKeyRing: "the key ring is empty"
        case .notAKeyRing:
            "not an OpenPGP key: neither binary nor armored as \"-----BEGIN PGP PUBLIC KEY BLOCK-----\""
        case .noUsableKey(let problems): Self.text(of: problems)
        case .cryptography(let reason): "the signature could not be checked: \(reason)"
        }
    }

    private static func text(of problems: [KeyRingProblem]) -> String {
        let shown = problems.prefix(3).map(\.description).joined(separator: "; ")
        let hidden = problems.count > 3 ? "; and \(problems.count - 3) more" : ""
        return problems.isEmpty ? "the key ring holds no key" : "the key ring holds no usable key: \(shown)\(hidden)"
    }
}
