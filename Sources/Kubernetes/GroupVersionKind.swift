/// The type of an object, as admission requests name it.
package struct GroupVersionKind: Hashable, Sendable {
    /// Empty for the core group.
    package let group: String
    /// `v1`, `v1beta1`…
    package let version: String
    /// Singular, with capitals: `Deployment`.
    package let kind: String

    package init(group: String, version: String, kind: String) {
        self.group = group
        self.version = version
        self.kind = kind
    }

    /// The type that an object's `apiVersion` (`v1`, `apps/v1`) and `kind` give.
    package init(apiVersion: String, kind: String) {
        let parts = apiVersion.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(
            group: parts.count == 2 ? String(parts[0]) : "",
            version: String(parts.last ?? ""),
            kind: kind)
    }

    /// What an object's `apiVersion` holds: `v1`, `apps/v1`.
    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    init(_ field: Field) throws(FieldError) {
        try field.require()
        group = try field.member(.group).string() ?? ""
        version = try field.member(.version).requiredString()
        kind = try field.member(.kind).requiredString()
    }
}
