private import Primitives

/// The object under review, as far as images go.
package struct Workload: Sendable {
    /// nil when the object holds no pod specification: it is being deleted, has no template (yet), or is a part of the
    /// object that holds none, such as its scale.
    package let podSpec: PodSpec?
    /// Whether the object is a pod itself. The API server has then copied its service account's pull secrets into it.
    package let isPod: Bool

    /// Finds the pod specification by the resource of the request; nothing else that the object says of itself counts.
    ///
    /// - Throws: `KubernetesError.unsupportedResource` for a resource whose images cannot be found,
    ///   `.malformedObject` and `.tooManyImages`.
    package init(_ request: AdmissionRequest) throws(KubernetesError) {
        guard let object = request.object else {
            podSpec = nil
            isPod = false
            return
        }
        guard let kind = WorkloadKind.of(request.resource) else { throw .unsupportedResource(request.resource) }
        let field = try Self.podSpec(of: object, at: kind.podSpec)
        podSpec = field.isPresent ? try PodSpec(field) : nil
        isPod = kind.kind == "Pod"
    }

    /// The images in the order in which they are reported.
    package var images: [ImageUse] { podSpec?.images ?? [] }

    private static func podSpec(of object: JSONValue, at path: [String]) throws(KubernetesError) -> Field {
        var field = Field(object)
        do throws(FieldError) {
            for key in path { field = try field.member(key) }
        } catch {
            throw .malformedObject(error)
        }
        return field
    }
}
