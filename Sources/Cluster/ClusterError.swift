package import HTTP
package import Kubernetes
package import Primitives

/// Why the API server could not be asked, or what it answered is no answer. None of these says "no": they all mean
/// "could not tell".
package enum ClusterError: Error, Sendable, CustomStringConvertible {
    /// Neither a pod nor a kubeconfig: the variable that a pod has is not there.
    case notInCluster(variable: String)
    /// A file with credentials or roots cannot be read.
    case unreadableFile(FileError)
    /// A field of a file says what cannot be used, or is missing; whoever wrote the file can mend it.
    case invalidField(file: String, FieldError)
    /// What a file, or a field of one, holds is not what it should be.
    case unusable(origin: String, problem: String)
    /// A credential plugin gave no credential.
    case plugin(command: String, problem: String, hint: String?)
    /// There was no answer, or none that can be read.
    case exchange(HTTPError)
    /// The API server does not do what it was asked.
    case refused(APIStatus)
    /// The answer is not what the API server answers; something else may be listening there.
    case malformedAnswer(problem: String)

    /// One line for the operator.
    package var description: String {
        switch self {
        case .notInCluster(let variable):
            "neither a pod nor a kubeconfig: \(variable) is not set; name a file with --kubeconfig, or policies with "
                + "--policies"
        case .unreadableFile(let error): "\(error)"
        case .invalidField(let file, let error): "\(file): \(error)"
        case .unusable(let origin, let problem): "\(origin): \(problem)"
        case .plugin(let command, let problem, let hint):
            "credential plugin \(QuotedText.make(from: command, limit: 128)): \(problem)"
                + (hint.map { "; \(QuotedText.escape($0, limit: 256))" } ?? "")
        case .exchange(let error): "\(error)"
        case .refused(let status): "\(status)"
        case .malformedAnswer(let problem): "the API server gave an answer that cannot be used: \(problem)"
        }
    }
}
