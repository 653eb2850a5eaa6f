internal import Kubernetes
private import Registry

/// Reads `signedIdentity` of a requirement.
enum SignedIdentityParser {
    /// The rule it names; the default when it is missing. Portieris' documentation names three of them otherwise than its
    /// schema; both spellings are read.
    static func identity(_ field: Field) throws(FieldError) -> SignedIdentity {
        guard field.isPresent else { return .matchRepoDigestOrExact }
        try field.allow(["dockerReference", "dockerRepository", "prefix", "signedPrefix", "type"])
        let type = try field.member("type")
        guard let name = try type.string() else { throw type.error(.missing) }
        let reference = try Text(field.member("dockerReference"))
        let repository = try Text(field.member("dockerRepository"))
        let prefix = try Text(field.member("prefix"))
        let signedPrefix = try Text(field.member("signedPrefix"))
        switch name {
        case "", "matchRepoDigestOrExact": return .matchRepoDigestOrExact
        case "matchExact": return .matchExact
        case "matchRepository": return .matchRepository
        case "matchExactReference", "exactReference": return .exactReference(try exactReference(reference))
        case "matchExactRepository", "exactRepository": return .exactRepository(try imageReference(repository))
        case "remapIdentity":
            return .remapIdentity(prefix: try checkedPrefix(prefix), signedPrefix: try checkedPrefix(signedPrefix))
        default:
            throw type.error(
                .invalid(
                    "invalid SignedIdentity Type: \(QuotedText.escape(name, limit: 64)) (the types are matchExact, "
                        + "matchRepository, matchExactReference, matchExactRepository and remapIdentity)"))
        }
    }

    /// The text of a field, empty when it is missing, and where it stands.
    private struct Text {
        let field: Field
        let text: String

        init(_ field: Field) throws(FieldError) {
            self.field = field
            text = try field.string() ?? ""
        }
    }

    private static func imageReference(_ text: Text) throws(FieldError) -> ImageReference {
        guard !text.text.isEmpty else { throw text.field.error(.missing) }
        do throws(RegistryError) {
            return try ImageReference(parsing: text.text)
        } catch {
            throw text.field.error(.invalid("\(error)"))
        }
    }

    private static func exactReference(_ text: Text) throws(FieldError) -> ImageReference {
        let reference = try imageReference(text)
        guard reference.tag != nil || reference.digest != nil else {
            throw text.field.error(.invalid("a reference that must match exactly needs a tag or a digest"))
        }
        return reference
    }

    /// A host with an optional port, or a host and the beginning of a path; both in their normal form, in which the
    /// names of images are compared.
    private static func checkedPrefix(_ text: Text) throws(FieldError) -> String {
        let invalid = text.field.error(.invalid("prefix \(QuotedText.make(from: text.text)) is not valid"))
        let below: ImageReference
        do throws(RegistryError) {
            below = try ImageReference(parsing: text.text + "/x")
        } catch {
            throw invalid
        }
        guard below.domain == text.text || below.description == text.text + "/x" else { throw invalid }
        return text.text
    }
}
