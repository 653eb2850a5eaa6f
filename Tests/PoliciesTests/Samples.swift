import Kubernetes
import Policies
import Primitives
import Testing

/// A JSON value from its text.
func json(_ text: String) throws -> JSONValue {
    try JSONDocument(parsing: Array(text.utf8)).root
}

/// An ImagePolicy of the namespace `shop`, or a ClusterImagePolicy, with this `spec`.
func policy(
    _ kind: PolicyIdentity.Kind = .clusterImagePolicy, named name: String = "default", in namespace: String = "shop",
    spec: String, source: String? = nil
) throws -> ImagePolicy {
    let place = kind == .imagePolicy ? #","namespace":"\#(namespace)""# : ""
    let text = """
        {"apiVersion":"portieris.cloud.ibm.com/v1","kind":"\(kind.rawValue)","metadata":{"name":"\(name)"\(place)},
         "spec":\(spec)}
        """
    return try PolicyParser.parse(json(text), source: source)
}

/// A policy with one entry.
func policy(
    _ kind: PolicyIdentity.Kind = .clusterImagePolicy, pattern: String = "*", policy text: String
) throws -> ImagePolicy {
    try policy(kind, spec: #"{"repositories":[{"name":"\#(pattern)","policy":\#(text)}]}"#)
}

/// A policy whose entries allow these patterns.
func allowing(
    _ patterns: [String], _ kind: PolicyIdentity.Kind = .clusterImagePolicy, named name: String = "default",
    in namespace: String = "shop"
) throws -> ImagePolicy {
    let entries = patterns.map { #"{"name":"\#($0)","policy":{}}"# }.joined(separator: ",")
    return try policy(kind, named: name, in: namespace, spec: "{\"repositories\":[\(entries)]}")
}

/// A Secret with one value in plain text.
func secret(_ name: String, in namespace: String, value key: String = "key", _ text: String = "ring") throws
    -> SecretObject
{
    try SecretObject(
        json(#"{"metadata":{"name":"\#(name)","namespace":"\#(namespace)"},"stringData":{"\#(key)":"\#(text)"}}"#))
}
