/// A file that was to be read whole.
package struct NamedFile: Hashable, Sendable {
    /// As it was opened.
    package let path: String
    /// All of it, or why it cannot be read.
    package let content: Result<[UInt8], FileError>

    package init(path: String, content: Result<[UInt8], FileError>) {
        self.path = path
        self.content = content
    }

    /// All of it.
    ///
    /// - Throws: what is wrong with a file that cannot be read.
    package func bytes() throws(FileProblem) -> [UInt8] {
        do throws(FileError) { return try content.get() } catch { throw FileProblem(error) }
    }

    /// The part of the path behind the last slash.
    package var name: String { Self.name(of: path) }

    /// The name of the folder that the file is in.
    package var folder: String { Self.name(of: String(path.dropLast(name.utf8.count + 1))) }

    /// Reads files in the given order. One that cannot be read does not keep the others from it.
    package static func read(_ paths: [String]) -> [NamedFile] {
        paths.map { path in
            NamedFile(path: path, content: Result { () throws(FileError) in try FileReader.read(path) })
        }
    }

    private static func name(of path: String) -> String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.index(after: $0)...]) } ?? path
    }
}
