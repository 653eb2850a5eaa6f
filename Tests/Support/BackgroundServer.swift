import Foundation

/// A server program that runs beside a test and ends with this value, or with the test process, however that ends.
///
/// A small shell holds the server: it kills it (by its process id) when the pipe on its standard input closes, and
/// the kernel closes that pipe even if the tests crash.
package final class BackgroundServer: Sendable {
    private let shell: Process
    private let lifeline: Pipe
    private let folder: TemporaryFolder
    private let name: String

    private static let script = """
        exec 3<&0
        "$@" </dev/null 3<&- & server=$!
        { read -r nothing; kill -KILL $server; } <&3 3<&- 2>/dev/null & guard=$!
        exec 3<&-
        wait $server
        kill $guard 2>/dev/null
        """

    /// Starts the program; it may not be ready yet.
    package init(_ program: CommandLineTool, _ arguments: [String], environment: [String: String] = [:]) throws {
        folder = try TemporaryFolder()
        lifeline = Pipe()
        shell = Process()
        name = program.path
        let log = FileHandle(forWritingAtPath: try folder.write([], to: "log"))
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = ["-c", Self.script, "server", program.path] + arguments
        shell.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        shell.standardInput = lifeline
        shell.standardOutput = log
        shell.standardError = log
        try shell.runWithSignalsUnblocked()
    }

    deinit {
        end()
    }

    /// Ends the server now and waits until it is gone.
    package func end() {
        try? lifeline.fileHandleForWriting.close()
        shell.waitUntilExit()
    }

    /// Whether the program is still there.
    package var isRunning: Bool { shell.isRunning }

    /// What the program wrote so far, standard output and standard error together.
    package var log: String {
        (try? String(decoding: folder.read("log"), as: UTF8.self)) ?? ""
    }

    /// Waits until `isReady` answers true; throws `.notReady` with the log if the program ends, or after `timeout`.
    package func wait(until isReady: () throws -> Bool, atMost timeout: Duration = .seconds(20)) async throws {
        let end = ContinuousClock.now + timeout
        while try !isReady() {
            guard isRunning, ContinuousClock.now < end else { throw ToolError.notReady(server: name, log: log) }
            // The programs have no other way to say that they are ready than a file or a line in their log.
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
