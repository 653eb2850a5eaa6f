package import Kubernetes
package import Policies
package import Primitives

/// Why something in a file of manifests cannot be used. Each case names the file; whoever wrote it can mend it.
package enum ManifestError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file cannot be read, or is too large.
    case unreadableFile(FileError)
    /// The text has more bytes than are read.
    case tooLarge(file: String, limit: Int)
    /// The text is not YAML, or uses what is not read here.
    case malformedYAML(file: String, line: Int?, problem: String)
    /// The text is not JSON, though it begins as JSON.
    case malformedJSON(file: String, JSONError)
    /// The object has a missing or mistyped field.
    case malformedObject(ManifestSource, kind: String?, FieldError)
    /// The object is of a kind that is read here, in a version that is not.
    case wrongVersion(ManifestSource, found: GroupVersionKind, expected: String)
    /// The object is a policy that cannot be read.
    case policy(PolicyError)

    /// One line for the operator.
    package var description: String {
        switch self {
        case .unreadableFile(let error): "\(error)"
        case .tooLarge(let file, let limit): "\(file): larger than \(limit) bytes"
        case .malformedYAML(let file, let line, let problem):
            file + (line.map { ", line \($0)" } ?? "") + ": " + problem
        case .malformedJSON(let file, let error): "\(file): \(error)"
        case .malformedObject(let source, let kind, let error):
            "\(source): " + (kind.map { "\($0): " } ?? "") + "\(error)"
        case .wrongVersion(let source, let found, let expected):
            "\(source): \(found.kind) of \(QuotedText.make(from: found.apiVersion, limit: 64)) is not read here, only of "
                + expected
        case .policy(let error): "\(error)"
        }
    }
}
