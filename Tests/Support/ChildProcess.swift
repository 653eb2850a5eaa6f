import Foundation
import Synchronization

/// A program that was started, by `posix_spawn`, and how it ended.
///
/// Not Foundation's `Process`: that reads beyond a buffer when more than about 1,300 descriptors are open, which the
/// tests of many connections have.
package final class ChildProcess: Sendable {
    /// How a program ended.
    package enum Ending: Hashable, Sendable {
        case exited(Int32)
        case killed(signal: Int32)
    }

    private struct State {
        var ending: Ending?
        var waiting: [CheckedContinuation<Ending, Never>] = []
    }

    /// The process id; after the end it may become another process's.
    package let identifier: pid_t

    private static let starting = Mutex(())

    private let state = Mutex(State())
    private let hasEnded = DispatchGroup()

    /// Starts a program with no signal blocked. Beside the three it gets the descriptors that do not close by
    /// themselves; here all do.
    ///
    /// - Parameters:
    ///   - environment: all of it.
    ///   - input: the descriptor of what it reads; these three stay the caller's.
    package init(
        _ path: String, _ arguments: [String], environment: [String: String], input: Int32, output: Int32, errors: Int32
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, descriptor) in [input, output, errors].enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A child inherits the mask of the thread that starts it, and threads of a pool block nearly everything: a
        // shell that waits for SIGCHLD, or a server that is asked to end by SIGTERM, would then wait for ever.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        var started: pid_t = 0
        let code = Self.withPointers([path] + arguments) { words in
            Self.withPointers(environment.map { "\($0)=\($1)" }) { variables in
                Self.starting.withLock { _ in
                    posix_spawn(&started, path, &actions, &attributes, words, variables)
                }
            }
        }
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
        identifier = started
        hasEnded.enter()
        Thread.detachNewThread { [self] in awaitEnd() }
    }

    /// A pipe that no program gets by accident: it would keep the pipe open.
    package static func makePipe() throws -> (reading: FileHandle, writing: FileHandle) {
        var ends: [Int32] = [-1, -1]
        // No program may start between the two calls.
        let code = starting.withLock { _ in
            guard pipe(&ends) == 0 else { return errno }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            return 0
        }
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
        return (
            FileHandle(fileDescriptor: ends[0], closeOnDealloc: true),
            FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
        )
    }

    /// Whether it has not ended yet.
    package var isRunning: Bool { state.withLock { $0.ending == nil } }

    /// Sends it a signal, if it has not ended.
    package func send(signal: Int32) {
        state.withLock { state in
            // The id is its own as long as nobody has been told of the end.
            if state.ending == nil { kill(identifier, signal) }
        }
    }

    /// Suspends until it has ended.
    package func end() async -> Ending {
        await withCheckedContinuation { continuation in
            let ending = state.withLock { state in
                if state.ending == nil { state.waiting.append(continuation) }
                return state.ending
            }
            if let ending { continuation.resume(returning: ending) }
        }
    }

    /// Waits until it has ended, blocking the thread.
    @discardableResult
    package func waitForEnd() -> Ending {
        hasEnded.wait()
        return state.withLock { $0.ending } ?? .exited(0)
    }

    /// Runs on a thread of its own.
    private func awaitEnd() {
        // Waits without taking the id back, which must not become another's while it may still be signalled.
        var information = siginfo_t()
        while waitid(P_PID, id_t(identifier), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        let waiting = state.withLock { state in
            var status: Int32 = 0
            while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
            state.ending = status & 0x7F == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: status & 0x7F)
            defer { state.waiting = [] }
            return state.waiting.compactMap { waiter in state.ending.map { (waiter, $0) } }
        }
        for (waiter, ending) in waiting { waiter.resume(returning: ending) }
        hasEnded.leave()
    }

    /// Calls `body` with a list of C strings that a null pointer ends.
    private static func withPointers<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = texts.map { strdup($0) }
        defer { pointers.forEach { free($0) } }
        return body(pointers + [nil])
    }
}
