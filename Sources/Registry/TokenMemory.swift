internal import HTTP
internal import Primitives
internal import Synchronization

/// Tokens that may be shown again, to the same registry and for the same.
final class TokenMemory: Sendable {
    /// Whose token, from whom, for what, and for which credential.
    struct Key: Hashable, Sendable {
        let registry: URL.Origin
        let realm: TokenRealm
        let service: String?
        let scopes: [TokenScope]
        let credential: CredentialMark
    }

    private let tokens = Mutex(RecentValues<Key, Token>(bound: Limits.rememberedTokens))

    /// The token under a key, if it is still good.
    func token(for key: Key) -> Token? {
        tokens.withLock { tokens in
            guard let token = tokens.value(for: key) else { return nil }
            guard token.expiry.hasPassed else { return token }
            tokens.forget(key)
            return nil
        }
    }

    /// Keeps a token, if it can be used again at all.
    func keep(_ token: Token, for key: Key) {
        guard !token.expiry.hasPassed else { return }
        tokens.withLock { $0.keep(token, for: key) }
    }

    /// Forgets a token that was refused; another one that came meanwhile stays.
    func forget(_ token: Token, for key: Key) {
        tokens.withLock { tokens in
            if tokens.value(for: key)?.secret == token.secret { tokens.forget(key) }
        }
    }
}
