internal import Kubernetes
internal import Policies
internal import Primitives

/// The objects of files that can be read, and what is to be said of those that cannot.
struct LintedObjects {
    /// A policy, where it stands, and what it was read from, in today's form.
    struct LintedPolicy {
        let document: ManifestDocument
        let policy: ImagePolicy
    }

    /// A Secret and where it stands.
    struct LintedSecret {
        let document: ManifestDocument
        let secret: SecretObject
    }

    /// The files, in the order in which they were read.
    let files: [String]
    private(set) var policies: [LintedPolicy] = []
    private(set) var secrets: [LintedSecret] = []
    private(set) var findings: [LintFinding] = []
    /// How many objects there are of the two kinds of policies, those included that cannot be read.
    private(set) var policyCount = 0

    private var places: [LintFinding.Subject: ManifestSource] = [:]

    /// Reads files and folders.
    init(reading paths: [String]) {
        files = paths.flatMap(PolicyFolder.files)
        for file in files {
            do throws(ManifestError) {
                for document in try ManifestReader.read(file) { add(document) }
            } catch {
                findings.append(LintFinding(unreadable: error, file: file))
            }
        }
    }

    /// Takes objects that were read before.
    init(_ documents: [ManifestDocument]) {
        files = documents.map(\.source.file)
        for document in documents { add(document) }
    }

    private mutating func add(_ document: ManifestDocument) {
        switch document.kind {
        case "ImagePolicy", "ClusterImagePolicy": addPolicy(document)
        case "Secret": addSecret(document)
        // Nothing that is looked at here hangs on them.
        case "ServiceAccount": break
        default:
            findings.append(LintFinding(.passedOver, at: "kind", "objects of this kind are not read here", document))
        }
    }

    private mutating func addPolicy(_ document: ManifestDocument) {
        policyCount += 1
        guard PolicyConversion.isPolicy(document) else {
            refuseVersion(document, expected: PolicyParser.apiVersion)
            return
        }
        if PolicyConversion.isLegacy(document) {
            findings.append(
                LintFinding(
                    .legacyVersion, at: "apiVersion",
                    "a group of Portieris before 0.10; `ostiary policy convert` rewrites the object", document))
        }
        do throws(ManifestError) {
            addPolicy(try PolicyConversion.current(document), of: document)
        } catch {
            findings.append(LintFinding(unreadable: error, file: document.source.file))
        }
    }

    private mutating func addPolicy(_ object: JSONValue, of document: ManifestDocument) {
        let flaws = PolicyLint.findings(in: object, defaultNamespace: PolicyManifests.defaultNamespace)
        findings += flaws.map { LintFinding($0, document) }
        let policy: ImagePolicy
        do throws(PolicyError) {
            policy = try PolicyParser.parse(
                object, source: document.source.description, defaultNamespace: PolicyManifests.defaultNamespace)
        } catch {
            // It is among the flaws.
            return
        }
        guard register(document, as: policy.identity.key) else { return }
        policies.append(LintedPolicy(document: document, policy: policy))
    }

    private mutating func addSecret(_ document: ManifestDocument) {
        guard document.apiVersion == "v1" else {
            refuseVersion(document, expected: "v1")
            return
        }
        do throws(FieldError) {
            let secret = try SecretObject(document.value, defaultNamespace: PolicyManifests.defaultNamespace)
            if register(document, as: secret.key) {
                secrets.append(LintedSecret(document: document, secret: secret))
            }
        } catch {
            findings.append(LintFinding(PolicyFinding(.invalidValue, at: error.path, error.explanation), document))
        }
    }

    private mutating func refuseVersion(_ document: ManifestDocument, expected: String) {
        findings.append(
            LintFinding(
                .wrongVersion, at: "apiVersion",
                "\(QuotedText.make(from: document.apiVersion, limit: 64)) is not read here, only \(expected)", document)
        )
    }

    /// Whether the object is the first of its name.
    private mutating func register(_ document: ManifestDocument, as key: ObjectKey) -> Bool {
        let name = LintFinding.Subject(kind: document.kind, key: key)
        guard let first = places[name] else {
            places[name] = document.source
            return true
        }
        findings.append(
            LintFinding(.duplicateObject, at: "metadata.name", "an object of this name is in \(first) too", document))
        return false
    }
}

extension LintFinding {
    /// A finding about a document, in the line of its field.
    init(_ finding: PolicyFinding, _ document: ManifestDocument) {
        let name = document.value["metadata"]?["name"]?.string ?? ""
        let isClusterWide = document.kind == PolicyIdentity.Kind.clusterImagePolicy.rawValue
        let namespace = document.value["metadata"]?["namespace"]?.string ?? PolicyManifests.defaultNamespace
        file = document.source.file
        line = document.line(of: finding.path)
        object = Subject(
            kind: document.kind, key: ObjectKey(namespace: isClusterWide ? "" : namespace, name: name))
        self.finding = finding
    }

    /// - Parameter field: members with dots between them.
    fileprivate init(_ code: PolicyFinding.Code, at field: String, _ message: String, _ document: ManifestDocument) {
        let path = FieldPath(field.split(separator: ".").map { .member(String($0)) })
        self.init(PolicyFinding(code, at: path, message), document)
    }

    /// A finding about a file that cannot be read.
    fileprivate init(unreadable error: ManifestError, file: String) {
        let (line, message): (Int?, String) =
            switch error {
            case .malformedYAML(_, let line, let problem): (line, problem)
            case .malformedJSON(_, let error): (nil, error.description)
            case .malformedObject(let source, _, let error): (source.line, error.description)
            default: (nil, error.description)
            }
        self.init(
            file: file, line: line, object: nil, finding: PolicyFinding(.unreadableFile, at: FieldPath(), message))
    }
}
