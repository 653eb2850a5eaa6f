import HTTP
import Kubernetes
import Policies
import Primitives
import Registry
import Support
import Testing
import Verification

@testable import Admission

/// A JSON value from its text.
func json(_ text: String) throws -> JSONValue {
    try JSONDocument(parsing: Array(text.utf8)).root
}

/// What entries of policies ask for.
enum Ask {
    static let nothing = "{}"
    static let anything = #"{"simple":{"requirements":[{"type":"insecureAcceptAnything"}]}}"#
    static let anythingUnpinned =
        #"{"mutateImage":false,"simple":{"requirements":[{"type":"insecureAcceptAnything"}]}}"#
    /// With the tag kept.
    static let tagged =
        #"{"pin":"name:tag@digest","simple":{"requirements":[{"type":"insecureAcceptAnything"}]}}"#
    static let reject = #"{"simple":{"requirements":[{"type":"reject"}]}}"#
    static let signature =
        #"{"simple":{"requirements":[{"type":"signedBy","keySecret":"release"}],"storeURL":"https://sigs.e.com"}}"#
    static let notary = #"{"trust":{"enabled":true}}"#
}

/// A pattern and what stands under its `policy`.
typealias Entry = (pattern: String, policy: String)

/// A ClusterImagePolicy named `default` with these entries.
func clusterPolicy(_ entries: [Entry]) throws -> ImagePolicy {
    let repositories = try entries.map { entry -> JSON in
        ["name": .string(entry.pattern), "policy": .verbatim(try json(entry.policy))]
    }
    let object: JSON = [
        "apiVersion": "portieris.cloud.ibm.com/v1", "kind": "ClusterImagePolicy", "metadata": ["name": "default"],
        "spec": ["repositories": .array(repositories)],
    ]
    return try PolicyParser.parse(JSONDocument(parsing: object.serialized()).root)
}

/// A Secret with values in plain text.
func secret(_ name: String, in namespace: String = "shop", _ values: [String: String]) throws -> SecretObject {
    let object: JSON = [
        "metadata": ["name": .string(name), "namespace": .string(namespace)],
        "stringData": .object(values.map { (key: $0.key, value: .string($0.value)) }),
    ]
    return try SecretObject(JSONDocument(parsing: object.serialized()).root)
}

/// A ServiceAccount of the namespace `shop`.
func account(_ name: String, pullSecrets: [String]) throws -> ServiceAccount {
    let names = pullSecrets.map { #"{"name":"\#($0)"}"# }.joined(separator: ",")
    return try ServiceAccount(
        json(#"{"metadata":{"name":"\#(name)","namespace":"shop"},"imagePullSecrets":[\#(names)]}"#))
}

/// A whole house: policies of the test's choice over a network of the test's choice.
struct House {
    let network: FakeNetwork
    var store: PolicyStore
    var rule = KeyNamespaceRule(ownNamespace: "ostiary", isStrict: false)
    /// What the file of `--registry-config` holds.
    var ownConfig = #"{"auths":{}}"#

    /// One cluster policy with these entries.
    init(_ network: FakeNetwork = FakeNetwork(), _ entries: [Entry], secrets: [SecretObject] = []) throws {
        self.network = network
        store = try PolicyStore(policies: [clusterPolicy(entries)], secrets: secrets)
    }

    var examiner: ImageExaminer {
        let verifier = ImageVerifier(
            registry: RegistryClient(exchange: network), store: SignatureStore(exchange: network))
        return ImageExaminer(verifier: verifier, keyRule: rule) { [ownConfig] in
            let config = try? DockerConfig(parsingDockerConfigJSON: Array(ownConfig.utf8), origin: "--registry-config")
            return Keychain([config].compactMap(\.self))
        }
    }

    var doorkeeper: Doorkeeper {
        Doorkeeper(examiner: examiner) { [store] in store }
    }

    /// What comes of one image in the namespace `shop`.
    func examine(_ image: String, pullSecrets: [String] = []) async -> Examination {
        let secrets = PullSecrets(of: [PullSource(secrets: pullSecrets)], namespace: "shop", in: store)
        return await examiner.examine(image, pulling: secrets, under: store, at: .validate, by: soon)
    }

    /// The verdict on a review.
    func review(
        _ body: String, at endpoint: Endpoint = .admit, by deadline: Deadline = soon
    ) async throws -> Verdict {
        try await doorkeeper.review(
            AdmissionReview(parsing: Array(body.utf8)).request, at: endpoint, by: deadline)
    }
}

/// Long enough for any test.
var soon: Deadline { .after(.seconds(100)) }

/// The body of a review of a new pod in the namespace `shop` with a container of each image.
func podReview(_ images: [String], pullSecrets: [String] = []) -> String {
    let containers = images.enumerated().map { index, image -> JSON in
        ["name": .string("c\(index)"), "image": .string(image)]
    }
    let secrets = pullSecrets.map { name -> JSON in ["name": .string(name)] }
    let spec: JSON = ["containers": .array(containers), "imagePullSecrets": .array(secrets)]
    return review(["kind": "Pod", "apiVersion": "v1", "metadata": [:], "spec": spec])
}

/// The body of a review with the uid `u-1` of an object in the namespace `shop`.
func review(
    _ object: JSON, old: JSON = .null, group: String = "", resource: String = "pods", subResource: String = "",
    kind: String = "Pod", operation: String = "CREATE", isDryRun: Bool = false
) -> String {
    let request: JSON = [
        "uid": "u-1", "userInfo": ["username": "kim"],
        "kind": ["group": .string(group), "version": "v1", "kind": .string(kind)],
        "resource": ["group": .string(group), "version": "v1", "resource": .string(resource)],
        "subResource": .string(subResource), "name": "web", "namespace": "shop", "operation": .string(operation),
        "object": object, "oldObject": old, "dryRun": .boolean(isDryRun),
    ]
    let review: JSON = ["kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": request]
    return String(decoding: review.serialized(), as: UTF8.self)
}

/// The manifest of a small image.
let manifest = #"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{},"layers":[]}"#
let digest = ImageDigest.sha256(of: Array(manifest.utf8))

extension FakeNetwork {
    /// Puts the small image under these names.
    func putImages(_ images: String...) throws {
        for image in images { put(.manifest(manifest), at: try manifestURL(image)) }
    }
}

/// Where the manifest of an image is asked for.
func manifestURL(_ image: String) throws -> String {
    let image = try ImageReference(parsing: image).withDefaultTag()
    let version = image.digest?.description ?? image.tag ?? ""
    return "https://\(image.registryHost.lowercased())/v2/\(image.path)/manifests/\(version)"
}

extension Examination.Outcome {
    /// The case's name.
    var name: String {
        switch self {
        case .notRequired: "not required"
        case .verified: "verified"
        case .refused: "refused"
        case .undecided: "undecided"
        }
    }
}
