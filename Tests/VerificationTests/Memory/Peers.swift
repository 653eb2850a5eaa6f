import Foundation
import HTTP
import Primitives
import Registry
import Support
import Synchronization

/// A door that is shut until somebody opens it, for good.
final class Door: Sendable {
    private struct State {
        var isOpen = false
        var visitors = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Waits until it is open.
    func pass() async {
        await withCheckedContinuation { visitor in
            let isOpen = state.withLock { state in
                state.visitors += 1
                if !state.isOpen { state.waiting.append(visitor) }
                return state.isOpen
            }
            if isOpen { visitor.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for visitor in waiting { visitor.resume() }
    }

    /// Waits until so many have come.
    func wait(forVisitors count: Int) async {
        while state.withLock({ $0.visitors < count }) { await Task.yield() }
    }
}

/// A registry that has the small image under every name, and shows it to whoever has one credential.
final class GuardedRegistry: HTTPExchanging {
    private let ticket: Secret?
    private let questions = Mutex(0)

    init(admitting credential: Credential) {
        ticket = credential.basicAuthorization
    }

    /// How often it was asked.
    var count: Int { questions.withLock { $0 } }

    func send(_ request: ClientRequest, by deadline: Deadline) async throws(HTTPError) -> ClientResponse {
        questions.withLock { $0 += 1 }
        let isIn = ticket != nil && request.authorization == ticket
        let field =
            isIn
            ? ("Content-Type", "application/vnd.oci.image.manifest.v1+json")
            : ("WWW-Authenticate", "Basic realm=\"x\"")
        return ClientResponse(
            status: isIn ? .ok : .unauthorized, headers: Headers([field]), body: isIn ? Array(manifest.utf8) : [],
            url: request.url)
    }
}

extension GPG {
    /// Takes the revocation that gpg prepared when it made the key.
    func revoke(_ key: Key) async throws {
        let file = URL(fileURLWithPath: home).appendingPathComponent("openpgp-revocs.d/\(key.fingerprint).rev")
        let text = try String(contentsOf: file, encoding: .utf8)
        try await run(["--import"], input: Array(text.replacing(":-----BEGIN", with: "-----BEGIN").utf8))
    }
}
