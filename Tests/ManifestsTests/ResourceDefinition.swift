import Foundation
import Manifests
import Primitives
import Testing

/// One of the two files in `deploy/crds`.
enum ResourceDefinition: String, CaseIterable, Sendable {
    case imagePolicies = "imagepolicies"
    case clusterImagePolicies = "clusterimagepolicies"

    /// The kind that it defines.
    var kind: String { self == .imagePolicies ? "ImagePolicy" : "ClusterImagePolicy" }

    /// The definition, read as any manifest is.
    func document() throws -> JSONValue {
        let documents = try ManifestReader.read(Repository.path("deploy/crds/\(rawValue).yaml"))
        try #require(documents.count == 1)
        return documents[0].value
    }

    /// The only version in it.
    func version() throws -> JSONValue {
        let versions = try Array(#require(try document()["spec"]?["versions"]).elements)
        try #require(versions.count == 1)
        return versions[0]
    }

    /// The schema of that version.
    func schema() throws -> StructuralSchema {
        StructuralSchema(json: try #require(try version()["schema"]?["openAPIV3Schema"]))
    }

    /// What the schema says of an object.
    func problems(with object: JSONValue) throws -> [String] { try schema().problems(with: object) }
}

/// The folder that this test is built from.
enum Repository {
    static func path(_ name: String) -> String {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        return root.appendingPathComponent(name).path
    }

    /// The files of a folder and of the folders in it, by path.
    static func files(in folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path(folder)).filter { $0.contains(".") }.sorted()
            .map { path("\(folder)/\($0)") }
    }
}

/// Every field below `spec`, with its type. This one table is held against the schema and against what reads policies, so
/// that neither gains or loses a field alone.
enum PolicyFields {
    static let all: [(path: String, type: String)] = [
        ("spec", "object"),
        ("spec.repositories", "array"),
        ("spec.repositories[]", "object"),
        ("spec.repositories[].name", "string"),
        ("spec.repositories[].policy", "object"),
        ("spec.repositories[].policy.mutateImage", "boolean"),
        ("spec.repositories[].policy.anonymousPull", "boolean"),
        ("spec.repositories[].policy.multiArch", "string"),
        ("spec.repositories[].policy.maxAge", "string"),
        ("spec.repositories[].policy.onUnavailable", "string"),
        ("spec.repositories[].policy.pin", "string"),
        ("spec.repositories[].policy.trust", "object"),
        ("spec.repositories[].policy.trust.enabled", "boolean"),
        ("spec.repositories[].policy.trust.trustServer", "string"),
        ("spec.repositories[].policy.trust.signerSecrets", "array"),
        ("spec.repositories[].policy.trust.signerSecrets[]", "object"),
        ("spec.repositories[].policy.trust.signerSecrets[].name", "string"),
        ("spec.repositories[].policy.simple", "object"),
        ("spec.repositories[].policy.simple.requirements", "array"),
        ("spec.repositories[].policy.simple.requirements[]", "object"),
        ("spec.repositories[].policy.simple.requirements[].type", "string"),
        ("spec.repositories[].policy.simple.requirements[].keySecret", "string"),
        ("spec.repositories[].policy.simple.requirements[].keySecretNamespace", "string"),
        ("spec.repositories[].policy.simple.requirements[].keySecrets", "array"),
        ("spec.repositories[].policy.simple.requirements[].keySecrets[]", "string"),
        ("spec.repositories[].policy.simple.requirements[].threshold", "integer"),
        ("spec.repositories[].policy.simple.requirements[].signedIdentity", "object"),
        ("spec.repositories[].policy.simple.requirements[].signedIdentity.type", "string"),
        ("spec.repositories[].policy.simple.requirements[].signedIdentity.dockerReference", "string"),
        ("spec.repositories[].policy.simple.requirements[].signedIdentity.dockerRepository", "string"),
        ("spec.repositories[].policy.simple.requirements[].signedIdentity.prefix", "string"),
        ("spec.repositories[].policy.simple.requirements[].signedIdentity.signedPrefix", "string"),
        ("spec.repositories[].policy.simple.storeURL", "string"),
        ("spec.repositories[].policy.simple.storeSecret", "string"),
        ("spec.repositories[].policy.simple.storeURLs", "array"),
        ("spec.repositories[].policy.simple.storeURLs[]", "string"),
        ("spec.repositories[].policy.vulnerability", "object"),
        ("spec.repositories[].policy.vulnerability.ICCRVA", "object"),
        ("spec.repositories[].policy.vulnerability.ICCRVA.enabled", "boolean"),
        ("spec.repositories[].policy.vulnerability.ICCRVA.account", "string"),
    ]

    /// Where the texts stand that may only be one of a few, and which of them Portieris has.
    static let requirementType = "spec.repositories[].policy.simple.requirements[].type"
    static let identityType = "spec.repositories[].policy.simple.requirements[].signedIdentity.type"
    static let portierisValues = [
        requirementType: ["insecureAcceptAnything", "reject", "signedBy"],
        identityType: [
            "", "matchExact", "matchRepository", "matchExactRepository", "matchExactReference", "remapIdentity",
        ],
    ]

    /// An object with a value at one place, and nothing beside what leads there.
    static func object(with value: JSON, at path: String) throws -> JSONValue {
        var inner = value
        for step in path.split(separator: ".").reversed() {
            let isList = step.hasSuffix("[]")
            inner = .object([(key: String(isList ? step.dropLast(2) : step), value: isList ? [inner] : inner)])
        }
        guard case .object(let members) = inner else { return try JSONDocument(parsing: inner.serialized()).root }
        let root: JSON = .object(
            [
                ("apiVersion", "portieris.cloud.ibm.com/v1"), ("kind", "ClusterImagePolicy"),
                ("metadata", ["name": "a"]),
            ] + members)
        return try JSONDocument(parsing: root.serialized()).root
    }

    /// Any value of a type.
    static func value(of type: String) throws -> JSON {
        switch type {
        case "object": [:]
        case "array": []
        case "boolean": false
        default: ""
        }
    }
}
