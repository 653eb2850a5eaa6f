/// The name of an object and the namespace it is in. Both are ASCII, so that equal names are equal bytes.
package struct ObjectKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Empty for objects that are in no namespace.
    package let namespace: String
    package let name: String

    package init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }

    /// The order in which the API server lists: by namespace, then by name, byte by byte.
    package static func < (left: ObjectKey, right: ObjectKey) -> Bool {
        if left.namespace != right.namespace {
            return left.namespace.utf8.lexicographicallyPrecedes(right.namespace.utf8)
        }
        return left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
    }

    /// `namespace/name`, or the name alone.
    package var description: String { namespace.isEmpty ? name : "\(namespace)/\(name)" }
}

/// Reads `metadata`, as far as it says which object this is.
package enum ObjectMetadata {
    /// The key of an object that lives in a namespace.
    ///
    /// - Parameter defaultNamespace: where it is when it does not say; nil to insist that it does.
    /// - Throws: `FieldError` for a missing name, and a name or namespace that Kubernetes would not take.
    package static func namespacedKey(of object: Field, default defaultNamespace: String?) throws(FieldError)
        -> ObjectKey
    {
        let metadata = try object.member("metadata")
        let field = try metadata.member("namespace")
        guard let namespace = try field.string().flatMap({ $0.isEmpty ? nil : $0 }) ?? defaultNamespace else {
            throw field.error(.missing)
        }
        guard isLabel(namespace) else { throw invalid(field, namespace) }
        return ObjectKey(namespace: namespace, name: try name(in: metadata))
    }

    /// The key of an object that lives in no namespace.
    ///
    /// - Throws: `FieldError` for a missing name or one that Kubernetes would not take, and when there is a namespace.
    package static func clusterKey(of object: Field) throws(FieldError) -> ObjectKey {
        let metadata = try object.member("metadata")
        let namespace = try metadata.member("namespace")
        guard try namespace.string() ?? "" == "" else {
            throw namespace.error(.invalid("an object of this kind is in no namespace"))
        }
        return ObjectKey(namespace: "", name: try name(in: metadata))
    }

    /// Whether there can be an object with this key in a namespace. A name that is none must not become part of a path.
    package static func isPossible(_ key: ObjectKey) -> Bool { isLabel(key.namespace) && isSubdomain(key.name) }

    /// The fields of `metadata` in every version of Kubernetes so far.
    package static let fields = [
        "annotations", "clusterName", "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp",
        "finalizers", "generateName", "generation", "labels", "managedFields", "name", "namespace", "ownerReferences",
        "resourceVersion", "selfLink", "uid",
    ]

    private static func name(in metadata: Field) throws(FieldError) -> String {
        let field = try metadata.member("name")
        let name = try field.requiredString()
        guard isSubdomain(name) else { throw invalid(field, name) }
        return name
    }

    private static func invalid(_ field: Field, _ text: String) -> FieldError {
        let rule = "has lower-case letters, digits, '-' and '.', and begins and ends with a letter or digit"
        return field.error(.invalid("\(QuotedText.make(from: text, limit: 64)) is no name: a name \(rule)"))
    }

    /// A DNS label (RFC 1123 §2.1) in lower case.
    private static func isLabel(_ text: some StringProtocol, limit: Int = 63) -> Bool {
        let bytes = text.utf8
        guard (1...limit).contains(bytes.count), text.first != "-", text.last != "-" else { return false }
        return bytes.allSatisfy { byte in
            byte == hyphen || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
    }

    /// DNS labels with dots between them; Kubernetes bounds the whole, not each label.
    private static func isSubdomain(_ text: String) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return text.utf8.count <= 253 && labels.allSatisfy { isLabel($0, limit: 253) }
    }

    private static let hyphen = UInt8(ascii: "-")
}
