package import Primitives

/// What somebody wants to do to an object, as admission/v1 describes it. Fields that decide nothing are not read.
/// (A class, because it is handed on from step to step, and has many parts.)
package final class AdmissionRequest: Sendable {
    /// What is done to the object.
    package enum Operation: String, CaseIterable, Sendable {
        case create = "CREATE"
        case update = "UPDATE"
        case delete = "DELETE"
        case connect = "CONNECT"
    }

    /// The type of the object that came; for a subresource that has another type than the resource, that one (`Scale`).
    package let kind: GroupVersionKind
    /// `scale`, `status`, `ephemeralcontainers`…; nil for the resource itself.
    package let subResource: String?
    /// Empty when the API server is still to generate it.
    package let name: String
    /// Empty for objects that are in no namespace.
    package let namespace: String
    package let operation: Operation
    /// Whether nothing will be stored, whatever the answer.
    package let isDryRun: Bool
    /// Who asks, as the API server knows them; empty when it does not say. It decides nothing.
    package let userName: String
    /// The object as it would be stored; nil only for DELETE and most of CONNECT.
    package let object: JSONValue?
    /// The object as it is stored now; nil for CREATE and CONNECT.
    package let oldObject: JSONValue?

    init(_ field: Field) throws(FieldError) {
        kind = try GroupVersionKind(field.member(.kind))
        let subResource = try field.member(.subResource).string() ?? ""
        self.subResource = subResource.isEmpty ? nil : subResource
        name = try field.member(.name).string() ?? ""
        namespace = try field.member(.namespace).string() ?? ""
        operation = try Self.operation(field.member(.operation))
        isDryRun = try field.member(.dryRun).boolean() ?? false
        userName = try field.member(.userInfo).member(.username).string() ?? ""
        object = try Self.object(field.member(.object))
        // What is to be stored is always sent along. Without it there would be nothing to refuse.
        if operation == .create || operation == .update { try field.member(.object).require() }
        oldObject = try Self.object(field.member(.oldObject))
    }

    /// The request that creating an object from a manifest would make.
    ///
    /// - Parameter namespace: where the object goes when it does not say.
    /// - Throws: `KubernetesError.malformedObject` when kind, name or namespace are missing or mistyped.
    package init(creating object: JSONValue, defaultNamespace namespace: String) throws(KubernetesError) {
        do throws(FieldError) {
            let field = Field(object)
            kind = GroupVersionKind(
                apiVersion: try field.member(.apiVersion).requiredString(),
                kind: try field.member(.kind).requiredString())
            let metadata = try field.member("metadata")
            subResource = nil
            name = try metadata.member(.name).string() ?? ""
            self.namespace = try metadata.member(.namespace).string() ?? namespace
            operation = .create
            isDryRun = true
            userName = ""
            self.object = object
            oldObject = nil
        } catch {
            throw .malformedObject(error)
        }
    }

    /// What the API server makes a name from when the object has none; empty when it says nothing usable.
    package var generateName: String { object?["metadata"]?["generateName"]?.string ?? "" }

    private static func operation(_ field: Field) throws(FieldError) -> Operation {
        let text = try field.requiredString()
        guard let operation = Operation.allCases.first(where: { $0.rawValue == text }) else {
            throw field.error(.invalid("unknown operation \(QuotedText.make(from: text, limit: 32))"))
        }
        return operation
    }

    private static func object(_ field: Field) throws(FieldError) -> JSONValue? {
        guard let value = field.value else { return nil }
        guard value.isOf(.object) else { throw field.error(.wrongType(expected: .object, found: value.kind)) }
        return value
    }
}
