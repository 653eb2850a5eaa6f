private import Glibc

/// Reads small files whole. It blocks, so in a server it belongs on a thread of its own.
package enum FileReader {
    /// The bytes of a file, or of standard input for `-`.
    ///
    /// - Throws: `FileError` when it cannot be read, is a folder, or has more than `limit` bytes.
    package static func read(_ path: String, limit: Int = Limits.fileBytes) throws(FileError) -> [UInt8] {
        let descriptor = path == "-" ? STDIN_FILENO : unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path: path, problem: .system(errno)) }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var content: [UInt8] = []
        while true {
            let start = content.count
            let count = try readPart(of: path, from: descriptor, appendingTo: &content)
            if count == 0 { return content }
            guard start + count <= limit else { throw FileError(path: path, problem: .tooLarge(limit)) }
        }
    }

    private static func readPart(
        of path: String, from descriptor: Int32, appendingTo content: inout [UInt8]
    ) throws(FileError) -> Int {
        let size = 1 << 16
        let start = content.count
        content.append(contentsOf: repeatElement(0, count: size))
        let (count, code) = unsafe content.withUnsafeMutableBytes { buffer -> (Int, Int32) in
            while true {
                let count = unsafe Glibc.read(descriptor, buffer.baseAddress.map { unsafe $0 + start }, size)
                if count >= 0 || errno != EINTR { return (count, errno) }
            }
        }
        content.removeLast(size - max(0, count))
        guard count >= 0 else { throw FileError(path: path, problem: .system(code)) }
        return count
    }
}

/// Why a file cannot be read.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Problem: Hashable, Sendable {
        /// A number of `errno`.
        case system(Int32)
        case tooLarge(Int)
        case tooManyFiles(Int)
    }

    package let path: String
    package let problem: Problem

    /// Whether there is no such file.
    package var isMissing: Bool { problem == .system(ENOENT) }

    /// The problem in words, without the path.
    package var reason: String {
        switch problem {
        case .system(let code): unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        case .tooLarge(let limit): "larger than \(limit) bytes"
        case .tooManyFiles(let limit): "more than \(limit) files"
        }
    }

    package var description: String { "\(path): \(reason)" }
}
