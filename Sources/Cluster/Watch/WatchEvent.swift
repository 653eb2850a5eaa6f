package import Kubernetes
package import Primitives

/// One event of a watch, read.
package enum WatchEvent<Object: Sendable>: Sendable {
    /// There is a new object, or a new state of one.
    case set(ObjectKey, Object, version: ResourceVersion)
    /// There is no such object any more.
    case removed(ObjectKey, version: ResourceVersion)
    /// Nothing happened up to here. The first one that ends the initial events says that all objects have come.
    case bookmark(version: ResourceVersion, endsInitialEvents: Bool)
    /// The watch is over, and why.
    case failed(APIStatus)
}

/// Reads the objects of one resource: those of a list, and the events of a watch.
package struct WatchReader<Object: Sendable>: Sendable {
    private let resource: APIResource
    private let parse: @Sendable (JSONValue, ObjectKey) -> Object

    /// - Parameter parse: makes of an object what is kept of it. It cannot fail: what is not in order is a fact about the
    ///   object that its reader must keep.
    package init(_ resource: APIResource, parse: @escaping @Sendable (JSONValue, ObjectKey) -> Object) {
        self.resource = resource
        self.parse = parse
    }

    /// Reads an event.
    ///
    /// - Throws: `FieldError` for another type of event, and an object without a name or version.
    package func event(_ value: JSONValue) throws(FieldError) -> WatchEvent<Object> {
        let type = try Field(value).member("type")
        let object = try Field(value).member("object")
        try object.require()
        switch try type.requiredString() {
        case "ADDED", "MODIFIED":
            let (key, parsed) = try self.object(object)
            return .set(key, parsed, version: try version(of: object))
        case "DELETED": return .removed(try key(of: object), version: try version(of: object))
        case "BOOKMARK":
            let annotations = try object.member("metadata").member("annotations")
            let end = try annotations.member("k8s.io/initial-events-end").string()
            return .bookmark(version: try version(of: object), endsInitialEvents: end == "true")
        case "ERROR": return .failed(try object.value.map(APIStatus.init) ?? APIStatus(code: 0))
        default: throw type.error(.invalid("not a type of event"))
        }
    }

    /// Reads a page of a list.
    ///
    /// - Throws: `FieldError` for a page without version, and objects without a name.
    func page(_ value: JSONValue) throws(FieldError) -> ListPage<Object> {
        let list = Field(value)
        let metadata = try list.member("metadata")
        var objects: [ObjectKey: Object] = [:]
        for item in try list.member("items").elements() {
            let (key, object) = try self.object(item)
            objects[key] = object
        }
        let token = try metadata.member("continue").string() ?? ""
        return ListPage(
            objects: objects, version: try version(of: list), continuation: token.isEmpty ? nil : token)
    }

    private func object(_ field: Field) throws(FieldError) -> (ObjectKey, Object) {
        guard let value = field.value else { throw field.error(.missing) }
        let key = try key(of: field)
        return (key, parse(value, key))
    }

    private func key(of object: Field) throws(FieldError) -> ObjectKey {
        resource.isNamespaced
            ? try ObjectMetadata.namespacedKey(of: object, default: nil) : try ObjectMetadata.clusterKey(of: object)
    }

    private func version(of object: Field) throws(FieldError) -> ResourceVersion {
        ResourceVersion(try object.member("metadata").member("resourceVersion").requiredString())
    }
}

/// A part of a list.
package struct ListPage<Object: Sendable>: Sendable {
    package let objects: [ObjectKey: Object]
    /// What a watch of the whole list begins behind; the same on all of its pages.
    package let version: ResourceVersion
    /// What to ask for the next page with; nil on the last.
    package let continuation: String?
}

/// A moment in the history of a resource, as the API server counts it.
package struct ResourceVersion: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ text: String) {
        description = text
    }

    /// Whether this is earlier. Versions are decimal numbers (KEP-5504); of anything else it cannot be told, and false.
    package func isBefore(_ other: ResourceVersion) -> Bool {
        let (left, right) = (description.utf8, other.description.utf8)
        guard Self.isNumber(left), Self.isNumber(right) else { return false }
        return left.count == right.count ? left.lexicographicallyPrecedes(right) : left.count < right.count
    }

    private static func isNumber(_ text: String.UTF8View) -> Bool {
        guard let first = text.first, first != UInt8(ascii: "0") || text.count == 1 else { return false }
        return text.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
