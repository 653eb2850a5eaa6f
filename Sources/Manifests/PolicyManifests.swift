package import Kubernetes
package import Policies
private import Primitives

/// The policies, Secrets and ServiceAccounts of files on disk: what Ostiary decides by without an API server.
package struct PolicyManifests: Sendable {
    /// In the order of the files.
    package private(set) var policies: [ImagePolicy] = []
    package private(set) var secrets: [SecretObject] = []
    package private(set) var serviceAccounts: [ServiceAccount] = []
    /// What was passed over because it is of no kind that is read here, and what was read as something newer; a line
    /// each.
    package private(set) var notices: [String] = []
    /// All that is wrong, in the order of the files. While there is a problem it cannot be told what the policies say, so
    /// nothing may be decided by them. (A policy that could be read but asks for what this version does not know is no
    /// problem in this sense: see `ImagePolicy.flaws`.)
    package private(set) var problems: [ManifestError] = []

    private var sources: [ObjectName: ManifestSource] = [:]

    /// Where an object is that does not say so, as for `kubectl`.
    package static let defaultNamespace = "default"

    /// Reads files, and folders: of a folder the files `*.yaml`, `*.yml` and `*.json` in the order of their names, without
    /// those whose name begins with a dot and without the folders in it.
    package init(reading paths: [String]) {
        for path in paths {
            for file in PolicyFolder.files(at: path) { read(file) }
        }
    }

    /// Takes objects that were read before.
    package init(_ documents: [ManifestDocument]) {
        for document in documents { add(document) }
    }

    /// The store of these objects.
    ///
    /// - Throws: the first problem, when there is one.
    package func store() throws(ManifestError) -> PolicyStore {
        if let problem = problems.first { throw problem }
        do throws(PolicyError) {
            return try PolicyStore(policies: policies, secrets: secrets, serviceAccounts: serviceAccounts)
        } catch {
            throw .policy(error)
        }
    }

    /// A kind and a key.
    private struct ObjectName: Hashable {
        let kind: String
        let key: ObjectKey
    }

    private mutating func read(_ file: String) {
        do throws(ManifestError) {
            for document in try ManifestReader.read(file) { add(document) }
        } catch {
            problems.append(error)
        }
    }

    private mutating func add(_ document: ManifestDocument) {
        do throws(ManifestError) {
            switch document.kind {
            case "ImagePolicy", "ClusterImagePolicy": try addPolicy(document)
            case "Secret": try addSecret(document)
            case "ServiceAccount": try addServiceAccount(document)
            default:
                let kind = QuotedText.escape(document.kind, limit: 64)
                notices.append("\(document.source): \(kind) is not read here, passed over")
            }
        } catch {
            problems.append(error)
        }
    }

    private mutating func addPolicy(_ document: ManifestDocument) throws(ManifestError) {
        if PolicyConversion.isLegacy(document) {
            notices.append(
                "\(document.source): \(document.kind) of \(LegacyPolicy.apiVersion) is read as one of "
                    + "\(PolicyParser.apiVersion); `ostiary policy convert` rewrites it")
        } else {
            try expect(PolicyParser.apiVersion, of: document)
        }
        let object = try PolicyConversion.current(document)
        let policy: ImagePolicy
        do throws(PolicyError) {
            policy = try PolicyParser.parse(
                object, source: document.source.description, defaultNamespace: Self.defaultNamespace)
        } catch {
            throw .policy(error)
        }
        try register(document, as: policy.identity.key)
        policies.append(policy)
    }

    private mutating func addSecret(_ document: ManifestDocument) throws(ManifestError) {
        try expect("v1", of: document)
        let secret: SecretObject
        do throws(FieldError) {
            secret = try SecretObject(document.value, defaultNamespace: Self.defaultNamespace)
        } catch {
            throw .malformedObject(document.source, kind: document.kind, error)
        }
        try register(document, as: secret.key)
        secrets.append(secret)
    }

    private mutating func addServiceAccount(_ document: ManifestDocument) throws(ManifestError) {
        try expect("v1", of: document)
        let account: ServiceAccount
        do throws(FieldError) {
            account = try ServiceAccount(document.value, defaultNamespace: Self.defaultNamespace)
        } catch {
            throw .malformedObject(document.source, kind: document.kind, error)
        }
        try register(document, as: account.key)
        serviceAccounts.append(account)
    }

    private func expect(_ apiVersion: String, of document: ManifestDocument) throws(ManifestError) {
        guard document.apiVersion == apiVersion else {
            throw .wrongVersion(document.source, found: document.type, expected: apiVersion)
        }
    }

    private mutating func register(_ document: ManifestDocument, as key: ObjectKey) throws(ManifestError) {
        let name = ObjectName(kind: document.kind, key: key)
        if let first = sources[name] {
            let sources = [first.description, document.source.description]
            throw .policy(.duplicate(kind: document.kind, key, sources: sources))
        }
        sources[name] = document.source
    }
}
