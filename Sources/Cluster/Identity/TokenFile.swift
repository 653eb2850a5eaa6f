internal import Primitives
private import Synchronization

/// A token in a file that somebody renews: read again each minute, and after it was refused.
final class TokenFile: Sendable {
    private struct State {
        var token: Secret?
        var expiry: ContinuousClock.Instant?
    }

    /// The kubelet renews a token long before it ends, so a minute with the old one does no harm.
    private static let period = Duration.seconds(60)

    private let path: String
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state = Mutex(State())

    init(path: String, now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }) {
        self.path = path
        self.now = now
    }

    /// The token that was read within the last minute; nil when it must be read again.
    var current: Secret? {
        state.withLock { state in
            guard let expiry = state.expiry, now() < expiry else { return nil }
            return state.token
        }
    }

    /// Reads the file. It blocks. A file that cannot be read now leaves the token as it was: it may be in the middle of
    /// being replaced.
    ///
    /// - Throws: `ClusterError` when there never was a token, or it was refused.
    func read() throws(ClusterError) -> Secret {
        let old = state.withLock { $0.token }
        do throws(ClusterError) {
            let token = try readNow()
            keep(token)
            return token
        } catch {
            guard let old else { throw error }
            keep(old)
            return old
        }
    }

    /// Takes note that the token was refused: not even as a makeshift is it good any more.
    func forget() {
        state.withLock { $0 = State() }
    }

    private func keep(_ token: Secret) {
        let expiry = now() + Self.period
        state.withLock { $0 = State(token: token, expiry: expiry) }
    }

    private func readNow() throws(ClusterError) -> Secret {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try FileReader.read(path, limit: Limits.tokenBytes)
        } catch {
            throw .unreadableFile(error)
        }
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        let trimmed = bytes.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
        guard !trimmed.isEmpty else { throw .unusable(origin: path, problem: "no token in it") }
        return Secret(Array(trimmed))
    }
}
