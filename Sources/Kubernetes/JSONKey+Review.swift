internal import Primitives

/// The keys that every AdmissionReview is asked for.
extension JSONKey {
    static let apiVersion: JSONKey = "apiVersion"
    static let dryRun: JSONKey = "dryRun"
    static let group: JSONKey = "group"
    static let kind: JSONKey = "kind"
    static let name: JSONKey = "name"
    static let namespace: JSONKey = "namespace"
    static let object: JSONKey = "object"
    static let oldObject: JSONKey = "oldObject"
    static let operation: JSONKey = "operation"
    static let request: JSONKey = "request"
    static let subResource: JSONKey = "subResource"
    static let uid: JSONKey = "uid"
    static let userInfo: JSONKey = "userInfo"
    static let username: JSONKey = "username"
    static let version: JSONKey = "version"
}
