/// Why a peer of the tests could not do its part.
package enum ToolError: Error, CustomStringConvertible {
    /// The program is not installed.
    case missing(program: String, debianPackage: String)
    /// A program of this package is not where its tests are.
    case notBuilt(path: String)
    /// The program ended with another code than 0.
    case failed(command: String, output: CommandLineTool.Output)
    /// The program did not end in time and was killed.
    case timedOut(command: String, after: Duration)
    /// A server ended, or did not come up in time; `log` is what it wrote.
    case notReady(server: String, log: String)

    package var description: String {
        switch self {
        case .missing(let program, let debianPackage):
            "\(program) is not installed: apt-get install \(debianPackage) (or `make deps`)"
        case .notBuilt(let path):
            "\(path) is not there: build the whole package first (`swift build --build-tests`)"
        case .failed(let command, let output):
            "`\(command)` ended with \(output.exitCode): \(output.errorText)"
        case .timedOut(let command, let duration):
            "`\(command)` did not end within \(duration)"
        case .notReady(let server, let log):
            "\(server) did not start: \(log)"
        }
    }
}
