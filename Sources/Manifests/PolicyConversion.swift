internal import Policies
package import Primitives

/// Makes of a policy in a file, of whatever group, an object of today's that can be applied.
package enum PolicyConversion {
    /// Whether the document is a policy of a group that is read here.
    package static func isPolicy(_ document: ManifestDocument) -> Bool {
        PolicyIdentity.Kind.allCases.contains { $0.rawValue == document.kind }
            && [PolicyParser.apiVersion, LegacyPolicy.apiVersion].contains(document.apiVersion)
    }

    /// Whether it is of the group of Portieris before 0.10.
    package static func isLegacy(_ document: ManifestDocument) -> Bool {
        isPolicy(document) && document.apiVersion == LegacyPolicy.apiVersion
    }

    /// The policy as it is read: a legacy one in today's form.
    ///
    /// - Throws: `ManifestError.malformedJSON` when it is too large in that form.
    package static func current(_ document: ManifestDocument) throws(ManifestError) -> JSONValue {
        guard isLegacy(document) else { return document.value }
        return try parsed(LegacyPolicy.modernised(document.value), of: document)
    }

    /// The policy to be applied: in today's form, without what the API server wrote into it, some of which it refuses in a
    /// new object.
    ///
    /// - Throws: `ManifestError.malformedJSON` when it is too large in that form.
    package static func applicable(_ document: ManifestDocument) throws(ManifestError) -> JSONValue {
        let members = try current(document).members.compactMap { member -> (key: String, value: JSON)? in
            switch member.key {
            case "status": nil
            case "metadata": (member.key, metadata(member.value))
            default: (member.key, .verbatim(member.value))
            }
        }
        return try parsed(.object(members), of: document)
    }

    private static let serverFields = [
        "creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid",
    ]

    /// Where `kubectl apply` keeps the object in its old form.
    private static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

    private static func metadata(_ metadata: JSONValue) -> JSON {
        guard metadata.kind == .object else { return .verbatim(metadata) }
        let members = metadata.members.filter { !serverFields.contains($0.key) }
        return .object(
            members.compactMap { member in
                guard member.key == "annotations", member.value.kind == .object else {
                    return (member.key, .verbatim(member.value))
                }
                let annotations = member.value.members.filter { $0.key != lastApplied }
                return annotations.isEmpty
                    ? nil : (member.key, .object(annotations.map { ($0.key, .verbatim($0.value)) }))
            })
    }

    private static func parsed(_ json: JSON, of document: ManifestDocument) throws(ManifestError) -> JSONValue {
        do throws(JSONError) {
            return try JSONDocument(parsing: json.serialized(), limit: Limits.fileBytes * 8).root
        } catch {
            throw .malformedJSON(file: document.source.file, error)
        }
    }
}
