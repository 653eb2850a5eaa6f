import Foundation
import Kubernetes
import Primitives
import Testing

/// A JSON value from its text.
func json(_ text: String) throws -> JSONValue {
    try JSONDocument(parsing: Array(text.utf8)).root
}

/// The body of a review of one object.
func review(
    of object: String, group: String = "", version: String = "v1", resource: String = "pods", subResource: String = "",
    operation: String = "CREATE"
) -> [UInt8] {
    Array(
        """
        {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
          "uid": "u-1", "kind": {"group": "", "version": "v1", "kind": "Any"},
          "resource": {"group": "\(group)", "version": "\(version)", "resource": "\(resource)"},
          "subResource": "\(subResource)", "name": "web", "namespace": "shop", "operation": "\(operation)",
          "object": \(object), "oldObject": null}}
        """.utf8)
}

/// The workload of that object.
func workload(
    of object: String, group: String = "", version: String = "v1", resource: String = "pods", subResource: String = "",
    operation: String = "CREATE"
) throws -> Workload {
    let body = review(
        of: object, group: group, version: version, resource: resource, subResource: subResource, operation: operation)
    return try Workload(AdmissionReview(parsing: body).request)
}

/// A recorded call of a real API server.
func recordedReview(_ name: String) throws -> [UInt8] {
    let url = try #require(Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures"))
    return Array(try Data(contentsOf: url))
}
