internal import HTTP

/// A kind of objects, as the API server's paths name it.
package struct APIResource: Hashable, Sendable {
    /// Empty for the core group.
    package let group: String
    /// Of the API, such as `v1`.
    package let version: String
    /// How paths and rights name the kind: many, in lower case.
    package let plural: String
    /// Whether its objects are in namespaces.
    package let isNamespaced: Bool

    package init(group: String, version: String, plural: String, isNamespaced: Bool) {
        self.group = group
        self.version = version
        self.plural = plural
        self.isNamespaced = isNamespaced
    }

    /// The policies of namespaces.
    package static let imagePolicies = APIResource(
        group: "portieris.cloud.ibm.com", version: "v1", plural: "imagepolicies", isNamespaced: true)
    /// The policies of the cluster.
    package static let clusterImagePolicies = APIResource(
        group: "portieris.cloud.ibm.com", version: "v1", plural: "clusterimagepolicies", isNamespaced: false)
    /// Secrets, of which none is ever listed.
    package static let secrets = APIResource(group: "", version: "v1", plural: "secrets", isNamespaced: true)
    /// ServiceAccounts, of which none is ever listed.
    package static let serviceAccounts = APIResource(
        group: "", version: "v1", plural: "serviceaccounts", isNamespaced: true)

    /// Events, which are only written.
    package static let events = APIResource(
        group: "events.k8s.io", version: "v1", plural: "events", isNamespaced: true)
    /// Leases, of which one is this house's.
    package static let leases = APIResource(
        group: "coordination.k8s.io", version: "v1", plural: "leases", isNamespaced: true)

    /// The path of all objects of the kind, in all namespaces; with a prefix in front where the server has one.
    var path: String {
        group.isEmpty ? "/api/\(version)/\(plural)" : "/apis/\(group)/\(version)/\(plural)"
    }

    /// The path of one object, whose names were checked.
    func path(namespace: String, name: String) -> String { "\(path(namespace: namespace))/\(name)" }

    /// The path of all objects of a namespace, which was checked.
    func path(namespace: String) -> String {
        let root = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
        return isNamespaced ? "\(root)/namespaces/\(namespace)/\(plural)" : "\(root)/\(plural)"
    }
}
