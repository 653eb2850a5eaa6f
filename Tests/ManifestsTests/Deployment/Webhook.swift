import Primitives
import Testing

/// A write that the API server is asked for, as far as webhooks are chosen by it.
struct Write: Hashable, Sendable {
    var operation = "CREATE"
    var group = ""
    var version = "v1"
    /// With its subresource, if there is one: `pods/ephemeralcontainers`.
    var resource: String
    /// Nil for objects that are in no namespace.
    var namespace: String?
}

/// A webhook of a configuration, with the semantics of the API server: which writes it is asked about.
struct Webhook: Sendable {
    private struct Rule: Sendable {
        let groups: [String]
        let versions: [String]
        let resources: [String]
        let operations: [String]
        let scope: String
    }

    private struct Requirement: Sendable {
        let key: String
        let operation: String
        let values: [String]
    }

    let name: String
    /// All else that the configuration says of it.
    let value: JSONValue
    private let rules: [Rule]
    private var requirements: [Requirement]

    init(_ value: JSONValue) throws {
        self.value = value
        name = try #require(value["name"]?.string)
        try #require(value["objectSelector"] == nil, "labels of an object belong to who asks for it")
        rules = try #require(value["rules"]).elements.map { rule in
            Rule(
                groups: try #require(rule["apiGroups"]).strings, versions: try #require(rule["apiVersions"]).strings,
                resources: try #require(rule["resources"]).strings,
                operations: try #require(rule["operations"]).strings, scope: rule["scope"]?.string ?? "*")
        }
        let selector = value["namespaceSelector"]
        let labels = selector?["matchLabels"]?.texts ?? [:]
        requirements = labels.map { Requirement(key: $0.key, operation: "In", values: [$0.value]) }
        requirements +=
            try selector?["matchExpressions"]?.elements.map { expression in
                Requirement(
                    key: try #require(expression["key"]?.string),
                    operation: try #require(expression["operator"]?.string),
                    values: expression["values"]?.strings ?? [])
            } ?? []
    }

    /// Whether the API server asks it about a write.
    func isAsked(about write: Write) -> Bool {
        rules.contains { Self.matches($0, write) } && selects(write.namespace)
    }

    /// The same webhook that also leaves out these namespaces, or, without any, leaves out none.
    func leavingOut(_ namespaces: String...) -> Webhook {
        var other = self
        other.requirements =
            namespaces.isEmpty
            ? []
            : requirements + [Requirement(key: Self.nameLabel, operation: "NotIn", values: namespaces)]
        return other
    }

    /// The only label that a namespace has in any case: the API server sets it.
    private static let nameLabel = "kubernetes.io/metadata.name"

    private static func matches(_ rule: Rule, _ write: Write) -> Bool {
        let has = { (list: [String], value: String) in list.contains("*") || list.contains(value) }
        let parts = write.resource.split(separator: "/")
        let isResource = rule.resources.contains { pattern in
            if pattern == "*/*" || pattern == write.resource { return true }
            guard parts.count == 2 else { return pattern == "*" }
            return pattern == "\(parts[0])/*" || pattern == "*/\(parts[1])"
        }
        let isInScope = rule.scope == "*" || (rule.scope == "Namespaced") == (write.namespace != nil)
        return isResource && isInScope && has(rule.groups, write.group) && has(rule.versions, write.version)
            && has(rule.operations, write.operation)
    }

    private func selects(_ namespace: String?) -> Bool {
        // What is in no namespace is always selected.
        guard let namespace else { return true }
        let labels = [Self.nameLabel: namespace]
        return requirements.allSatisfy { requirement in
            switch requirement.operation {
            case "In": labels[requirement.key].map(requirement.values.contains) ?? false
            case "NotIn": labels[requirement.key].map { !requirement.values.contains($0) } ?? true
            case "Exists": labels[requirement.key] != nil
            default: labels[requirement.key] == nil
            }
        }
    }
}
