private import Synchronization

/// A value made from files, made again when their content changes; a broken change leaves the value as it was.
///
/// Content is compared, not times: the kubelet swaps the folder behind a symbolic link, and a pair is written in two
/// steps, between which the new certificate does not fit the old key.
package final class FileBacked<Value: Sendable>: Sendable {
    private struct KeptFile: Equatable {
        let path: String
        let content: Secret

        init(_ file: NamedFile) {
            path = file.path
            content = Secret(file.content)
        }
    }

    private struct State {
        /// Private keys and passwords are among them.
        var contents: [KeptFile]
        var value: Value
    }

    private let read: @Sendable () throws(FileError) -> [NamedFile]
    private let make: @Sendable ([NamedFile]) throws(FileBackedError) -> Value
    private let state: Mutex<State>

    /// Reads the files and makes the first value.
    ///
    /// - Parameter make: gets the contents in the order of `paths`.
    /// - Throws: `FileBackedError` when a file cannot be read or no value made of them.
    package convenience init(
        _ paths: [String], make: @escaping @Sendable ([[UInt8]]) throws(FileBackedError) -> Value
    ) throws(FileBackedError) {
        try self.init(reading: { () throws(FileError) in try NamedFile.read(paths) }) {
            files throws(FileBackedError) in try make(files.map(\.content))
        }
    }

    /// Reads the files, which need not be the same each time, and makes the first value.
    ///
    /// - Throws: `FileBackedError` when they cannot be read or no value made of them.
    package init(
        reading read: @escaping @Sendable () throws(FileError) -> [NamedFile],
        make: @escaping @Sendable ([NamedFile]) throws(FileBackedError) -> Value
    ) throws(FileBackedError) {
        self.read = read
        self.make = make
        let contents = try Self.orUnreadable(read)
        state = Mutex(State(contents: contents.map(KeptFile.init), value: try make(contents)))
    }

    /// What the files stood for when they last were in order.
    package var value: Value { state.withLock { $0.value } }

    /// Looks at the files again. It blocks, so it belongs on a thread of its own.
    ///
    /// - Returns: whether there is a new value.
    /// - Throws: `FileBackedError` when the files changed and are not in order; the old value stays.
    package func refresh() throws(FileBackedError) -> Bool {
        let contents = try Self.orUnreadable(read)
        let kept = contents.map(KeptFile.init)
        guard kept != state.withLock({ $0.contents }) else { return false }
        let value = try make(contents)
        state.withLock { $0 = State(contents: kept, value: value) }
        return true
    }

    private static func orUnreadable(
        _ read: () throws(FileError) -> [NamedFile]
    ) throws(FileBackedError) -> [NamedFile] {
        do throws(FileError) { return try read() } catch { throw .unreadable(error) }
    }
}

/// Why files do not make a value.
package enum FileBackedError: Error, Hashable, Sendable, CustomStringConvertible {
    case unreadable(FileError)
    /// The text names the file and what is wrong in it.
    case unusable(String)

    package var description: String {
        switch self {
        case .unreadable(let error): "\(error)"
        case .unusable(let reason): reason
        }
    }
}
