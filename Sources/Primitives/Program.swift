private import Glibc

/// A program that is run to its end for what it prints. It blocks, so in a server it belongs on a thread of its own.
package enum Program {
    /// Runs a program with nothing to read; what it says to the person goes to this process's standard error.
    ///
    /// - Parameters:
    ///   - command: a path, or a name without a slash that is looked for in `PATH`.
    ///   - environment: set beside what this process has.
    ///   - limit: bytes that it may print.
    ///   - deadline: when it is killed.
    /// - Returns: what it printed. It has ended with 0.
    package static func output(
        of command: String, _ arguments: [String], environment: [(name: String, value: String)], limit: Int,
        by deadline: Deadline
    ) throws(ProgramError) -> [UInt8] {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw .notStarted(errno) }
        defer { close(ends[0]) }
        // glibc hides pipe2(2) from Swift. Nobody else in this process starts programs, so none gets them in between.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let (reading, writing) = (ends[0], ends[1])
        let started = start(command, arguments, environment: environment, output: writing)
        close(writing)
        let identifier = try started.get()
        let printed = read(reading, limit: limit, by: deadline)
        if case .failure = printed { kill(identifier, SIGKILL) }
        let status = waitForEnd(of: identifier)
        let output = try printed.get()
        guard status & 0x7F == 0 else { throw .killed(signal: status & 0x7F) }
        guard status >> 8 & 0xFF == 0 else { throw .failed(code: status >> 8 & 0xFF) }
        return output
    }

    private static func start(
        _ command: String, _ arguments: [String], environment: [(name: String, value: String)], output: Int32
    ) -> Result<pid_t, ProgramError> {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // A child inherits the mask of the thread that starts it, and what a server ignores.
        var (none, all) = (sigset_t(), sigset_t())
        unsafe sigemptyset(&none)
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var identifier: pid_t = 0
        let code = unsafe withPointers([command] + arguments) { words in
            unsafe withPointers(merged(environment)) { variables in
                unsafe posix_spawnp(&identifier, command, &actions, &attributes, words, variables)
            }
        }
        return code == 0 ? .success(identifier) : .failure(.notStarted(code))
    }

    /// The variables of this process, those of the same name replaced.
    private static func merged(_ added: [(name: String, value: String)]) -> [String] {
        var variables: [String] = []
        var next = unsafe environ
        while let entry = unsafe next.pointee {
            let variable = unsafe String(cString: entry)
            if !added.contains(where: { variable.hasPrefix("\($0.name)=") }) { variables.append(variable) }
            unsafe next += 1
        }
        return variables + added.map { "\($0.name)=\($0.value)" }
    }

    private static func read(_ descriptor: Int32, limit: Int, by deadline: Deadline) -> Result<[UInt8], ProgramError> {
        var output: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let left = deadline.remaining / .milliseconds(1)
            let ready = unsafe poll(&event, 1, Int32(clamping: Int(max(0, min(left, 1e9)))))
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { return .failure(.timedOut) }
            let count = unsafe Glibc.read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return .failure(.notStarted(errno)) }
            if count == 0 { return .success(output) }
            guard output.count + count <= limit else { return .failure(.tooMuch(limit: limit)) }
            output += piece[..<count]
        }
    }

    private static func waitForEnd(of identifier: pid_t) -> Int32 {
        var status: Int32 = 0
        while unsafe waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        return status
    }

    /// The words as C has them, with a null behind the last, for as long as `body` runs.
    private static func withPointers<Value>(
        _ words: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Value
    ) -> Value {
        var pointers = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { unsafe pointers.forEach { unsafe free($0) } }
        return unsafe body(&pointers)
    }
}

/// Why there is no output of a program.
package enum ProgramError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It could not be started; a number of `errno`.
    case notStarted(Int32)
    /// It ended with this code.
    case failed(code: Int32)
    /// It was ended by this signal.
    case killed(signal: Int32)
    /// It did not end in time.
    case timedOut
    /// It printed more than is read.
    case tooMuch(limit: Int)

    package var description: String {
        switch self {
        case .notStarted(let code):
            "it could not be started: \(unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)")"
        case .failed(let code): "it ended with code \(code)"
        case .killed(let signal): "it was ended by signal \(signal)"
        case .timedOut: "it did not end in time"
        case .tooMuch(let limit): "it printed more than \(limit) bytes"
        }
    }
}
