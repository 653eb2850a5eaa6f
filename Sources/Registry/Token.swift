internal import Primitives

/// What a token service gave: it lets its bearer read, for a while.
struct Token: Sendable {
    let secret: Secret
    /// Until when it may be shown again.
    let expiry: Deadline

    /// Reads `token`, or `access_token` as OAuth 2 names it (RFC 6749 §5.1), and how long it is good for: `expires_in`
    /// seconds after `issued_at`, one minute if that is not said (distribution, token authentication).
    ///
    /// Where the clocks do not agree the token is used for a shorter time, never for a longer one.
    ///
    /// - Throws: `RegistryError.unusableToken`.
    init(parsing body: [UInt8], from service: RegistryError.Peer, at now: Timestamp = .now) throws(RegistryError) {
        let root: JSONValue
        do throws(JSONError) {
            root = try JSONDocument(parsing: body, limit: Limits.tokenBytes).root
        } catch {
            throw .unusableToken(service, reason: error.description)
        }
        secret = try Self.secret(in: root, from: service)
        let lifetime = min(max(root["expires_in"]?.integer ?? 0, 0), Self.longestUse)
        let issued = root["issued_at"]?.string.flatMap { Timestamp(parsing: $0) } ?? now
        let age = max(now.secondsSince1970 - issued.secondsSince1970, 0)
        expiry = .after(.seconds((lifetime == 0 ? 60 : lifetime) - min(age, Self.longestUse) - Self.margin))
    }

    /// A token is shown again for no more than an hour.
    private static let longestUse: Int64 = 3600
    /// It is not shown in its last seconds: it must still be good when the registry looks at it.
    private static let margin: Int64 = 5

    private static func secret(in root: JSONValue, from service: RegistryError.Peer) throws(RegistryError) -> Secret {
        let tokens = ["token", "access_token"].lazy.compactMap { root[$0]?.string }
        guard let token = tokens.first(where: { !$0.isEmpty }) else {
            throw .unusableToken(service, reason: "its answer holds neither token nor access_token")
        }
        let secret = Secret(token)
        guard secret.isSendable else {
            throw .unusableToken(service, reason: "the token holds characters that cannot be sent")
        }
        return secret
    }
}
