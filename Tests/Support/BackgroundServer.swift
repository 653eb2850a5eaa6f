import Foundation

/// A server program that runs beside a test and ends with this value, or with the test process, however that ends.
///
/// A small shell holds the server: it kills it (by its process id) when the pipe on its standard input closes, and
/// the kernel closes that pipe even if the tests crash.
package final class BackgroundServer: Sendable {
    private let shell: ChildProcess
    private let lifeline: FileHandle
    private let folder: TemporaryFolder
    private let name: String

    private static let script = """
        file=$1; shift
        exec 3<&0
        "$@" </dev/null 3<&- & server=$!
        echo $server >"$file.new" && mv "$file.new" "$file"
        { read -r nothing; kill -KILL $server; } <&3 3<&- 2>/dev/null & guard=$!
        exec 3<&-
        wait $server; status=$?
        kill $guard 2>/dev/null
        exit $status
        """

    /// Starts the program; it may not be ready yet.
    package init(_ program: CommandLineTool, _ arguments: [String], environment: [String: String] = [:]) throws {
        folder = try TemporaryFolder()
        name = program.path
        let log = try Self.openLog(folder.path(of: "log"))
        let (input, lifeline) = try ChildProcess.makePipe()
        self.lifeline = lifeline
        shell = try ChildProcess(
            "/bin/sh", ["-c", Self.script, "server", folder.path(of: "id"), program.path] + arguments,
            environment: ProcessInfo.processInfo.neutralEnvironment.merging(environment) { _, new in new },
            input: input.fileDescriptor, output: log.fileDescriptor, errors: log.fileDescriptor)
    }

    deinit {
        end()
    }

    /// For appending: two threads of a server that write at the same time must not write over each other.
    private static func openLog(_ path: String) throws -> FileHandle {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// Ends the server now and waits until it is gone.
    package func end() {
        try? lifeline.close()
        shell.waitForEnd()
    }

    /// Whether the program is still there.
    package var isRunning: Bool { shell.isRunning }

    /// The process id of the program, once it was started.
    package var identifier: pid_t? {
        // The file appears only when its content is complete.
        guard let digits = try? folder.read("id").dropLast() else { return nil }
        return pid_t(String(decoding: digits, as: UTF8.self))
    }

    /// Sends the program a signal; it may have ended already.
    package func send(signal: Int32) {
        if let identifier, isRunning { kill(identifier, signal) }
    }

    /// Waits until the program has ended by itself.
    ///
    /// - Returns: its exit code, or 128 and the number of the signal that ended it.
    package func waitForEnd(atMost timeout: Duration = .seconds(60)) async throws -> Int32 {
        let end = ContinuousClock.now + timeout
        while isRunning {
            guard ContinuousClock.now < end else { throw ToolError.timedOut(command: name, after: timeout) }
            try await Task.sleep(for: .milliseconds(5))
        }
        return switch await shell.end() {
        case .exited(let code): code
        case .killed(let signal): 128 + signal
        }
    }

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
