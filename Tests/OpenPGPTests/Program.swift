import Foundation

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
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let (output, errors) = (try newFile(), try newFile())
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let text = String(decoding: try Data(contentsOf: errors), as: UTF8.self)
            throw Failure(description: "\(arguments.joined(separator: " ")): \(text)")
        }
        return Array(try Data(contentsOf: output))
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
