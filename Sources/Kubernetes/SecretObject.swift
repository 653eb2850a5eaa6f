package import Primitives

/// A Secret of Kubernetes: named values that must not be seen.
package struct SecretObject: Sendable {
    package let key: ObjectKey
    /// `kubernetes.io/dockerconfigjson` and the like; it decides nothing.
    package let type: String
    /// The values by name, decoded. Where `data` and `stringData` both have a name, `stringData` wins.
    package let values: [String: Secret]

    /// Reads a v1 Secret.
    ///
    /// - Parameter defaultNamespace: where it is when it does not say; nil to insist that it does.
    /// - Throws: `FieldError` for a missing name, mistyped fields, and `data` that is not base 64 (RFC 4648 §4; line ends
    ///   are skipped). No message shows a value.
    package init(_ object: JSONValue, defaultNamespace: String? = nil) throws(FieldError) {
        let field = Field(object)
        key = try ObjectMetadata.namespacedKey(of: field, default: defaultNamespace)
        type = try field.member("type").string() ?? "Opaque"
        var values: [String: Secret] = [:]
        for (name, field) in try field.member("data").members() {
            guard let bytes = Base64.decode(try field.string() ?? "", ignoringWhitespace: true) else {
                throw field.error(.invalid("the value is not base64; plain text belongs under stringData"))
            }
            values[name] = Secret(bytes)
        }
        for (name, field) in try field.member("stringData").members() {
            values[name] = Secret(try field.string() ?? "")
        }
        self.values = values
    }
}
