import Foundation

/// The manifests that tests configure Ostiary with.
enum Manifest {
    /// A ClusterImagePolicy; each entry is a pattern and the JSON of its `policy`.
    static func cluster(_ entries: KeyValuePairs<String, String>, name: String = "default") -> String {
        policy("ClusterImagePolicy", #"{"name":"\#(name)"}"#, entries)
    }

    /// An ImagePolicy.
    static func namespaced(
        _ namespace: String, _ entries: KeyValuePairs<String, String>, name: String = "default"
    ) -> String {
        policy("ImagePolicy", #"{"name":"\#(name)","namespace":"\#(namespace)"}"#, entries)
    }

    /// The JSON of a `policy` with simple signing.
    static func simple(
        store: String? = nil, storeSecret: String? = nil, mutateImage: Bool? = nil, _ requirements: String...
    ) -> String {
        var simple: [String] = []
        if let store { simple.append(#""storeURL":"\#(store)""#) }
        if let storeSecret { simple.append(#""storeSecret":"\#(storeSecret)""#) }
        simple.append(#""requirements":[\#(requirements.joined(separator: ","))]"#)
        let mutation = mutateImage.map { #""mutateImage":\#($0),"# } ?? ""
        return "{\(mutation)\"simple\":{\(simple.joined(separator: ","))}}"
    }

    /// The JSON of a requirement; `identity` is that of its `signedIdentity`.
    static func signedBy(_ secret: String, in namespace: String? = nil, identity: String? = nil) -> String {
        var members = [#""type":"signedBy""#, #""keySecret":"\#(secret)""#]
        if let namespace { members.append(#""keySecretNamespace":"\#(namespace)""#) }
        if let identity { members.append(#""signedIdentity":\#(identity)"#) }
        return "{\(members.joined(separator: ","))}"
    }

    static let anything = #"{"type":"insecureAcceptAnything"}"#
    static let reject = #"{"type":"reject"}"#

    /// A Secret with base 64 values, as `kubectl get -o yaml` shows it.
    static func secret(_ name: String, in namespace: String, _ values: KeyValuePairs<String, [UInt8]>) -> String {
        let data = values.map { #""\#($0)":"\#(Data($1).base64EncodedString())""# }.joined(separator: ",")
        return """
            {"apiVersion":"v1","kind":"Secret","metadata":{"name":"\(name)","namespace":"\(namespace)"},\
            "data":{\(data)}}
            """
    }

    /// A Secret with a key ring.
    static func key(_ name: String, in namespace: String, _ ring: [UInt8]) -> String {
        secret(name, in: namespace, ["key": ring])
    }

    /// A Secret as `kubectl create secret docker-registry` makes it.
    static func pullSecret(
        _ name: String, in namespace: String, registry: String, username: String, password: String
    ) -> String {
        let auth = Data("\(username):\(password)".utf8).base64EncodedString()
        let config = """
            {"auths":{"\(registry)":{"username":"\(username)","password":"\(password)","auth":"\(auth)"}}}
            """
        return secret(name, in: namespace, [".dockerconfigjson": Array(config.utf8)])
    }

    static func serviceAccount(_ name: String, in namespace: String, pullSecrets: String...) -> String {
        let names = pullSecrets.map { #"{"name":"\#($0)"}"# }.joined(separator: ",")
        return """
            {"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"\(name)","namespace":"\(namespace)"},\
            "imagePullSecrets":[\(names)]}
            """
    }

    private static func policy(
        _ kind: String, _ metadata: String, _ entries: KeyValuePairs<String, String>
    ) -> String {
        let repositories = entries.map { #"{"name":"\#($0)","policy":\#($1)}"# }.joined(separator: ",")
        return """
            {"apiVersion":"portieris.cloud.ibm.com/v1","kind":"\(kind)","metadata":\(metadata),\
            "spec":{"repositories":[\(repositories)]}}
            """
    }
}
