package import Primitives
package import Registry

/// What a simple signature says: these bytes go by this name (containers-signature(5), "JSON data format").
///
/// Parse one only from content whose OpenPGP signature was verified: the format promises nothing before that. The
/// statement counts for an image when `digest` is the digest of its manifest and `SignedIdentity` accepts `reference`.
package struct SimpleSigningPayload: Sendable, Hashable {
    /// `critical.type` of every payload.
    package static let type = "atomic container signature"

    /// The manifest that was signed. A SHA-256 digest is what can be compared with the bytes; others match nothing.
    package let digest: ImageDigest
    /// The name it was signed under. Signers that sign bytes rather than names leave out the tag.
    package let reference: ImageReference
    /// The program that signed, by its own account.
    package let creator: String?
    /// When it was signed, by the signer's own account: for display, never compared with the clock.
    package let timestamp: Timestamp?

    /// Reads a payload exactly as strict as the format: every critical member known and of its form, nothing unknown
    /// beside them, and a JSON text that can be read in one way only.
    ///
    /// - Throws: `PayloadError` for anything else. It is a definite no to the signature, not a doubt.
    package init(parsing content: [UInt8]) throws(PayloadError) {
        let payload = try PayloadObject(Self.parse(content), "the payload", members: ["critical", "optional"])
        let critical = try payload.object("critical", members: ["type", "image", "identity"])
        let image = try critical.object("image", members: ["docker-manifest-digest"])
        let identity = try critical.object("identity", members: ["docker-reference"])
        let type = try critical.string("type")
        guard type.utf8.elementsEqual(Self.type.utf8) else { throw .wrongType(type) }
        digest = try Self.digest(image.string("docker-manifest-digest"))
        reference = try Self.reference(identity.string("docker-reference"))
        let optional = try payload.object("optional")
        creator = try optional.optionalString("creator")
        timestamp = try optional.optionalTimestamp("timestamp")
    }

    private static func parse(_ content: [UInt8]) throws(PayloadError) -> JSONValue {
        do throws(JSONError) {
            return try JSONDocument(parsing: content, limit: Limits.inflatedMessageBytes).root
        } catch {
            throw .notJSON(error)
        }
    }

    private static func digest(_ text: String) throws(PayloadError) -> ImageDigest {
        do throws(RegistryError) {
            return try ImageDigest(parsing: text)
        } catch {
            throw .invalidDigest(error)
        }
    }

    private static func reference(_ text: String) throws(PayloadError) -> ImageReference {
        do throws(RegistryError) {
            return try ImageReference(parsing: text)
        } catch {
            throw .invalidReference(error)
        }
    }
}
