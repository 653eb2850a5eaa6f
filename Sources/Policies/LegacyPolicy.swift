package import Primitives

/// Policies of Portieris before 0.10, which were objects of another group.
///
/// They had no schema, and two shapes. The later one is that of today's objects. In the earlier one, `simple` was the list
/// of requirements itself, their store stood beside it (`simpleStore`), and the scanner's block was named `va`.
package enum LegacyPolicy {
    /// Their apiVersion.
    package static let apiVersion = "securityenforcement.admission.cloud.ibm.com/v1beta1"

    /// The same policy as an object of `PolicyParser.apiVersion`. What has no place there stays where it is, so that
    /// whoever reads the result refuses it rather than losing it. Without the object's status.
    package static func modernised(_ object: JSONValue) -> JSON {
        rewritten(object) { key, value in
            switch key {
            case "apiVersion": [("apiVersion", .string(PolicyParser.apiVersion))]
            case "spec": [("spec", rewritten(value, member: "repositories", by: repositories))]
            case "status": []
            default: [(key, .verbatim(value))]
            }
        }
    }

    private static func repositories(_ value: JSONValue) -> JSON {
        guard value.kind == .array else { return .verbatim(value) }
        return .array(value.elements.map { rewritten($0, member: "policy", by: policy) })
    }

    private static func policy(_ policy: JSONValue) -> JSON {
        let simple = policy["simple"]
        let store = policy["simpleStore"].flatMap { storeFields(of: $0, beside: simple) }
        let movesScanner = policy["va"] != nil && policy["vulnerability"] == nil
        return rewritten(policy) { key, value in
            switch key {
            case "simple": [("simple", simpleBlock(value, with: store ?? []))]
            case "simpleStore" where store != nil:
                simple == nil ? [("simple", .object(store ?? []))] : []
            case "va" where movesScanner: [("vulnerability", ["ICCRVA": .verbatim(value)])]
            default: [(key, .verbatim(value))]
            }
        }
    }

    private static func simpleBlock(_ simple: JSONValue, with store: [(key: String, value: JSON)]) -> JSON {
        switch simple.kind {
        case .array: .object([("requirements", .verbatim(simple))] + store)
        case .object, .null: .object(simple.members.map { ($0.key, .verbatim($0.value)) } + store)
        default: .verbatim(simple)
        }
    }

    /// The members that `simpleStore` stands for; nil when it holds something else, or when `simple` is no place for them.
    private static func storeFields(
        of store: JSONValue, beside simple: JSONValue?
    ) -> [(key: String, value: JSON)]? {
        let names = ["url": "storeURL", "secret": "storeSecret"]
        guard store.kind == .object, store.members.allSatisfy({ names[$0.key] != nil }),
            simple.map({ $0.kind == .array || $0.kind == .object || $0.isNull }) ?? true,
            names.values.allSatisfy({ simple?[$0] == nil })
        else { return nil }
        return store.members.compactMap { member in
            names[member.key].map { (key: $0, value: .verbatim(member.value)) }
        }
    }

    private static func rewritten(
        _ object: JSONValue, member name: String, by change: (JSONValue) -> JSON
    ) -> JSON {
        rewritten(object) { key, value in [(key, key == name ? change(value) : .verbatim(value))] }
    }

    /// The object with other members in the place of each; a value that is no object stays as it is.
    private static func rewritten(
        _ object: JSONValue, _ change: (String, JSONValue) -> [(key: String, value: JSON)]
    ) -> JSON {
        guard object.kind == .object else { return .verbatim(object) }
        return .object(object.members.flatMap { change($0.key, $0.value) })
    }
}
