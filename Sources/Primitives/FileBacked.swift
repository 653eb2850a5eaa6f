private import Synchronization

/// A value made from files, made again when their content changes; a broken change leaves the value as it was.
///
/// Content is compared, not times: the kubelet swaps the folder behind a symbolic link, and a pair is written in two
/// steps, between which the new certificate does not fit the old key.
package final class FileBacked<Value: Sendable>: Sendable {
    private struct KeptFile: Equatable {
        let path: String
        let content: Result<Secret, FileError>

        init(_ file: NamedFile) {
            path = file.path
            content = file.content.map { Secret($0) }
        }
    }

    private struct State {
        /// Private keys and passwords are among them.
        var contents: [KeptFile]
        var value: Value
        /// Why the files as they are now were not taken.
        var problem: FileProblem?
    }

    private let read: @Sendable () throws(FileError) -> [NamedFile]
    private let make: @Sendable ([NamedFile], Value?) throws(FileProblem) -> Value
    private let state: Mutex<State>

    /// Reads the files and makes the first value.
    ///
    /// - Parameter make: gets the contents in the order of `paths`.
    /// - Throws: when a file cannot be read or no value made of them.
    package convenience init(
        _ paths: [String], make: @escaping @Sendable ([[UInt8]]) throws(FileProblem) -> Value
    ) throws(FileProblem) {
        try self.init(reading: { () throws(FileError) in NamedFile.read(paths) }) {
            (files, _) throws(FileProblem) in
            var contents: [[UInt8]] = []
            for file in files { contents.append(try file.bytes()) }
            return try make(contents)
        }
    }

    /// Reads the files, which need not be the same each time, and makes the first value.
    ///
    /// - Parameters:
    ///   - read: throws where it cannot even be told which files there are.
    ///   - make: gets the value that there was before; nil for the first.
    /// - Throws: when they cannot be read or no value made of them.
    package init(
        reading read: @escaping @Sendable () throws(FileError) -> [NamedFile],
        make: @escaping @Sendable ([NamedFile], Value?) throws(FileProblem) -> Value
    ) throws(FileProblem) {
        self.read = read
        self.make = make
        let contents = try Self.orUnreadable(read)
        state = Mutex(State(contents: contents.map(KeptFile.init), value: try make(contents, nil)))
    }

    /// What the files stood for when they last were in order.
    package var value: Value { state.withLock { $0.value } }

    /// Why `value` is not what the files stand for since they were last looked at; nil when it is.
    package var problem: FileProblem? { state.withLock { $0.problem } }

    /// Looks at the files again. It blocks, so it belongs on a thread of its own.
    ///
    /// - Returns: whether there is a new value.
    /// - Throws: when the files changed and are not in order; the old value stays.
    package func refresh() throws(FileProblem) -> Bool {
        do throws(FileProblem) {
            let isNew = try renew()
            state.withLock { $0.problem = nil }
            return isNew
        } catch {
            state.withLock { $0.problem = error }
            throw error
        }
    }

    private func renew() throws(FileProblem) -> Bool {
        let contents = try Self.orUnreadable(read)
        let kept = contents.map(KeptFile.init)
        let old = state.withLock { $0 }
        guard kept != old.contents else { return false }
        let value = try make(contents, old.value)
        state.withLock { $0 = State(contents: kept, value: value) }
        return true
    }

    private static func orUnreadable(
        _ read: () throws(FileError) -> [NamedFile]
    ) throws(FileProblem) -> [NamedFile] {
        do throws(FileError) { return try read() } catch { throw FileProblem(error) }
    }
}
