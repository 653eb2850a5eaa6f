import Foundation
import Kubernetes
import Primitives
import Testing

/// A JSON value from its text.
func json(_ text: String) throws -> JSONValue {
    try JSONDocument(parsing: Array(text.utf8)).root
}

/// The body of a review of one object.
///
/// - Parameter kind: group, version and kind: `apps/v1/Deployment`, `/v1/Pod`.
func review(
    of object: String, old: String = "null", kind: String = "/v1/Pod", subResource: String = "",
    operation: String = "CREATE"
) -> [UInt8] {
    let parts = kind.split(separator: "/", omittingEmptySubsequences: false)
    return Array(
        """
        {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
          "uid": "u-1", "kind": {"group": "\(parts[0])", "version": "\(parts[1])", "kind": "\(parts[2])"},
          "resource": {"group": "\(parts[0])", "version": "\(parts[1])", "resource": "any"},
          "subResource": "\(subResource)", "name": "web", "namespace": "shop", "operation": "\(operation)",
          "object": \(object), "oldObject": \(old)}}
        """.utf8)
}

/// The workload of that object.
func workload(
    of object: String, old: String = "null", kind: String = "/v1/Pod", subResource: String = "",
    operation: String = "CREATE"
) throws -> Workload {
    let body = review(of: object, old: old, kind: kind, subResource: subResource, operation: operation)
    return try Workload(AdmissionReview(parsing: body).request)
}

/// An object with one value in it, at the end of a way such as `spec.tasks[].template.spec`.
func object(with value: String, at way: String) -> String {
    way.split(separator: ".").reversed().reduce(value) { inner, part in
        part.hasSuffix("[]") ? #"{"\#(part.dropLast(2))":[\#(inner)]}"# : #"{"\#(part)":\#(inner)}"#
    }
}

/// The pointer to that value.
func pointer(_ way: String) -> String {
    way.split(separator: ".").map { $0.hasSuffix("[]") ? "/\($0.dropLast(2))/0" : "/\($0)" }.joined()
}

/// A recorded call of a real API server.
func recordedReview(_ name: String) throws -> [UInt8] {
    try fixture(name, "json")
}

/// The lines of a list in the fixtures, without its comments.
func fixtureLines(_ name: String) throws -> [[String]] {
    String(decoding: try fixture(name, "txt"), as: UTF8.self).split(separator: "\n")
        .filter { !$0.hasPrefix("#") }
        .map { $0.split(separator: " ").map(String.init) }
}

private func fixture(_ name: String, _ type: String) throws -> [UInt8] {
    let url = try #require(Bundle.module.url(forResource: name, withExtension: type, subdirectory: "Fixtures"))
    return Array(try Data(contentsOf: url))
}
