package import Kubernetes
package import Primitives

/// An object of Kubernetes as it stands in a file.
package struct ManifestDocument: Sendable {
    package let source: ManifestSource
    /// The whole object.
    package let value: JSONValue
    /// What its `apiVersion` and `kind` say it is.
    package let type: GroupVersionKind

    /// `apiVersion`, as the object has it.
    package var apiVersion: String { type.apiVersion }
    /// `kind`, as the object has it.
    package var kind: String { type.kind }

    init(_ value: JSONValue, source: ManifestSource) throws(ManifestError) {
        do throws(FieldError) {
            let root = Field(value)
            try root.require()
            type = GroupVersionKind(
                apiVersion: try root.member("apiVersion").requiredString(),
                kind: try root.member("kind").requiredString())
        } catch {
            throw .malformedObject(source, kind: nil, error)
        }
        self.value = value
        self.source = source
    }
}
