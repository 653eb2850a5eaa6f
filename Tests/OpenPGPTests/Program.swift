import Foundation
import Support

/// Runs programs of the machine in a folder of their own.
struct Program {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Where the programs run, and where relative file names point.
    let folder: URL

    /// Makes a new, empty, private folder with a short name: agents put sockets there, whose paths may not be long.
    static func inNewFolder() throws -> Program {
        let name = "ostiary-\(UUID().uuidString.prefix(8))"
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return Program(folder: folder)
    }

    /// Runs `arguments` to the end.
    ///
    /// - Returns: what it wrote to its output.
    @discardableResult
    func run(_ arguments: String..., environment: [String: String] = [:]) throws -> [UInt8] {
        try run(arguments, environment: environment)
    }

    /// Runs `arguments` to the end.
    @discardableResult
    func run(_ arguments: [String], environment: [String: String] = [:]) throws -> [UInt8] {
        let result = try attempt(arguments, environment: environment)
        guard result.ending == .exited(0) else {
            throw Failure(description: "\(arguments.joined(separator: " ")): \(result.errors)")
        }
        return result.output
    }

    /// Runs `arguments` to an end of whatever kind.
    func attempt(
        _ arguments: [String], environment: [String: String] = [:]
    ) throws -> (output: [UInt8], errors: String, ending: ChildProcess.Ending) {
        let (output, errors) = (try newFile(), try newFile())
        let (outputHandle, errorHandle) = (try FileHandle(forWritingTo: output), try FileHandle(forWritingTo: errors))
        let process = try ChildProcess(
            "/usr/bin/env", ["--chdir", folder.path] + arguments,
            environment: ProcessInfo.processInfo.environment.merging(environment) { $1 },
            input: FileHandle.nullDevice.fileDescriptor, output: outputHandle.fileDescriptor,
            errors: errorHandle.fileDescriptor)
        let ending = process.waitForEnd()
        defer { [output, errors].forEach { try? FileManager.default.removeItem(at: $0) } }
        return (
            Array(try Data(contentsOf: output)), String(decoding: try Data(contentsOf: errors), as: UTF8.self), ending
        )
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: folder.appendingPathComponent(name))
    }

    func read(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    func removeFolder() throws {
        try FileManager.default.removeItem(at: folder)
    }

    private func newFile() throws -> URL {
        let file = folder.appendingPathComponent(UUID().uuidString)
        try Data().write(to: file)
        return file
    }
}
