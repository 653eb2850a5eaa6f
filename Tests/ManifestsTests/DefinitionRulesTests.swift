import Primitives
import Testing

/// The rules (CEL) of the schema. Here it is only seen that they are there and name what exists: they were run once, by
/// hand, in another implementation of the language.
@Suite("Rules of the definitions")
struct DefinitionRulesTests {
    private struct Rule {
        let path: String
        let node: StructuralSchema
        let json: JSONValue

        var text: String { json["rule"]?.string ?? "" }
        var message: String { json["message"]?.string ?? "" }
        /// The members of `self` that it reads.
        var fields: [String] { text.matches(of: #/self\.([A-Za-z]+)\b(?!\()/#).map { String($0.1) } }
    }

    private func rules() throws -> [Rule] {
        try ResourceDefinition.imagePolicies.schema().nodes().flatMap { path, node in
            node.json["x-kubernetes-validations"]?.elements.map { Rule(path: path, node: node, json: $0) } ?? []
        }
    }

    @Test("stand where a policy could be written that refuses whatever comes")
    func places() throws {
        let requirement = "spec.repositories[].policy.simple.requirements[]"
        #expect(
            try rules().map { "\($0.path): \($0.json["fieldPath"]?.string ?? "")" } == [
                ": .spec", "spec: .repositories", "spec.repositories[].policy: .maxAge", "\(requirement): .keySecret",
                "\(requirement).signedIdentity: .dockerReference", "\(requirement).signedIdentity: .dockerRepository",
                "\(requirement).signedIdentity: ", "spec.repositories[].policy.simple.storeURL: ",
                "spec.repositories[].policy.simple.storeURLs[]: ",
            ])
    }

    @Test("have a message of one line and a reason that the API server knows")
    func messages() throws {
        for rule in try rules() {
            #expect(!rule.message.isEmpty && rule.message.count <= 2048 && !rule.message.contains("\n"), "\(rule.path)")
            #expect(["FieldValueRequired", "FieldValueInvalid"].contains(rule.json["reason"]?.string), "\(rule.path)")
            let keys = ["rule", "message", "reason", "fieldPath"]
            #expect(rule.json.members.allSatisfy { keys.contains($0.key) }, "\(rule.path)")
        }
    }

    @Test("read fields that exist, are never null, and are there or asked for first")
    func fields() throws {
        for rule in try rules() {
            let place: Comment = "\(rule.path): \(rule.text)"
            #expect(rule.fields.isEmpty == (rule.node.type == "string"), place)
            for name in rule.fields {
                let field = try #require(rule.node.property(name), place)
                #expect(!field.isNullable, place)
                #expect(rule.node.required.contains(name) || rule.text.contains("has(self.\(name))"), place)
            }
            if let path = rule.json["fieldPath"]?.string {
                #expect(rule.node.property(String(path.dropFirst())) != nil, place)
            }
        }
    }

    @Test("compare with texts that the field may hold")
    func comparedValues() throws {
        for rule in try rules() {
            for match in rule.text.matches(of: #/self\.([A-Za-z]+) != '([^']+)'/#) {
                let values = try #require(rule.node.property(String(match.1))?.enumeration)
                #expect(values.contains(String(match.2)), "\(rule.path): \(match.2)")
            }
        }
    }

    /// The API server multiplies what a rule may cost by how often it may be asked, and refuses a definition in which that
    /// is over ten million. Texts may be long, so searching one is what is too dear.
    @Test("search no text where there may be thousands of it, so that the API server takes them")
    func cost() throws {
        for rule in try rules() {
            for call in [".contains(", ".matches(", "ndexOf(", ".split(", ".find(", ".replace(", ".all(", ".exists("] {
                #expect(!rule.text.contains(call), "\(rule.path): \(call)")
            }
            let operations = rule.text.split(separator: " ").count * 4
            #expect(try places(rule.path) * operations < 10_000_000, "\(rule.path)")
        }
    }

    /// How many values there can be at a path.
    private func places(_ path: String) throws -> Int {
        let lists = try ResourceDefinition.imagePolicies.schema().nodes().filter { node in
            node.schema.type == "array" && path.hasPrefix(node.path + "[]")
        }
        return try lists.reduce(1) { product, list in
            product * Int(try #require(list.schema.json["maxItems"]?.integer))
        }
    }
}
