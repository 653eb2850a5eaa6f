package import Primitives
package import Registry

/// Why content with a valid OpenPGP signature is still no simple signature. The signer is at fault, or the program it
/// signed with: the image has to be signed again.
package enum PayloadError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The content is not JSON, or JSON that two readers could read in two ways.
    case notJSON(JSONError)
    /// The member (or "the payload") is no object.
    case notAnObject(String)
    /// A member that the format demands is not there.
    case missingMember(String, of: String)
    /// A member that the format does not know, where it allows no other: its meaning could be critical.
    case unknownMember(String, of: String)
    /// The member is no string.
    case notAString(String)
    /// The member is no whole number of 64 bits.
    case notAWholeNumber(String)
    /// The content is of another type than `SimpleSigningPayload.type`.
    case wrongType(String)
    /// What was signed is no digest.
    case invalidDigest(RegistryError)
    /// The name it was signed under is no image reference.
    case invalidReference(RegistryError)

    /// One line for the operator. What it quotes of the payload is shortened and printable.
    package var description: String { "Signature with an unusable payload: \(explanation)" }

    private var explanation: String {
        switch self {
        case .notJSON(let error): "\(error)"
        case .notAnObject(let place): "\(place) is not a JSON object"
        case .missingMember(let key, let place): "\(place) has no member \"\(key)\""
        case .unknownMember(let key, let place): "\(place) has an unknown member \"\(Self.plain(key))\""
        case .notAString(let key): "\(key) is not a string"
        case .notAWholeNumber(let key): "\(key) is not a whole number"
        case .wrongType(let type): "its type is \"\(Self.plain(type))\" instead of \"\(SimpleSigningPayload.type)\""
        case .invalidDigest(let error): "docker-manifest-digest: \(error)"
        case .invalidReference(let error): "docker-reference: \(error)"
        }
    }

    private static func plain(_ text: String) -> String { PlainText.make(from: text, limit: 64) }
}
