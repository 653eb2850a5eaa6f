private import Glibc

/// Reads folders that hold a folder for each host, as `certs.d` of docker and containerd does. It blocks, so in a server
/// it belongs on a thread of its own.
package enum FolderReader {
    /// The files in the folders of a folder whose names end in one of `endings`, in the byte order of their paths. What
    /// begins with a dot is left out: the kubelet keeps the older versions of a volume there. Links are followed. In place
    /// of the files of an inner folder that cannot be read there is one without a name in it.
    ///
    /// - Throws: `FileError` when the folder itself cannot be read, or for more files than `Limits.hostFiles`.
    package static func files(inFoldersOf path: String, endings: [String]) throws(FileError) -> [NamedFile] {
        var files: [NamedFile] = []
        for folder in try names(in: path) ?? [] {
            let inner = path + "/" + folder + "/"
            do throws(FileError) {
                let names = try names(in: inner) ?? []
                files += NamedFile.read(names.filter { endings.contains(where: $0.hasSuffix) }.map { inner + $0 })
            } catch {
                files.append(NamedFile(path: inner, content: .failure(error)))
            }
            guard files.count <= Limits.hostFiles else {
                throw FileError(path: path, problem: .tooManyFiles(Limits.hostFiles))
            }
        }
        return files
    }

    /// The names in a folder, sorted; nil if it is a file.
    private static func names(in path: String) throws(FileError) -> [String]? {
        guard let folder = unsafe opendir(path) else {
            if errno == ENOTDIR { return nil }
            throw FileError(path: path, problem: .system(errno))
        }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
