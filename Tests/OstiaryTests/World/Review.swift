import Foundation

/// An AdmissionReview as the API server would send it, made by the test.
struct Review: Sendable {
    /// A resource that holds a pod specification, and where.
    struct Kind: Sendable {
        let group: String
        let version: String
        let resource: String
        let kind: String
        /// Around the pod specification.
        let wrap: @Sendable (String) -> String
        /// In front of `/containers/0/image`.
        let pointer: String

        static let pod = Kind(
            group: "", version: "v1", resource: "pods", kind: "Pod", wrap: { $0 }, pointer: "/spec")
        static let deployment = templated("apps", "deployments", "Deployment")
        static let cronJob = Kind(
            group: "batch", version: "v1", resource: "cronjobs", kind: "CronJob",
            wrap: { #"{"schedule":"@daily","jobTemplate":{"spec":{"template":{"spec":\#($0)}}}}"# },
            pointer: "/spec/jobTemplate/spec/template/spec")

        static func templated(_ group: String, _ resource: String, _ kind: String) -> Kind {
            Kind(
                group: group, version: "v1", resource: resource, kind: kind,
                wrap: { #"{"selector":{},"template":{"metadata":{},"spec":\#($0)}}"# },
                pointer: "/spec/template/spec")
        }

        var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
    }

    let uid: String
    let body: [UInt8]

    /// A review of an object with these images, in order.
    init(
        _ kind: Kind = .pod, _ images: String..., initImages: [String] = [], in namespace: String = "team",
        pullSecrets: [String] = [], serviceAccount: String? = nil, operation: String = "CREATE", isDryRun: Bool = false
    ) {
        let specification = Self.podSpec(
            images: images, initImages: initImages, pullSecrets: pullSecrets, serviceAccount: serviceAccount)
        let object = """
            {"apiVersion":"\(kind.apiVersion)","kind":"\(kind.kind)","metadata":{"name":"web","namespace":"\(namespace)"},\
            "spec":\(kind.wrap(specification))}
            """
        self.init(kind, object: object, in: namespace, operation: operation, isDryRun: isDryRun)
    }

    /// A review of an object written out by the test.
    init(
        _ kind: Kind = .pod, object: String, in namespace: String = "team", operation: String = "CREATE",
        isDryRun: Bool = false
    ) {
        let uid = UUID().uuidString.lowercased()
        let type = #"{"group":"\#(kind.group)","version":"\#(kind.version)","kind":"\#(kind.kind)"}"#
        let resource = #"{"group":"\#(kind.group)","version":"\#(kind.version)","resource":"\#(kind.resource)"}"#
        self.uid = uid
        body = Array(
            """
            {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"\(uid)","kind":\(type),\
            "resource":\(resource),"requestKind":\(type),"requestResource":\(resource),"name":"web",\
            "namespace":"\(namespace)","operation":"\(operation)","userInfo":{"username":"tests"},"object":\(object),\
            "oldObject":null,"dryRun":\(isDryRun),"options":{"kind":"CreateOptions","apiVersion":"meta.k8s.io/v1"}}}
            """.utf8)
    }

    /// Bytes that only claim to be a review.
    init(bytes: [UInt8]) {
        uid = ""
        body = bytes
    }

    static func podSpec(
        images: [String], initImages: [String] = [], pullSecrets: [String] = [], serviceAccount: String? = nil
    ) -> String {
        var members: [String] = []
        if !initImages.isEmpty { members.append(#""initContainers":\#(containers(initImages, "init"))"#) }
        members.append(#""containers":\#(containers(images, "main"))"#)
        if !pullSecrets.isEmpty {
            let names = pullSecrets.map { #"{"name":"\#($0)"}"# }.joined(separator: ",")
            members.append(#""imagePullSecrets":[\#(names)]"#)
        }
        if let serviceAccount { members.append(#""serviceAccountName":"\#(serviceAccount)""#) }
        return "{\(members.joined(separator: ","))}"
    }

    private static func containers(_ images: [String], _ name: String) -> String {
        let list = images.enumerated().map { #"{"name":"\#(name)-\#($0)","image":"\#($1)"}"# }
        return "[\(list.joined(separator: ","))]"
    }
}
