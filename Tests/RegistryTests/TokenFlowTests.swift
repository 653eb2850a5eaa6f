import HTTP
import Primitives
import Registry
import Synchronization
import Testing

/// A registry at `e.com` behind a token service at `auth.e.com`, which makes a token for each question: `token-1`, …
private final class TokenWorld: Sendable {
    private struct State {
        var issued = 0
        var accepted: Set<String> = []
    }

    private let state = Mutex(State())
    private let fields: String
    private let wanted: String?

    /// - Parameters:
    ///   - fields: what the token answers hold beside the token.
    ///   - wanted: the scope that a token must have been asked for, and that the challenge of a refusal names.
    init(fields: String = #","expires_in":300"#, wanted: String? = nil) {
        (self.fields, self.wanted) = (fields, wanted)
    }

    /// Tokens that were given are not taken any more.
    func revokeAll() { state.withLock { $0.accepted = [] } }

    func answer(_ request: ClientRequest) -> Result<ClientResponse, HTTPError> {
        request.url.host == "e.com" ? manifest(request) : token(request)
    }

    private func manifest(_ request: ClientRequest) -> Result<ClientResponse, HTTPError> {
        let shown = request.authorization?.revealText() ?? ""
        if state.withLock({ $0.accepted.contains(shown) }) {
            return request.answer(200, [manifestType], text: manifestText)
        }
        let more = shown.isEmpty ? "" : wanted.map { #",error="insufficient_scope",scope="\#($0)""# } ?? ""
        return request.answer(
            401, [("WWW-Authenticate", #"Bearer realm="https://auth.e.com/token",service="s""# + more)])
    }

    private func token(_ request: ClientRequest) -> Result<ClientResponse, HTTPError> {
        let scopes = (request.url.query ?? String(decoding: request.body, as: UTF8.self)).split(separator: "&")
        let isEnough = wanted.map {
            scopes.contains("scope=" + $0.replacing(":", with: "%3A").replacing("/", with: "%2F"))
        }
        let token = state.withLock { state in
            state.issued += 1
            if isEnough ?? true { state.accepted.insert("Bearer token-\(state.issued)") }
            return "token-\(state.issued)"
        }
        return request.answer(200, text: #"{"token":"\#(token)"\#(fields)}"#)
    }
}

private let manifestURL = "https://e.com/v2/team/app/manifests/1"
private func tokenURL(_ rest: String = "") -> String {
    "https://auth.e.com/token?service=s&scope=repository%3Ateam%2Fapp%3Apull" + rest
}

@Suite(.timeLimit(.minutes(1))) struct TokenFlowTests {
    private let image = "e.com/team/app:1"

    private func read(_ client: RegistryClient, _ image: String, _ credentials: [Credential] = []) async throws {
        _ = try await client.manifest(for: ImageReference(parsing: image), credentials: credentials, by: soon)
    }

    @Test("A warm registry takes one question: the way in and the token are remembered")
    func warm() async throws {
        let world = TokenWorld()
        let network = ScriptedExchange(world.answer)
        let client = RegistryClient(exchange: network)
        for _ in 0..<3 { try await read(client, image) }
        #expect(network.urls == [manifestURL, tokenURL(), manifestURL, manifestURL, manifestURL])
    }

    @Test("Basic is remembered as well, and the credential that did not help is not shown again")
    func warmBasic() async throws {
        let good = try credential("good", "2")
        let network = ScriptedExchange { request in
            request.authorization == good.basicAuthorization
                ? request.answer(200, [manifestType], text: manifestText)
                : request.answer(401, [("WWW-Authenticate", "Basic realm=x")])
        }
        let client = RegistryClient(exchange: network)
        let credentials = [try credential("bad", "1"), good]
        try await read(client, image, credentials)
        #expect(network.requests.count == 3)
        try await read(client, image, credentials)
        #expect(network.requests.count == 4)
    }

    @Test("Whoever has other credentials begins from the start, and gets no token of somebody else")
    func strangers() async throws {
        let world = TokenWorld()
        let network = ScriptedExchange(world.answer)
        let client = RegistryClient(exchange: network)
        let ann = try credential("ann", "1")
        try await read(client, image, [ann])
        let before = network.urls.count
        try await read(client, image, [try credential("ann", "2")])
        #expect(network.urls[before...] == [manifestURL, manifestURL])
        #expect(network.requests[before].authorization == nil)
        try await read(client, "e.com/team/other:1", [ann])
        #expect(network.urls.last { $0.contains("auth") } == tokenURL().replacing("app", with: "other"))
    }

    @Test("A token that is refused before its time is replaced, once")
    func replaced() async throws {
        let world = TokenWorld()
        let network = ScriptedExchange(world.answer)
        let client = RegistryClient(exchange: network)
        try await read(client, image)
        world.revokeAll()
        let before = network.urls.count
        try await read(client, image)
        #expect(network.urls[before...] == [manifestURL, tokenURL(), manifestURL])
        #expect(network.requests.last?.authorization?.revealText() == "Bearer token-2")
    }

    @Test(
        "A token is shown again only while it is good by its own account",
        arguments: [
            ("", true), (#","expires_in":300"#, true), (#","expires_in":0"#, true), (#","expires_in":-5"#, true),
            (#","expires_in":9223372036854775807"#, true), (#","expires_in":1e3"#, true), (#","expires_in":5"#, false),
            (#","expires_in":300,"issued_at":"2001-01-01T00:00:00Z""#, false),
            (#","expires_in":300,"issued_at":"2999-01-01T00:00:00Z""#, true),
            (#","expires_in":300,"issued_at":"0000-01-01T00:00:00+23:59""#, false),
            (#","expires_in":300,"issued_at":"yesterday""#, true),
        ])
    func expiry(_ fields: String, _ isShownAgain: Bool) async throws {
        let network = ScriptedExchange(TokenWorld(fields: fields).answer)
        let client = RegistryClient(exchange: network)
        for _ in 0..<2 { try await read(client, image) }
        #expect(network.urls.count { $0.contains("auth") } == (isShownAgain ? 1 : 2))
    }

    @Test("A registry that wants more than pulling the repository is given it once, and only to pull")
    func insufficientScope() async throws {
        let world = TokenWorld(wanted: "repository:local:5000/team/app:pull")
        let network = ScriptedExchange(world.answer)
        try await read(RegistryClient(exchange: network), image)
        #expect(
            network.urls == [
                manifestURL, tokenURL(), manifestURL, tokenURL("&scope=repository%3Alocal%3A5000%2Fteam%2Fapp%3Apull"),
                manifestURL,
            ])
    }

    @Test(
        "A scope that is none, or asks for more than to pull, is not asked for",
        arguments: ["", "repository", "a:b", ":a:pull", "repository::pull", "registry:catalog:*", "repository:x:push"])
    func unusableScopes(_ scope: String) async throws {
        let world = TokenWorld(wanted: scope)
        let network = ScriptedExchange(world.answer)
        await #expect(throws: RegistryError.self) { try await read(RegistryClient(exchange: network), image) }
        #expect(network.urls == [manifestURL, tokenURL(), manifestURL])
    }

    @Test("Of a wider scope only pulling is asked for")
    func narrowed() async throws {
        let world = TokenWorld(wanted: "repository:x/y:pull,push,delete")
        let network = ScriptedExchange(world.answer)
        await #expect(throws: RegistryError.self) { try await read(RegistryClient(exchange: network), image) }
        #expect(network.urls.last { $0.contains("auth") } == tokenURL("&scope=repository%3Ax%2Fy%3Apull"))
    }

    @Test("An identity token is sent to the token service in a form, and to nobody else")
    func identityToken() async throws {
        let world = TokenWorld()
        let network = ScriptedExchange { request in
            request.url.host == "auth.e.com" && request.method == .get ? request.answer(401) : world.answer(request)
        }
        let identity = try #require(Credential(identityToken: Secret("re fresh&x=y")))
        try await read(RegistryClient(exchange: network), image, [identity])
        let form = try #require(network.requests.first { $0.method == .post })
        #expect(form.url.description == "https://auth.e.com/token")
        #expect(form.headers["Content-Type"] == "application/x-www-form-urlencoded")
        #expect(form.authorization == nil)
        #expect(
            String(decoding: form.body, as: UTF8.self)
                == "grant_type=refresh_token&refresh_token=re%20fresh%26x%3Dy&client_id=ostiary&service=s"
                + "&scope=repository%3Ateam%2Fapp%3Apull")
        #expect(network.requests.count { !$0.body.isEmpty } == 1)
        #expect(network.authorizations(shownTo: "e.com") == ["Bearer token-1"])
    }

    @Test("An identity token that is refused is a wrong credential, not a broken service", arguments: [400, 401, 403])
    func refusedIdentity(_ code: Int) async throws {
        let network = ScriptedExchange { request in
            request.url.host == "e.com"
                ? request.answer(401, [("WWW-Authenticate", #"Bearer realm="https://auth.e.com/token""#)])
                : request.answer(request.method == .post ? code : 401, text: #"{"error":"invalid_grant"}"#)
        }
        let identity = try #require(Credential(identityToken: Secret("x")))
        let error = await #expect(throws: RegistryError.self) {
            try await read(RegistryClient(exchange: network), image, [identity])
        }
        guard case .unauthorised(_, _, 1) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("A registry's own token is shown to the registry as it is, and to nobody else")
    func registryToken() async throws {
        let network = ScriptedExchange { request in
            if request.url.host != "e.com" { return request.answer(401) }
            return request.authorization?.revealText() == "Bearer mine"
                ? request.answer(200, [manifestType], text: manifestText)
                : request.answer(401, [("WWW-Authenticate", #"Bearer realm="https://auth.e.com/token""#)])
        }
        let own = try #require(Credential(registryToken: Secret("mine")))
        let client = RegistryClient(exchange: network)
        try await read(client, image, [own])
        #expect(network.authorizations(shownTo: "e.com") == ["Bearer mine"])
        #expect(network.authorizations(shownTo: "auth.e.com") == [])
        try await read(client, image, [own])
        #expect(network.authorizations(shownTo: "e.com") == ["Bearer mine", "Bearer mine"])
    }

    @Test("Neither kind of token is shown to a registry that asks for Basic")
    func tokensAreNoPasswords() async throws {
        let network = ScriptedExchange { $0.answer(401, [("WWW-Authenticate", "Basic realm=x")]) }
        let identity = try #require(Credential(identityToken: Secret("x")))
        await #expect(throws: RegistryError.self) {
            try await read(RegistryClient(exchange: network), image, [identity])
        }
        #expect(network.authorizations(shownTo: "e.com") == [])
    }

    @Test(
        "The first challenge that can be answered is, in one line or in many",
        arguments: [
            [#"Basic realm="x", Bearer realm="https://auth.e.com/token",service="s""#],
            [#"Negotiate, Digest realm="x", Bearer realm="https://auth.e.com/token",service="s""#],
            ["Negotiate", #"Basic realm="x""#, #"Bearer realm="https://auth.e.com/token",service="s""#],
        ])
    func severalChallenges(_ lines: [String]) async throws {
        let world = TokenWorld()
        let network = ScriptedExchange { request in
            request.url.host == "e.com" && request.authorization == nil
                ? request.answer(401, lines.map { ("WWW-Authenticate", $0) }) : world.answer(request)
        }
        try await read(RegistryClient(exchange: network), image)
        #expect(network.urls == [manifestURL, tokenURL(), manifestURL])
    }

    @Test("Sixteen who want the same token at once make one question to the token service")
    func singleFlight() async throws {
        let world = TokenWorld()
        let network = ScriptedExchange(world.answer)
        let client = RegistryClient(exchange: network)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<16 { group.addTask { try await read(client, image) } }
            try await group.waitForAll()
        }
        #expect(network.urls.count { $0.contains("auth") } == 1)
    }

    @Test(
        "A token service on another host that is not public is not asked, unless it is allowed",
        arguments: [
            "https://10.0.0.1/token", "https://127.0.0.1/token", "https://192.168.7.7:8443/token",
            "https://[::1]/token",
            "https://[fd00::1]/token", "https://[::ffff:10.0.0.1]/token", "https://kubernetes.default.svc/token",
            "https://localhost/token", "https://vault/token", "https://a.default.svc.cluster.local/token",
        ])
    func privateRealms(_ realm: String) async throws {
        let network = ScriptedExchange { request in
            request.url.host == "e.com"
                ? request.answer(401, [("WWW-Authenticate", #"Bearer realm="\#(realm)""#)]) : request.answer(401)
        }
        let ann = try credential("ann", "1")
        let error = await #expect(throws: RegistryError.self) {
            try await read(RegistryClient(exchange: network), image, [ann])
        }
        guard case .unusableRealm = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(network.requests.count == 1)
        #expect(error?.description.contains("neither public nor") == true)

        let allowed = InsecureRegistries([try URL(parsing: realm).authority])
        await #expect(throws: RegistryError.self) {
            try await read(RegistryClient(exchange: network, insecure: allowed), image, [ann])
        }
        #expect(network.urls.contains { $0.hasPrefix(realm) })
    }
}
