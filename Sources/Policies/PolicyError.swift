package import Kubernetes

/// Why a policy cannot be used, or a key that it names cannot be had. The author of the policy, or whoever keeps the
/// Secret, can mend it.
package enum PolicyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// An object that is not a policy of the only version there is.
    case notAPolicy(apiVersion: String, kind: String)
    /// A policy whose name or patterns cannot be read: it cannot be told for which images it is.
    case unreadable(kind: String, source: String?, FieldError)
    /// An entry that asks for something which this build does not know, or asks wrongly.
    case unusable(PolicyIdentity, FieldError)
    /// An entry that asks for something which is known and not enforced by this version.
    case notEnforced(PolicyIdentity, FieldPath, UnenforcedBlock)
    /// Two objects of one name, so that it cannot be told which one counts.
    case duplicate(kind: String, ObjectKey, sources: [String])
    /// The Secret with the key ring, or the password of a store, is in none of the namespaces where it is looked for.
    case keySecretNotFound(name: String, namespaces: [String])
    /// It cannot be told whether the Secret is there: the API server gave no answer, or does not let us see it.
    case keyUnavailable(name: String, namespace: String, reason: String)
    /// The Secret is there and has no value named `key`.
    case keyMissing(name: String, namespace: String)
    /// The Secret of a signature store has no user name and password. Portieris' words, without the Secret's.
    case storeSecretUnusable(name: String, problem: String)
    /// A cluster policy that leaves the namespace of its key open, where the strict rule forbids to ask the workload's
    /// and Ostiary's own is not known.
    case keyNamespaceUnknown(name: String)

    /// What the user or the operator reads, with Portieris' texts where it has one.
    package var description: String {
        switch self {
        case .notAPolicy(let apiVersion, let kind):
            "an ImagePolicy or ClusterImagePolicy of portieris.cloud.ibm.com/v1 is expected here, found apiVersion "
                + "\(QuotedText.make(from: apiVersion, limit: 64)) and kind \(QuotedText.make(from: kind, limit: 64))"
        case .unreadable(let kind, let source, let error):
            (source.map { "\($0): " } ?? "") + "\(kind): \(error)"
        case .unusable(let policy, let error): "\(policy): \(error)"
        case .notEnforced(let policy, let path, let block): "\(policy): \(path): \(block.explanation)"
        case .duplicate(let kind, let key, let sources):
            "there are two objects \(kind) \(key)"
                + (sources.isEmpty ? "" : ", in " + sources.joined(separator: " and in "))
                + ": remove one of them"
        case .keySecretNotFound(let name, let namespaces):
            "secrets \(QuotedText.make(from: name)) not found in namespace "
                + namespaces.map { QuotedText.make(from: $0) }.joined(separator: " or ")
        case .keyUnavailable(let name, let namespace, let reason):
            "secret \(QuotedText.make(from: name)) in \(QuotedText.make(from: namespace)) could not be read: \(reason)"
        case .keyMissing(let name, let namespace):
            "secret \(QuotedText.make(from: name)) in \(QuotedText.make(from: namespace)) does not contain a "
                + "\"key\" attribute"
        case .storeSecretUnusable(let name, let problem):
            "secret: \(QuotedText.escape(name, limit: 253)), \(problem)"
        case .keyNamespaceUnknown(let name):
            "no namespace to look for key secret \(QuotedText.make(from: name)) in: set keySecretNamespace in the policy"
        }
    }
}
