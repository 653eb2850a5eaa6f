/// What is wrong with a file that something was to be made of.
package struct FileProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file; where only several of them together make sense, all, with commas between.
    package let path: String
    /// What is wrong in it, without the path and nothing that is secret.
    package let reason: String

    package init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    /// A file that cannot be read.
    package init(_ error: FileError) {
        self.init(path: error.path, reason: error.reason)
    }

    package var description: String { "\(path): \(reason)" }
}
