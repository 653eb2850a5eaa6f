/// A file that was read whole.
package struct NamedFile: Hashable, Sendable {
    /// As it was opened.
    package let path: String
    /// All of it.
    package let content: [UInt8]

    package init(path: String, content: [UInt8]) {
        self.path = path
        self.content = content
    }

    /// The part of the path behind the last slash.
    package var name: String { Self.name(of: path) }

    /// The name of the folder that the file is in.
    package var folder: String { Self.name(of: String(path.dropLast(name.utf8.count + 1))) }

    /// Reads files in the given order.
    package static func read(_ paths: [String]) throws(FileError) -> [NamedFile] {
        var files: [NamedFile] = []
        for path in paths { files.append(NamedFile(path: path, content: try FileReader.read(path))) }
        return files
    }

    private static func name(of path: String) -> String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.index(after: $0)...]) } ?? path
    }
}
