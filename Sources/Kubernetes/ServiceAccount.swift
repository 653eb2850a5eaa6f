package import Primitives

/// A ServiceAccount of Kubernetes, as far as pulling images goes.
package struct ServiceAccount: Sendable {
    package let key: ObjectKey
    /// The names of the Secrets to pull images with, in order.
    package let imagePullSecrets: [String]

    /// Reads a v1 ServiceAccount.
    ///
    /// - Parameter defaultNamespace: where it is when it does not say; nil to insist that it does.
    /// - Throws: `FieldError` for a missing name and mistyped fields.
    package init(_ object: JSONValue, defaultNamespace: String? = nil) throws(FieldError) {
        let field = Field(object)
        key = try ObjectMetadata.namespacedKey(of: field, default: defaultNamespace)
        var names: [String] = []
        for entry in try field.member("imagePullSecrets").elements() {
            let name = try entry.member("name").string() ?? ""
            if !name.isEmpty { names.append(name) }
        }
        imagePullSecrets = names
    }
}
