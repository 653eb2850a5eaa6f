import Manifests
import Primitives
import Testing

/// The definitions in `deploy/crds`: what the API server asks of a structural schema, and what we ask of ours.
@Suite("Custom resource definitions")
struct CustomResourceDefinitionTests {
    @Test("are named as Portieris' are", arguments: ResourceDefinition.allCases)
    func names(definition: ResourceDefinition) throws {
        let document = try definition.document()
        let plural = definition.rawValue
        #expect(document["apiVersion"]?.string == "apiextensions.k8s.io/v1")
        #expect(document["kind"]?.string == "CustomResourceDefinition")
        #expect(document["metadata"]?["name"]?.string == "\(plural).portieris.cloud.ibm.com")
        let spec = try #require(document["spec"])
        #expect(spec["group"]?.string == "portieris.cloud.ibm.com")
        #expect(spec["scope"]?.string == (definition == .imagePolicies ? "Namespaced" : "Cluster"))
        let names = try #require(spec["names"])
        #expect(names["kind"]?.string == definition.kind)
        #expect(names["listKind"]?.string == definition.kind + "List")
        #expect(names["plural"]?.string == plural)
        #expect(names["singular"]?.string == definition.kind.lowercased())
        #expect(text(names["shortNames"]) == (definition == .imagePolicies ? #"["ipol"]"# : #"["cipol"]"#))
        #expect(text(names["categories"]) == #"["ostiary"]"#)
    }

    @Test("have one version, which is served and stored, a status of its own, and columns")
    func version() throws {
        for definition in ResourceDefinition.allCases {
            let version = try definition.version()
            #expect(version["name"]?.string == "v1")
            #expect(version["served"]?.boolean == true)
            #expect(version["storage"]?.boolean == true)
            #expect(text(version["subresources"]) == #"{"status":{}}"#)
            let columns = version["additionalPrinterColumns"]?.elements.compactMap { $0["name"]?.string }
            #expect(columns == ["Ready", "Keys", "Reason", "Age"])
        }
    }

    @Test("say the same, word for word, but for what a policy of each kind is for")
    func sameSchema() throws {
        let one = try ResourceDefinition.imagePolicies.version()
        let other = try ResourceDefinition.clusterImagePolicies.version()
        for key in ["subresources", "additionalPrinterColumns"] { #expect(text(one[key]) == text(other[key])) }
        let schemas = try ResourceDefinition.allCases.map { try $0.schema().json }
        #expect(schemas[0].members.map(\.key) == schemas[1].members.map(\.key))
        for key in schemas[0].members.map(\.key) where key != "description" {
            #expect(text(schemas[0][key]) == text(schemas[1][key]))
        }
    }

    @Test("describe each field, and bound each text and list")
    func describedAndBounded() throws {
        for (path, node) in try ResourceDefinition.imagePolicies.schema().nodes() {
            let type = try #require(node.type, "\(path)")
            #expect(["object", "array", "string", "boolean", "integer"].contains(type), "\(path)")
            // The API server refuses any word about `metadata`, and describes it by itself.
            if path != "metadata" { #expect(node.json["description"]?.string?.hasSuffix(".") ?? false, "\(path)") }
            switch type {
            case "array":
                #expect(node.items != nil && node.json["maxItems"]?.integer != nil, "\(path)")
                #expect(["atomic", "map"].contains(node.json["x-kubernetes-list-type"]?.string), "\(path)")
            case "string":
                let isBounded = ["maxLength", "enum", "format"].contains { node.json[$0] != nil }
                #expect(isBounded, "\(path)")
            default: break
            }
        }
    }

    /// A word that the API server does not know is dropped without a sound, and with it what it was meant to ask.
    private static let keywords: Set = [
        "type", "description", "properties", "items", "required", "nullable", "enum", "format", "pattern", "minLength",
        "maxLength", "maxItems", "minimum", "maximum", "anyOf", "not", "x-kubernetes-list-type",
        "x-kubernetes-list-map-keys",
        "x-kubernetes-validations",
    ]

    @Test("use the keywords of a structural schema only, and nothing that fills in or lets through")
    func keywords() throws {
        for (path, node) in try ResourceDefinition.imagePolicies.schema().nodes() {
            for member in node.json.members { #expect(Self.keywords.contains(member.key), "\(path): \(member.key)") }
            for name in node.required + node.texts("x-kubernetes-list-map-keys") {
                #expect((node.items ?? node).property(name) != nil, "\(path): \(name)")
            }
            for alternative in node.json["anyOf"]?.elements.map({ StructuralSchema(json: $0) }) ?? [] {
                #expect(alternative.json.members.map(\.key) == ["properties"], "\(path)")
                for (name, part) in alternative.properties {
                    #expect(node.property(name) != nil, "\(path): \(name)")
                    #expect(part.type == nil && part.json["description"] == nil, "\(path): \(name)")
                }
            }
        }
    }

    @Test("have each field of Portieris' and ours with its type, and no other")
    func fields() throws {
        let schema = try ResourceDefinition.imagePolicies.schema()
        let spec = try #require(schema.property("spec")).nodes(at: "spec").map { "\($0.path): \($0.schema.type ?? "")" }
        #expect(Set(spec).symmetricDifference(PolicyFields.all.map { "\($0.path): \($0.type)" }) == [])
        #expect(schema.properties.map(\.key) == ["apiVersion", "kind", "metadata", "spec", "status"])
    }

    @Test("have all values that Portieris has, and ask for no more fields than it does")
    func valuesOfPortieris() throws {
        let nodes = try ResourceDefinition.imagePolicies.schema().nodes()
        for (path, node) in nodes where path.hasPrefix("spec") || path.isEmpty {
            let values = PolicyFields.portierisValues[path] ?? []
            #expect(Set(values).isSubset(of: node.enumeration ?? []), "\(path)")
            let needsType = [PolicyFields.requirementType, PolicyFields.identityType].contains(path + ".type")
            #expect(node.required == (needsType ? ["type"] : []), "\(path)")
        }
        let nullable = nodes.filter(\.schema.isNullable).map(\.path)
        #expect(
            nullable == [
                "spec.repositories[].policy", "spec.repositories[].policy.simple.requirements",
            ])
    }

    @Test("shape the conditions of a status as every controller does")
    func conditions() throws {
        let status = try #require(try ResourceDefinition.imagePolicies.schema().property("status"))
        #expect(status.properties.map(\.key) == ["observedGeneration", "conditions"])
        let conditions = try #require(status.property("conditions"))
        #expect(conditions.json["x-kubernetes-list-type"]?.string == "map")
        #expect(conditions.texts("x-kubernetes-list-map-keys") == ["type"])
        let condition = try #require(conditions.items)
        #expect(condition.required == ["type", "status", "lastTransitionTime", "reason", "message"])
        #expect(condition.property("status")?.enumeration == ["True", "False", "Unknown"])
    }
}
