internal import HTTP
internal import Primitives

/// What is asked of a token service.
struct TokenRequest: Sendable {
    let realm: TokenRealm
    /// As the challenge names the registry; nil where it does not.
    let service: String?
    /// What the token has to be good for. The first is always made here, never taken from the challenge.
    private(set) var scopes: [TokenScope]
    let credential: Credential?

    init(realm: TokenRealm, challenge: Challenge, repository: String, credential: Credential?) {
        self.realm = realm
        service = challenge.parameters["service"]
        scopes = [TokenScope(pulling: repository)]
        self.credential = credential
    }

    /// The same with the scopes of a challenge that a token of this request did not suffice for (RFC 6750 §3.1); nil if
    /// the challenge does not say so, or names nothing more.
    func widened(by challenges: [Challenge]) -> TokenRequest? {
        guard let challenge = challenges.first(where: { $0.scheme == "bearer" }),
            challenge.parameters["error"] == "insufficient_scope"
        else { return nil }
        let more = TokenScope.parse(challenge.parameters["scope"] ?? "").filter { !scopes.contains($0) }
        guard !more.isEmpty else { return nil }
        var wider = self
        wider.scopes += more.prefix(Limits.tokenScopes)
        return wider
    }

    /// The message: a GET as distribution has it, or for an identity token a POST as OAuth 2 has it (RFC 6749 §6).
    func message() throws(HTTPError) -> ClientRequest {
        var pairs = scopes.map { ("scope", $0.description) }
        if let service { pairs.insert(("service", service), at: 0) }
        if let credential, credential.kind == .identityToken { return grant(for: credential, pairs) }
        if let username = credential?.username { pairs.append(("account", username)) }
        return ClientRequest(
            url: try realm.url(adding: pairs), headers: Headers([("Accept", "application/json")]),
            authorization: credential?.basicAuthorization, bodyLimit: Limits.tokenBytes)
    }

    private func grant(for credential: Credential, _ pairs: [(String, String)]) -> ClientRequest {
        let form = [
            ("grant_type", "refresh_token"), ("refresh_token", credential.secret.revealText()),
            ("client_id", "ostiary"),
        ]
        return ClientRequest(
            method: .post, url: realm.url,
            headers: Headers([
                ("Accept", "application/json"), ("Content-Type", "application/x-www-form-urlencoded"),
            ]),
            body: Array((realm.url.with(query: form + pairs).query ?? "").utf8), bodyLimit: Limits.tokenBytes)
    }
}

extension TokenRealm {
    /// The realm with what is asked for in its query, behind what it may have there already.
    fileprivate func url(adding pairs: [(String, String)]) throws(HTTPError) -> URL {
        let whole = url.with(query: pairs)
        guard let own = url.query, !own.isEmpty, let added = whole.query else { return whole }
        return try URL(parsing: "\(url.origin)\(url.path)?\(own)&\(added)")
    }
}
