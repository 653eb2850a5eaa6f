import Foundation

/// A folder of a test's own, readable only by its user, deleted with all it holds when the value goes away.
package final class TemporaryFolder: Sendable {
    /// Its absolute path. Short, because a Unix socket inside it may have at most 107 bytes of path.
    package let path: String

    package init() throws {
        var template = Array("/tmp/ostiary-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
        }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The absolute path of `name` in the folder, whether or not it exists.
    package func path(of name: String) -> String { "\(path)/\(name)" }

    /// Writes a file (and the folders above it) and returns its absolute path.
    @discardableResult
    package func write(_ bytes: [UInt8], to name: String) throws -> String {
        let file = URL(fileURLWithPath: path(of: name))
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        return file.path
    }

    /// Writes a text file (and the folders above it) and returns its absolute path.
    @discardableResult
    package func write(_ text: String, to name: String) throws -> String {
        try write(Array(text.utf8), to: name)
    }

    /// Makes a folder inside and returns its absolute path.
    @discardableResult
    package func makeFolder(_ name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: path(of: name), withIntermediateDirectories: true)
        return path(of: name)
    }

    /// Takes away a file, or a folder with all that is in it.
    package func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: path(of: name))
    }

    /// The bytes of a file in it.
    package func read(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path(of: name))))
    }

    /// The paths, relative to the folder and sorted, of all regular files in it.
    package func files() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: path(of: name), isDirectory: &isFolder) && !isFolder.boolValue
        }.sorted()
    }
}

extension TemporaryFolder {
    /// The bytes of a file anywhere.
    package static func read(path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }
}
