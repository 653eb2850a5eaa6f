import Foundation

/// A program found on PATH, run to its end: how the tests talk to the real peers (gpg, openssl, skopeo, curl).
///
/// Nothing blocks the cooperative pool: the caller is suspended until the program ends.
package struct CommandLineTool: Sendable {
    /// Absolute path of the program.
    package let path: String

    /// Finds `name` on PATH (and in `/usr/sbin`, where Debian keeps servers).
    ///
    /// - Parameter debianPackage: what to install when the program is missing; the error names it.
    package init(_ name: String, debianPackage: String) throws(ToolError) {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let candidates = name.contains("/") ? [name] : (folders + ["/usr/sbin", "/sbin"]).map { "\($0)/\(name)" }
        guard let found = candidates.first(where: FileManager.default.isExecutableFile(atPath:)) else {
            throw .missing(program: name, debianPackage: debianPackage)
        }
        path = found
    }

    /// Runs the program and returns what it said, whatever its exit code.
    ///
    /// - Parameters:
    ///   - environment: added to (and replacing in) the environment of the tests.
    ///   - timeout: the program is killed after this long, and the call throws `.timedOut`.
    package func attempt(
        _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:],
        timeout: Duration = .seconds(60)
    ) async throws -> Output {
        let folder = try TemporaryFolder()
        let channels = try Channels(in: folder, input: input)
        let process = try start(
            arguments, environment: environment, input: channels.input, output: channels.output,
            errors: channels.errors)
        let (ending, isOverdue) = await Self.end(of: process, within: timeout)
        guard !isOverdue else { throw ToolError.timedOut(command: describe(arguments), after: timeout) }
        return Output(
            ending, standardOutput: try folder.read("stdout"), standardError: try folder.read("stderr"))
    }

    /// Runs the program and returns what it said; throws `.failed` with its standard error unless it ends with 0.
    @discardableResult
    package func run(
        _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:],
        timeout: Duration = .seconds(60)
    ) async throws -> Output {
        let output = try await attempt(arguments, input: input, environment: environment, timeout: timeout)
        guard output.succeeded else { throw ToolError.failed(command: describe(arguments), output: output) }
        return output
    }

    /// Runs the program, blocking the thread, and ignores how it ends: only for clean-up in a `deinit`.
    package func runBlocking(_ arguments: [String]) {
        guard let nothing = FileHandle(forUpdatingAtPath: "/dev/null"),
            let process = try? start(arguments, environment: [:], input: nothing, output: nothing, errors: nothing)
        else { return }
        process.waitForEnd()
    }

    private func start(
        _ arguments: [String], environment: [String: String], input: FileHandle, output: FileHandle,
        errors: FileHandle
    ) throws -> ChildProcess {
        try ChildProcess(
            path, arguments,
            environment: ProcessInfo.processInfo.neutralEnvironment.merging(environment) { _, new in new },
            input: input.fileDescriptor, output: output.fileDescriptor, errors: errors.fileDescriptor)
    }

    private func describe(_ arguments: [String]) -> String {
        ([path] + arguments).joined(separator: " ")
    }

    /// Waits for the end; whether the process had to be killed at the timeout.
    private static func end(
        of process: ChildProcess, within timeout: Duration
    ) async -> (ChildProcess.Ending, isOverdue: Bool) {
        let isOverdue = Flag()
        let alarm = DispatchWorkItem {
            guard process.isRunning else { return }
            isOverdue.raise()
            process.send(signal: SIGKILL)
        }
        DispatchQueue.global().asyncAfter(deadline: .now() + timeout.inSeconds, execute: alarm)
        let ending = await process.end()
        alarm.cancel()
        return (ending, isOverdue.isRaised)
    }
}

extension CommandLineTool {
    /// What a program said and how it ended.
    package struct Output: Sendable {
        /// The exit code, or the number of the signal that killed it.
        package let exitCode: Int32
        /// Whether a signal ended it, rather than its own will.
        package let killedBySignal: Bool
        /// The bytes of standard output.
        package let standardOutput: [UInt8]
        /// The bytes of standard error.
        package let standardError: [UInt8]

        init(_ ending: ChildProcess.Ending, standardOutput: [UInt8], standardError: [UInt8]) {
            switch ending {
            case .exited(let code): (exitCode, killedBySignal) = (code, false)
            case .killed(let signal): (exitCode, killedBySignal) = (signal, true)
            }
            self.standardOutput = standardOutput
            self.standardError = standardError
        }

        /// Whether it ended by itself with 0.
        package var succeeded: Bool { exitCode == 0 && !killedBySignal }
        /// Standard output as text, without the white space at its ends.
        package var text: String { Self.text(of: standardOutput) }
        /// Standard error as text, without the white space at its ends.
        package var errorText: String { Self.text(of: standardError) }

        private static func text(of bytes: [UInt8]) -> String {
            String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    /// Files rather than pipes: a program that says much can then never wait for a reader.
    private struct Channels {
        let input: FileHandle
        let output: FileHandle
        let errors: FileHandle

        init(in folder: TemporaryFolder, input bytes: [UInt8]) throws {
            input = try Self.open(folder.write(bytes, to: "stdin"), FileHandle.init(forReadingAtPath:))
            output = try Self.open(folder.write([], to: "stdout"), FileHandle.init(forWritingAtPath:))
            errors = try Self.open(folder.write([], to: "stderr"), FileHandle.init(forWritingAtPath:))
        }

        private static func open(_ path: String, _ opening: (String) -> FileHandle?) throws -> FileHandle {
            guard let handle = opening(path) else { throw CocoaError(.fileReadUnknown) }
            return handle
        }
    }
}

extension Duration {
    /// As Foundation and Dispatch count time.
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
