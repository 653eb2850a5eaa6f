internal import Primitives

/// The manifest or index of an image: the exact bytes, and the digest that was computed from them here.
package struct Manifest: Hashable, Sendable {
    /// SHA-256 of `body`; what a registry claims in headers plays no part in it.
    package let digest: ImageDigest
    /// One of the four types of `MediaType`.
    package let mediaType: String
    /// The bytes as the registry sent them.
    package let body: [UInt8]
    /// Whether the registry shows it to everybody: no credential was needed.
    package let isPublic: Bool
    /// What came with it about signatures that the registry keeps.
    package let signatureExtension: SignatureExtension

    /// Takes what a registry sent, if it is one of the types that are asked for and says so without contradiction.
    ///
    /// Refuses what two readers could take for two things (CVE-2021-41190): a body whose `mediaType` differs from the
    /// Content-Type, an index with layers or a configuration, an image with manifests, repeated keys, and keys that
    /// only a reader who folds case takes for these.
    ///
    /// - Parameter contentType: the value of the Content-Type field; its parameters are ignored.
    init(
        body: [UInt8], contentType: String?, isPublic: Bool = false,
        signatureExtension: SignatureExtension = .unannounced
    ) throws(Problem) {
        let root = try Self.object(parsing: body)
        try Self.refuseFoldedKeys(in: root, of: Self.wellKnownKeys)
        guard root["schemaVersion"]?.integer == 2 else {
            throw root["schemaVersion"]?.integer == 1 ? .schemaOne : .noSchemaVersion
        }
        let type = try Self.mediaType(declared: contentType, inBody: root["mediaType"])
        let hasManifests = root["manifests"] != nil
        let hasLayers = root["layers"] != nil || root["config"] != nil || root["fsLayers"] != nil
        guard hasManifests == type.isIndex, hasLayers != type.isIndex else { throw .ambiguousContent }
        digest = .sha256(of: body)
        mediaType = type.rawValue
        self.body = body
        self.isPublic = isPublic
        self.signatureExtension = signatureExtension
    }

    /// The value of the Accept field: all types in one field, because proxies exist that keep one line of several.
    /// Schema 1 is asked for too, so that it can be refused by its name.
    static let accept =
        (MediaType.allCases.map(\.rawValue)
        + ["application/vnd.docker.distribution.manifest.v1+prettyjws;q=0.1"])
        .joined(separator: ", ")
}

extension Manifest {
    /// The documents that name an image's bytes.
    enum MediaType: String, CaseIterable {
        case ociImage = "application/vnd.oci.image.manifest.v1+json"
        case ociIndex = "application/vnd.oci.image.index.v1+json"
        case dockerImage = "application/vnd.docker.distribution.manifest.v2+json"
        case dockerList = "application/vnd.docker.distribution.manifest.list.v2+json"

        /// Whether it lists manifests instead of layers.
        var isIndex: Bool { self == .ociIndex || self == .dockerList }
    }

    /// What is wrong with a body that should be a manifest.
    package enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
        case notJSON(String)
        case schemaOne
        case noSchemaVersion
        case wrongMediaType(String)
        case contradiction(header: String, body: String)
        case ambiguousContent
        case foldedKey(String)
        /// More manifests in an index than are looked at.
        case tooManyManifests(limit: Int)
        /// An index that lists another.
        case nestedIndex
        /// An entry of an index that names no manifest.
        case unusableEntry(String)

        /// One clause for a message.
        package var description: String {
            switch self {
            case .notJSON(let why): "it is not JSON: \(why)"
            case .schemaOne: "it is of schema 1, which cannot be verified; push the image again with a current tool"
            case .noSchemaVersion: "its schemaVersion is not 2"
            case .wrongMediaType(let type): "its type is \"\(PlainText.make(from: type, limit: 120))\", not an image's"
            case .contradiction(let header, let body):
                "its Content-Type \"\(PlainText.make(from: header, limit: 120))\" is not its mediaType"
                    + " \"\(PlainText.make(from: body, limit: 120))\""
            case .ambiguousContent: "its content does not fit its type: manifests beside layers, or neither"
            case .foldedKey(let key): "its key \"\(PlainText.make(from: key, limit: 40))\" can be taken for another"
            case .tooManyManifests(let limit): "it lists more than \(limit) manifests"
            case .nestedIndex: "it lists another index"
            case .unusableEntry(let why): "an entry of its list cannot be used: \(why)"
            }
        }
    }

    static func object(parsing body: [UInt8]) throws(Problem) -> JSONValue {
        do throws(JSONError) {
            let root = try JSONDocument(parsing: body, limit: Limits.manifestBytes).root
            if root.kind == .object { return root }
        } catch {
            throw .notJSON(error.description)
        }
        throw .notJSON("it is not an object")
    }

    private static func mediaType(declared: String?, inBody: JSONValue?) throws(Problem) -> MediaType {
        let header = declared.map(withoutParameters)
        guard let body = inBody?.string else {
            guard inBody == nil else { throw .wrongMediaType("") }
            return try known(header ?? "")
        }
        if let header, header != body.lowercased() { throw .contradiction(header: header, body: body) }
        return try known(body)
    }

    private static func known(_ type: String) throws(Problem) -> MediaType {
        if let known = MediaType(rawValue: type) { return known }
        throw type.hasPrefix("application/vnd.docker.distribution.manifest.v1+") ? .schemaOne : .wrongMediaType(type)
    }

    /// `Type/subtype; parameter` → `type/subtype` (RFC 9110 §8.3.1: compared without regard to case).
    private static func withoutParameters(_ contentType: String) -> String {
        String(contentType.prefix { $0 != ";" && $0 != " " && $0 != "\t" }).lowercased()
    }

    /// Go's decoder, which most readers of manifests use, takes `Manifests` and even `manifeſts` for `manifests`.
    static func refuseFoldedKeys(in object: JSONValue, of wellKnownKeys: [String]) throws(Problem) {
        for member in object.members {
            let key = member.key
            let folded = key.uppercased().lowercased()
            if let known = wellKnownKeys.first(where: { $0.lowercased() == folded }), !member.hasKey(known) {
                throw .foldedKey(key)
            }
        }
    }

    private static let wellKnownKeys = ["schemaVersion", "mediaType", "manifests", "layers", "config", "fsLayers"]
}
